import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

function findRoot(from: string): string {
  if (existsSync(path.join(from, 'package.json'))) return from
  const parent = path.dirname(from)
  if (parent === from) throw new Error('edgeloop: package.json not found')
  return findRoot(parent)
}

const root = findRoot(__dirname)

/** A path within the package, whether this runs from its sources or from dist/. */
export const inPackage = (...parts: string[]): string => path.join(root, ...parts)

/**
 * Where one of the laboratory's C++ programs stands: in build/ of a checkout, or among the
 * prebuilt files of an installed package.
 */
export function builtProgram(name: string): string {
  const prebuilt = inPackage('prebuilds', `linux-${process.arch}`, name)
  const built = inPackage('build', 'Release', name)
  return !existsSync(built) && existsSync(prebuilt) ? prebuilt : built
}

/** Where a contestant that is a program in JavaScript stands, once it is compiled. */
export const contestantProgram = (name: string): string =>
  inPackage('dist', 'bench', 'contestants', 'programs', name)

/** The version in package.json. */
export function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'))
  return typeof description === 'object' &&
    description !== null &&
    'version' in description &&
    typeof description.version === 'string'
    ? description.version
    : 'unknown'
}

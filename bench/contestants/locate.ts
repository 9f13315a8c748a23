import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { inPackage } from '../package'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const peers = inPackage('scripts', 'peers', 'node_modules')

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A program among the packages of scripts/peers, on the PATH, or in further folders. */
export function locate(
  name: string,
  packages: readonly string[],
  further: readonly string[] = [],
): string | undefined {
  const installed = packages.map((file) => path.join(peers, file))
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean), ...further]
  const all = [...installed, ...folders.map((folder) => path.join(folder, name))]
  return all.find(executable)
}

/** The first of these packages that is installed in scripts/peers. */
export function locatePackage(
  ...names: readonly string[]
): { folder: string; name: string; version: string } | undefined {
  for (const name of names) {
    const folder = path.join(peers, name)
    const description = path.join(folder, 'package.json')
    if (!existsSync(description)) continue
    const text: unknown = JSON.parse(readFileSync(description, 'utf8'))
    const version = isRecord(text) ? text['version'] : undefined
    return { folder, name, version: typeof version === 'string' ? version : '' }
  }
  return undefined
}

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { bind, close, constants, socket, SystemError } from 'edgeloop/sys'
import { inPackage } from '../package'
import type { Needs } from './contestant'

const folder = inPackage('build', 'references')

/** The last line that a command said, if it failed. */
function failure(command: string, ...words: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8' })
  if (status === 0) return undefined
  return error?.message ?? `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? 'failed'
}

/**
 * Does something that only one process may do in the folder at a time. What says so is a name of the
 * kernel's (unix(7), abstract sockets), which goes with the process that has it, however that ends.
 */
function alone<T>(work: () => T): T {
  const name = createHash('sha256').update(folder).digest('hex')
  const fd = socket(constants.AF_UNIX, constants.SOCK_STREAM | constants.SOCK_CLOEXEC)
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  try {
    for (;;) {
      try {
        bind(fd, { path: `\0edgeloop-${name}` })
        return work()
      } catch (error) {
        if (!(error instanceof SystemError) || error.code !== 'EADDRINUSE') throw error
        Atomics.wait(sleeper, 0, 0, 50)
      }
    }
  } finally {
    close(fd)
  }
}

/** Where headers of libraries are. */
const usual = ['/usr/include', '/usr/local/include']

/**
 * Something in C++ on a library that is not part of this package: cmake builds it where the library's
 * header is.
 *
 * @param target in CMakeLists.txt
 * @param how the command that gets what it needs
 * @param folders where the header may be
 * @param suffix of the file's name behind the target's
 */
export function reference(
  target: string,
  header: string,
  how: string,
  folders: readonly string[] = usual,
  suffix = '',
): { readonly program: string; readonly needs: Needs } {
  const program = path.join(folder, 'Release', `${target}${suffix}`)
  const headers = folders.map((where) => path.join(where, header))
  function prepare(): string | undefined {
    if (!existsSync(inPackage('CMakeLists.txt'))) return 'only in a checkout of edgeloop'
    if (!headers.some((file) => existsSync(file)) || failure('cmake', '--version') !== undefined)
      return `not installed: ${how}`
    const told = alone(
      () =>
        failure('cmake', '-S', inPackage(), '-B', folder, '-DEDGELOOP_ADDON=OFF') ??
        failure('cmake', '--build', folder, '--target', target),
    )
    return told === undefined ? undefined : `cmake could not build it: ${told}`
  }
  const find = () => (existsSync(program) ? 'built' : undefined)
  return { program, needs: { find, prepare, how } }
}

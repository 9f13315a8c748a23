import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { inPackage } from '../package'
import type { Contestant, Needs } from './contestant'

const how = 'apt-get install libuv1-dev cmake'
const folder = inPackage('build', 'references')
const program = inPackage('build', 'references', 'Release', 'edgeloop-libuv')

/** The last line that a command said, if it failed. */
function failure(command: string, ...words: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8' })
  if (status === 0) return undefined
  return error?.message ?? `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? 'failed'
}

function prepare(): string | undefined {
  if (!existsSync(inPackage('bench', 'libuv'))) return 'only in a checkout of edgeloop'
  const headers = ['/usr/include/uv.h', '/usr/local/include/uv.h']
  if (!headers.some((file) => existsSync(file)) || failure('cmake', '--version') !== undefined)
    return `not installed: ${how}`
  const told =
    failure('cmake', '-S', inPackage(), '-B', folder, '-DEDGELOOP_ADDON=OFF') ??
    failure('cmake', '--build', folder, '--target', 'edgeloop-libuv')
  return told === undefined ? undefined : `cmake could not build it: ${told}`
}

const needs: Needs = {
  find: () => (existsSync(program) ? 'built' : undefined),
  prepare,
  how,
}

const libuv = (way: string, title: string, about: string): Contestant => ({
  name: `libuv-${way}`,
  title,
  role: 'reference',
  about,
  needs,
  command: (job) => (job === 'echo' || job === 'udp' ? [program, way, job] : undefined),
})

export const libuvTuned = libuv(
  'tuned',
  'libuv, C++, tuned',
  "libuv's default loop in C++, with one static buffer and uv_try_write: what libuv itself costs.",
)
export const libuvGuide = libuv(
  'guide',
  'libuv, C++, as guide',
  "The same as libuv's own guide has it: malloc for each read, uv_write with a request for each write.",
)

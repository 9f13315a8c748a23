// Sixteen bytes at a time come to the same as one at a time, on this machine and, emulated, on arm64.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { addon } from '../../lib/addon'
import { temporaryFolder } from '../sys/cleanup'
import { foreign } from './foreign'

const root = path.resolve(__dirname, '../..')
const seeds = path.join(root, 'test/fuzz/http')
const zig = path.join(root, 'scripts/zig')

/** How to compile for arm64, and how to run that; or why not. */
interface Arm64 {
  compile?: string[]
  run?: string[]
  missing?: string
}

function has(...command: [string, ...string[]]): boolean {
  const [name, ...words] = command
  return spawnSync(name, words, { env: foreign }).status === 0
}

function findArm64(): Arm64 {
  if (process.arch === 'arm64') return { compile: ['c++'], run: [] }
  const emulator = ['qemu-aarch64-static', 'qemu-aarch64'].find((name) => has(name, '--version'))
  if (emulator === undefined) return { missing: 'no qemu-aarch64' }
  const run = [emulator]
  const gcc = 'aarch64-linux-gnu-g++'
  if (has(gcc, '--version')) return { compile: [gcc, '-static'], run }
  const installed = existsSync(path.join(zig, 'node_modules'))
  return installed
    ? { compile: [path.join(zig, 'c++')], run }
    : { missing: 'no compiler for arm64' }
}

const arm64 = findArm64()
const where = arm64.missing === undefined ? '' : ` (skipped: ${arm64.missing} here)`

describe('the scanner of heads', () => {
  const at = temporaryFolder()

  /** What test/fuzz/replay.cc prints: each way to skip runs, and what it came to. */
  const replay = (name: string, compile: string[], run: string[]): Record<string, string> => {
    const sources = ['test/fuzz/replay.cc', 'test/fuzz/http.cc'].concat(
      ['head_scanner', 'framing', 'chunks'].map((file) => `native/http/${file}.cc`),
    )
    const [compiler = 'c++', ...words] = compile
    const flags = [
      '-std=c++17',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-fno-exceptions',
      '-fno-rtti',
    ]
    // As scripts/prebuild.mjs has it.
    const cache = path.join(root, 'node_modules/.cache/edgeloop/zig')
    const zigs = { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }
    const env = { ...foreign, ...zigs, ZIG_TARGET: 'aarch64-linux-musl' }
    execFileSync(compiler, [...words, ...flags, '-Inative', ...sources, '-o', at(name)], {
      cwd: root,
      env,
    })
    const files = readdirSync(seeds).map((file) => path.join(seeds, file))
    const [program = '', ...rest] = [...run, at(name), ...files]
    const printed = execFileSync(program, rest, { env: foreign, encoding: 'utf8' })
    return Object.fromEntries(
      printed
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
    )
  }

  let built: Record<string, string> | undefined
  const replayHere = (): Record<string, string> => (built ??= replay('here', ['c++'], []))

  it('comes to the same with and without the vectors of this machine', () => {
    const here = replayHere()
    expect(Object.keys(here).sort()).toEqual([...new Set([addon.http.runs, 'portable'])].sort())
    expect(here[addon.http.runs]).toBe(here['portable'])
    expect(here['portable']?.split(' ')).toHaveLength(1 + readdirSync(seeds).length)
  }, 120_000)

  it.skipIf(where !== '')(
    `comes to the same on arm64 with NEON and without${where}`,
    () => {
      const there = replay('there', arm64.compile ?? [], arm64.run ?? [])
      expect(Object.keys(there).sort()).toEqual(['neon', 'portable'])
      expect(there['neon']).toBe(there['portable'])
      expect(there['portable']).toBe(replayHere()['portable'])
    },
    240_000,
  )
})

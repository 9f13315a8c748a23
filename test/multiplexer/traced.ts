// Scripts under strace(1): which system calls a piece of work costs, and what becomes of those that fail.

import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { runScript } from './child'

/** Where there is no strace, or it may not trace here, these tests are left out. */
export const strace = spawnSync('strace', ['-c', '-o', '/dev/null', 'true']).status === 0

/** For the name of a test that needs it. */
export const without = strace ? '' : ' (skipped: no strace here)'

/** Calls that the collector of garbage makes when it likes. */
const garbage = /^(futex|madvise|mmap|munmap|mprotect|sched_yield|brk)\(/

export interface Traced {
  readonly output: string
  /** A line of strace's each. */
  readonly calls: readonly string[]
}

let runs = 0

/**
 * Runs a script; answers what it printed, and the calls of its main thread between `begin()` and `end()`.
 *
 * @param options further words for strace, such as `-e inject=…`
 */
export async function traced(
  script: string,
  args: readonly string[],
  options: readonly string[] = [],
): Promise<Traced> {
  const file = path.join(os.tmpdir(), `edgeloop-strace-${String(process.pid)}-${String(runs++)}`)
  const marks = `
    const mark = (name) => () => require('fs').existsSync('/edgeloop-' + name)
    const begin = mark('begin'), end = mark('end')
    ;`
  try {
    const under = ['strace', '-o', file, ...options]
    const { output } = await runScript(marks + script, { args, under })
    const lines = readFileSync(file, 'utf8').split('\n')
    const at = (name: string): number =>
      lines.findIndex((line) => line.includes('/edgeloop-' + name))
    const calls = lines.slice(at('begin') + 1, at('end'))
    return { output, calls: calls.filter((line) => !garbage.test(line)) }
  } finally {
    rmSync(file, { force: true })
  }
}

/** How often each call was made with this number as its first argument. */
export function onDescriptor(calls: readonly string[], fd: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of calls) {
    const [, name = '', first] = /^(\w+)\((\d+)[,)]/.exec(line) ?? []
    if (Number(first) === fd) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** How often a call was made. */
export function times(calls: readonly string[], name: string): number {
  return calls.filter((line) => line.startsWith(`${name}(`)).length
}

/**
 * Which calls each of `pieces` like pieces of work costs. A call that came now and then is the engine's,
 * not the work's: V8 alone has reasons that change with its version and the machine.
 */
export function perPiece(calls: readonly string[], pieces: number): Record<string, number> {
  const counts = new Map<string, number>()
  for (const line of calls) {
    const [name = line] = /^\w+/.exec(line) ?? []
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const rounded = [...counts].map(([name, count]) => [name, Math.round(count / pieces)] as const)
  return Object.fromEntries(rounded.filter(([, each]) => each > 0))
}

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Calls } from '../results'
import type { Scenario } from '../scenarios'
import { runLoad } from './load'
import type { Cores } from './pinning'
import type { Server } from './server'

/** Two runs that differ in nothing but their length, in seconds. */
const shorter = 0.2
const longer = 0.8

const lookEveryMs = 100
const mostLooks = 50
const restingNs = 1e6

/** Fewer calls than this per answer are chance: timers, a collector. */
const worthNaming = 0.005

/** Why system calls can't be counted here. */
export function callsObstacle(): string | undefined {
  return spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed'
}

/** Reads the table of `strace -c`: how often each call was made. */
export function parseCallTable(text: string): Map<string, number> {
  const calls = new Map<string, number>()
  for (const line of text.split('\n')) {
    const match = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z_]\w*)\s*$/.exec(line)
    if (match?.[2] !== undefined && match[2] !== 'total') calls.set(match[2], Number(match[1]))
  }
  return calls
}

/** The calls of each answer: what the longer run has more than the shorter, set-up taken out. */
export function callsPerAnswer(
  few: { calls: Map<string, number>; answers: number },
  many: { calls: Map<string, number>; answers: number },
): Calls {
  const answers = many.answers - few.answers
  const all = [...many.calls].map(
    ([name, count]) => [name, (count - (few.calls.get(name) ?? 0)) / answers] as const,
  )
  const total = all.reduce((sum, [, count]) => sum + count, 0)
  const named = all.filter(([, count]) => count >= worthNaming).sort(([, a], [, b]) => b - a)
  return { total, names: Object.fromEntries(named) }
}

/** Time on a core so far, in ns; 0 once the process is gone. */
function onCore(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${String(pid)}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}

/** Until the server has put away the connections that were closed: they belong to the run before. */
async function rest(pid: number): Promise<void> {
  let before = onCore(pid)
  for (let look = 0; look < mostLooks; look += 1) {
    await delay(lookEveryMs)
    const now = onCore(pid)
    if (now - before < restingNs) return
    before = now
  }
}

async function traced(server: Server, scenario: Scenario, cores: Cores, seconds: number) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-calls-'))
  const file = path.join(folder, 'calls')
  await rest(server.pid)
  const strace = spawn('strace', ['-f', '-c', '-o', file, '-p', String(server.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    // It says "Process N attached" once it is there.
    await Promise.race([once(strace.stderr, 'data'), once(strace, 'close')])
    const { target, pid } = server
    const load = await runLoad({ scenario, target, pid, seconds, warmup: 0, core: cores.load })
    if (load.faults.total > 0) throw new Error(load.faults.first)
    await rest(server.pid)
    const closed = once(strace, 'close')
    strace.kill('SIGINT')
    await closed
    return { calls: parseCallTable(readFileSync(file, 'utf8')), answers: load.heard }
  } finally {
    strace.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Counts the system calls of a server for each answer, with strace. It slows the server down, so this
 * is no part of any other measurement; and a slower server finds more ready at once, so that waits
 * are fewer than in life.
 */
export async function countCalls(
  server: Server,
  scenario: Scenario,
  cores: Cores,
): Promise<Calls | string> {
  try {
    const few = await traced(server, scenario, cores, shorter)
    const many = await traced(server, scenario, cores, longer)
    if (many.answers <= few.answers) return 'too few answers under strace'
    return callsPerAnswer(few, many)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

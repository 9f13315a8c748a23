import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Calls } from '../results'
import type { Scenario } from '../scenarios'
import { runLoad } from './load'
import type { Cores } from './pinning'
import type { Server } from './server'

const tracedSeconds = 0.6

/** With fewer, attaching and detaching would weigh. */
const fewestAnswers = 100

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

/** The calls of each answer. */
export function callsPerAnswer(calls: ReadonlyMap<string, number>, answers: number): Calls {
  const all = [...calls].map(([name, count]) => [name, count / answers] as const)
  const total = all.reduce((sum, [, count]) => sum + count, 0)
  const named = all.filter(([, count]) => count >= worthNaming).sort(([, a], [, b]) => b - a)
  return { total, names: Object.fromEntries(named) }
}

/** Time on a core so far, of all threads, in ns, and whether one of them is at work or wants to be. */
function activity(pid: number): { onCore: number; awake: boolean } {
  let onCore = 0
  let awake = false
  try {
    const threads = `/proc/${String(pid)}/task`
    for (const thread of readdirSync(threads)) {
      onCore += Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0])
      const stat = readFileSync(`${threads}/${thread}/stat`, 'utf8')
      awake ||= stat.charAt(stat.lastIndexOf(')') + 2) === 'R'
    }
  } catch {
    // A thread, or the process, has ended.
  }
  return { onCore, awake }
}

/** Until the server has accepted what was connected, and put away what was closed before. */
async function rest(pid: number): Promise<void> {
  let before = activity(pid).onCore
  for (let look = 0; look < mostLooks; look += 1) {
    await delay(lookEveryMs)
    const { onCore, awake } = activity(pid)
    if (!awake && onCore - before < restingNs) return
    before = onCore
  }
}

async function attach(pid: number, file: string): Promise<ChildProcess> {
  const strace = spawn('strace', ['-f', '-c', '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // It says "Process N attached" once it is there.
  await Promise.race([once(strace.stderr, 'data'), once(strace, 'close')])
  return strace
}

async function detach(strace: ChildProcess): Promise<void> {
  if (strace.exitCode !== null || strace.signalCode !== null) return
  const closed = once(strace, 'close')
  strace.kill('SIGINT')
  await closed
}

/**
 * Counts the system calls of a server for each answer, with strace. It slows the server down, so this
 * is no part of any other measurement; and a slower server finds more ready at once, so that waits
 * are fewer than in life.
 *
 * The load generator holds still, with all its connections open, while strace is attached and
 * detached: neither their opening nor their closing is among what is counted, however many there are.
 */
export async function countCalls(
  server: Server,
  scenario: Scenario,
  cores: Cores,
): Promise<Calls | string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-calls-'))
  const file = path.join(folder, 'calls')
  const { target, pid } = server
  let strace: ChildProcess | undefined
  const atGate = async (gate: string): Promise<void> => {
    if (gate === 'heard' && strace !== undefined) return detach(strace)
    await rest(pid)
    strace = await attach(pid, file)
  }
  try {
    const request = { scenario, target, pid, seconds: tracedSeconds, warmup: 0, core: cores.load }
    const load = await runLoad({ ...request, atGate })
    if (load.faults.total > 0) return load.faults.first
    if (load.heard < fewestAnswers) return 'too few answers under strace'
    return callsPerAnswer(parseCallTable(readFileSync(file, 'utf8')), load.heard)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    strace?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

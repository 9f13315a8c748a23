import { setTimeout as delay } from 'node:timers/promises'
import type { Contestant } from '../contestants/contestant'
import type { Trial } from '../results'
import type { Scenario } from '../scenarios'
import { runLoad, type LoadResult } from './load'
import type { Cores } from './pinning'
import { runReady } from './ready'
import { Server } from './server'

/** How long each turn takes, and how many there are. */
export interface Plan {
  readonly rounds: number
  readonly seconds: number
  /** Warm-up before the first window of a server, in which its code is compiled, and before later ones. */
  readonly firstWarmup: number
  readonly warmup: number
  /** Whether to count system calls as well, in a pass of its own. */
  readonly calls: boolean
  /** Memory: how long a server rests after its warm-up before it is looked at, in seconds. */
  readonly rest?: number
  /** For scenarios that are one of a series, what is different. */
  readonly brief?: { readonly rounds: number; readonly seconds: number; readonly calls: boolean }
}

/** Enough for a ring: a window of a few hundred laps, after code was compiled. Seconds. */
const ringSeconds = 0.5
const ringWarmup = 0.2

/** Rounds of what has a course of many points, which take time. */
const fewerRounds = 3

/** The plan of a scenario: one of a series has fewer rounds, and no calls are counted. */
export function planFor({ kind, brief }: Scenario, plan: Plan): Plan {
  if (kind === 'ring' || kind === 'model' || kind === 'memory')
    return { ...plan, rounds: Math.min(plan.rounds, fewerRounds), calls: false }
  return brief === true ? { ...plan, ...plan.brief } : plan
}

/** To open and to close, from either side. */
const secondsPerConnection = 6e-5

/** How long a server keeps a scenario busy, over all rounds, in seconds: for the time left. */
export function secondsOf(scenario: Scenario, plan: Plan): number {
  const { kind, connections, idle } = scenario
  const { rounds, seconds, firstWarmup, warmup, calls, rest = 0 } = planFor(scenario, plan)
  // A new process, ten thousand connections, and rests in between.
  if (kind === 'memory') return rounds * (5 + rest)
  // Both windows, their warm-ups, and a new process.
  if (kind === 'model') return rounds * (scenario.connections < 1000 ? 1.2 : 2.2)
  if (kind === 'ring') return rounds * (Math.min(seconds, ringSeconds) + ringWarmup + 0.3)
  if (kind === 'ready') return rounds * (seconds + firstWarmup + 0.3)
  // Beside its window a turn has a warm-up, connections to open, and its share of a server's start.
  const opening = 0.1 + (connections + idle) * secondsPerConnection
  const busy = scenario.rate > 0 || scenario.share !== undefined ? firstWarmup + opening : 0
  const turns = rounds * (seconds + warmup + opening) + busy + firstWarmup - warmup
  return calls ? turns + 2 : turns
}

/** What all turns of a scenario have in common. */
export interface Setting {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly cores: Cores
}

/** Why a round does not count: any fault at all, since a wrong answer has no price. */
export function faultsOf(load: LoadResult): string | undefined {
  const { total, first, counts } = load.faults
  if (total === 0) return load.answers === 0 ? 'no answer within the window' : undefined
  const kinds = Object.entries(counts).map(([kind, times]) => `${String(times)} ${kind}`)
  return `${kinds.join(', ')}: ${first}`
}

/**
 * Before the first window at a fixed rate: as many messages as go. At the rate itself a runtime would compile
 * its code all through the rounds, on the core that is measured. What goes wrong goes wrong again, and counts then.
 */
export async function busyWarmup(server: Server, setting: Setting): Promise<void> {
  await firstWarmup(server, { ...setting, scenario: { ...setting.scenario, rate: 0 } }, 0)
}

/** A window as long as the first warm-up, of which nothing counts. */
function firstWarmup(server: Server, setting: Setting, round: number): Promise<Trial> {
  const { plan } = setting
  return serverTurn(server, { ...setting, plan: { ...plan, seconds: plan.firstWarmup } }, round, 0)
}

/** One window of a server that stays up. */
export async function serverTurn(
  server: Server,
  { scenario, plan, cores }: Setting,
  round: number,
  warmup: number,
): Promise<Trial> {
  const before = server.ending()
  if (before !== undefined) return { round, failure: `ended: ${before}` }
  const load = await runLoad({
    scenario,
    target: server.target,
    pid: server.pid,
    seconds: plan.seconds,
    warmup,
    core: cores.load,
  })
  const faults = faultsOf(load)
  const ending = faults === undefined ? server.ending() : await server.endingSoon()
  const failure = ending === undefined ? faults : `ended: ${ending}`
  return failure === undefined ? { round, load } : { round, failure, load }
}

/** Connections of the warm-up before memory is looked at. */
const warmupConnections = 64

/**
 * Each round has a server of its own, since hardly any memory is given back: warm, and at rest for so
 * long that its collector has given back what the warm-up left over (V8's does after eight idle
 * seconds). Else it would do so among the connections, and they would seem to weigh less than nothing.
 */
export async function memoryTurn(
  command: readonly string[],
  { scenario, plan, cores }: Setting,
  round: number,
): Promise<Trial> {
  const server = await Server.start(command, cores.server)
  try {
    const warm: Scenario = { ...scenario, kind: 'talk', connections: warmupConnections }
    const first = await firstWarmup(server, { scenario: warm, plan, cores }, round)
    if (first.failure !== undefined) return { round, failure: `warm-up: ${first.failure}` }
    await delay((plan.rest ?? 0) * 1000)
    return await serverTurn(server, { scenario, plan, cores }, round, 0)
  } finally {
    await server.stop()
  }
}

/** A program that measures itself. */
export async function readyTurn(
  contestant: Contestant,
  { scenario, plan, cores }: Setting,
  round: number,
): Promise<Trial> {
  const command = contestant.command(scenario.job) ?? []
  const ring = scenario.kind === 'ring'
  const seconds = ring ? Math.min(plan.seconds, ringSeconds) : plan.seconds
  const warmup = ring ? Math.min(plan.firstWarmup, ringWarmup) : plan.firstWarmup
  return {
    round,
    load: await runReady({ command, scenario, seconds, warmup, core: cores.server }),
  }
}

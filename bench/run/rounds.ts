import { obstacle, type Contestant } from '../contestants/contestant'
import { summarizeMemory } from '../figures/memory'
import { compare, summarize } from '../figures/summary'
import type { Calls, Row, ScenarioResult, Trial } from '../results'
import type { Scenario } from '../scenarios'
import { callsObstacle, countCalls } from './calls'
import { atCapacity } from './capacity'
import { commandFor } from './part'
import { coresFor, type Cores } from './pinning'
import { modelPart, modelTurn } from './models'
import { Server } from './server'
import {
  busyWarmup,
  memoryTurn,
  planFor,
  readyTurn,
  serverTurn,
  type Plan,
  type Setting,
} from './turns'

/** Told what happens. `done` turns of the scenario's servers lie behind. */
export type OnTurn = (scenario: Scenario, contestant: Contestant, round: number) => void

interface Entry {
  readonly contestant: Contestant
  readonly command: readonly string[]
  readonly trials: Trial[]
  server: Server | undefined
  banner: string
  failure: string | undefined
  /** Set once it has met a limit that it is known for: it is not tried again. */
  limit: string | undefined
  calls: Calls | string | undefined
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Whether servers stay up from round to round. */
const staysUp = ({ kind }: Scenario): boolean => kind === 'talk' || kind === 'churn'

async function start(contestant: Contestant, { scenario, cores }: Setting): Promise<Entry[]> {
  const command = commandFor(contestant, scenario)
  if (command === undefined) return []
  const failure = obstacle(contestant)
  const entry: Entry = {
    ...{ contestant, command, trials: [], failure },
    ...{ server: undefined, banner: '', limit: undefined, calls: undefined },
  }
  if (failure !== undefined || !staysUp(scenario)) return [entry]
  try {
    entry.server = await Server.start(command, coresFor(contestant.threads ?? 1, cores))
    entry.banner = entry.server.banner
  } catch (error) {
    entry.failure = `did not start: ${reasonOf(error)}`
  }
  return [entry]
}

async function turn(entry: Entry, setting: Setting, round: number): Promise<Trial> {
  const { plan, scenario } = setting
  try {
    if (scenario.kind === 'memory') return await memoryTurn(entry.command, setting, round)
    if (scenario.kind === 'model')
      return await modelTurn(entry.contestant, entry.command, setting, round)
    if (entry.server === undefined) return await readyTurn(entry.contestant, setting, round)
    const first = entry.trials.length === 0
    if (first && scenario.rate > 0) await busyWarmup(entry.server, setting)
    return await serverTurn(entry.server, setting, round, first ? plan.firstWarmup : plan.warmup)
  } catch (error) {
    return { round, failure: reasonOf(error) }
  }
}

/** What a failure means where there were more connections than such a server can hold. */
function limitOf(contestant: Contestant, { connections, idle, job }: Scenario): string | undefined {
  const { descriptors } = contestant
  // Its own files, its listener and the runtime's own descriptors take some.
  if (descriptors === undefined || job === 'udp') return undefined
  if (connections + idle < descriptors - 50) return undefined
  return `takes no descriptor beyond ${(descriptors - 1).toLocaleString('en-US')}: a limit, not a mistake`
}

function rowOf(entry: Entry, { scenario, cores }: Setting): Row {
  const { contestant, trials, banner, failure, limit, calls } = entry
  const { connections, kind } = scenario
  const memory = kind === 'memory' ? summarizeMemory(trials, connections) : undefined
  const summary = kind === 'memory' ? undefined : summarize(trials)
  const told = failure ?? trials.find((trial) => trial.failure !== undefined)?.failure
  const where = coresFor(contestant.threads ?? 1, cores)
  return {
    server: contestant.name,
    title: contestant.title,
    role: contestant.role,
    about: contestant.about,
    banner,
    trials,
    ...(summary === undefined ? {} : { summary }),
    ...(memory === undefined ? {} : { memory }),
    ...(kind === 'model' ? modelPart(contestant, scenario, trials) : {}),
    ...(calls === undefined ? {} : { calls }),
    ...(contestant.threads === undefined || where === undefined
      ? {}
      : { threads: contestant.threads, cores: typeof where === 'number' ? 1 : where.length }),
    ...(limit === undefined ? {} : { limit }),
    ...(told === undefined || limit !== undefined ? {} : { failure: told }),
  }
}

/** One turn of one contestant, unless there is no use in it. */
async function tryTurn(entry: Entry, setting: Setting, round: number): Promise<void> {
  if (entry.failure !== undefined || entry.limit !== undefined) return
  const trial = await turn(entry, setting, round)
  entry.trials.push(trial)
  if (trial.failure !== undefined && entry.trials.every(({ failure }) => failure !== undefined))
    entry.limit = limitOf(entry.contestant, setting.scenario)
}

/** In a pass of its own, after all rounds. */
async function countAll(entries: readonly Entry[], { scenario, cores }: Setting): Promise<void> {
  const without = callsObstacle()
  for (const entry of entries) {
    if (entry.server?.ending() !== undefined || entry.server === undefined) continue
    if (entry.trials.every(({ failure }) => failure !== undefined)) continue
    entry.calls = without ?? (await countCalls(entry.server, scenario, cores))
  }
}

/**
 * Measures every contestant in one scenario. Each has a process of its own, and they take turns
 * (A B C, A B C, …): a machine that is slower for a while is slower for all of them.
 */
export async function runScenario(
  wanted: Scenario,
  contestants: readonly Contestant[],
  whole: Plan,
  cores: Cores,
  onTurn: OnTurn,
): Promise<ScenarioResult> {
  const scenario = await atCapacity(wanted, whole, cores)
  const plan = planFor(scenario, whole)
  const setting: Setting = { scenario, plan, cores }
  const entries: Entry[] = []
  try {
    for (const contestant of contestants) entries.push(...(await start(contestant, setting)))
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const entry of entries) {
        onTurn(scenario, entry.contestant, round)
        await tryTurn(entry, setting, round)
      }
    }
    if (plan.calls) await countAll(entries, setting)
  } finally {
    await Promise.all(
      entries.flatMap(({ server }) => (server === undefined ? [] : [server.stop()])),
    )
  }
  const { rounds, seconds } = plan
  return {
    scenario,
    ...(plan === whole ? {} : { length: { rounds, seconds } }),
    rows: compare(entries.map((entry) => rowOf(entry, setting))),
  }
}

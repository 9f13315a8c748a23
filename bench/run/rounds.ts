import type { Contestant } from '../contestants/contestant'
import { compare, summarize } from '../figures/summary'
import type { Row, ScenarioResult, Trial } from '../results'
import type { Scenario } from '../scenarios'
import { runLoad, type LoadResult } from './load'
import type { Cores } from './pinning'
import { Server } from './server'

/** How long each turn takes, and how many there are. */
export interface Plan {
  readonly rounds: number
  readonly seconds: number
  /** Warm-up before the first window of a server, in which its code is compiled, and before later ones. */
  readonly firstWarmup: number
  readonly warmup: number
}

/** Told what happens. `done` turns of the scenario's servers lie behind. */
export type OnTurn = (scenario: Scenario, contestant: Contestant, round: number) => void

interface Entry {
  readonly contestant: Contestant
  readonly trials: Trial[]
  server: Server | undefined
  banner: string
  failure: string | undefined
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Why a round does not count: any fault at all, since a wrong answer has no price. */
export function faultsOf(load: LoadResult): string | undefined {
  const { total, first, counts } = load.faults
  if (total === 0) return load.answers === 0 ? 'no answer within the window' : undefined
  const kinds = Object.entries(counts).map(([kind, times]) => `${String(times)} ${kind}`)
  return `${kinds.join(', ')}: ${first}`
}

async function start(
  contestant: Contestant,
  scenario: Scenario,
  cores: Cores,
): Promise<Entry | undefined> {
  const command = contestant.command(scenario.job)
  if (command === undefined) return undefined
  const entry: Entry = { contestant, trials: [], server: undefined, banner: '', failure: undefined }
  try {
    entry.server = await Server.start(command, cores.server)
    entry.banner = entry.server.banner
  } catch (error) {
    entry.failure = `did not start: ${reasonOf(error)}`
  }
  return entry
}

async function turn(
  entry: Entry,
  server: Server,
  scenario: Scenario,
  round: number,
  plan: Plan,
  cores: Cores,
): Promise<Trial> {
  const before = server.ending()
  if (before !== undefined) return { round, failure: `ended: ${before}` }
  try {
    const load = await runLoad({
      scenario,
      target: server.target,
      pid: server.pid,
      seconds: plan.seconds,
      warmup: entry.trials.length === 0 ? plan.firstWarmup : plan.warmup,
      core: cores.load,
    })
    const faults = faultsOf(load)
    const ending = faults === undefined ? server.ending() : await server.endingSoon()
    const failure = ending === undefined ? faults : `ended: ${ending}`
    return failure === undefined ? { round, load } : { round, failure, load }
  } catch (error) {
    return { round, failure: reasonOf(error) }
  }
}

/** What a failure probably means: there were more connections than such a server can hold. */
function hint(contestant: Contestant, { connections, idle }: Scenario): string {
  const { descriptors } = contestant
  // Its own files, its listener and the runtime's own descriptors take some.
  if (descriptors === undefined || connections + idle < descriptors - 50) return ''
  return ` (it takes no descriptor beyond ${(descriptors - 1).toLocaleString('en-US')}: a limit, not a mistake)`
}

function rowOf({ contestant, trials, banner, failure }: Entry, scenario: Scenario): Row {
  const summary = summarize(trials)
  const told = failure ?? trials.find((trial) => trial.failure !== undefined)?.failure
  const reason = told === undefined ? undefined : told + hint(contestant, scenario)
  return {
    server: contestant.name,
    title: contestant.title,
    role: contestant.role,
    about: contestant.about,
    banner,
    trials,
    ...(summary === undefined ? {} : { summary }),
    ...(reason === undefined ? {} : { failure: reason }),
  }
}

/**
 * Measures every contestant in one scenario. Each has a process of its own, and they take turns
 * (A B C, A B C, …): a machine that is slower for a while is slower for all of them.
 */
export async function runScenario(
  scenario: Scenario,
  contestants: readonly Contestant[],
  plan: Plan,
  cores: Cores,
  onTurn: OnTurn,
): Promise<ScenarioResult> {
  const entries: Entry[] = []
  try {
    for (const contestant of contestants) {
      const entry = await start(contestant, scenario, cores)
      if (entry !== undefined) entries.push(entry)
    }
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const entry of entries) {
        onTurn(scenario, entry.contestant, round)
        if (entry.server === undefined) continue
        entry.trials.push(await turn(entry, entry.server, scenario, round, plan, cores))
      }
    }
  } finally {
    await Promise.all(
      entries.flatMap(({ server }) => (server === undefined ? [] : [server.stop()])),
    )
  }
  return { scenario, rows: compare(entries.map((entry) => rowOf(entry, scenario))) }
}

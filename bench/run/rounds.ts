import { obstacle, type Contestant } from '../contestants/contestant'
import { compare, summarize, summarizeMemory } from '../figures/summary'
import type { Calls, Row, ScenarioResult, Trial } from '../results'
import type { Scenario } from '../scenarios'
import { callsObstacle, countCalls } from './calls'
import type { Cores } from './pinning'
import { modelPart, modelTurn } from './models'
import { Server } from './server'
import { memoryTurn, planFor, readyTurn, serverTurn, type Plan, type Setting } from './turns'

/** Told what happens. `done` turns of the scenario's servers lie behind. */
export type OnTurn = (scenario: Scenario, contestant: Contestant, round: number) => void

interface Entry {
  readonly contestant: Contestant
  readonly command: readonly string[]
  readonly trials: Trial[]
  server: Server | undefined
  banner: string
  failure: string | undefined
  calls: Calls | string | undefined
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Whether servers stay up from round to round. */
const staysUp = ({ kind }: Scenario): boolean => kind === 'talk' || kind === 'churn'

async function start(contestant: Contestant, { scenario, cores }: Setting): Promise<Entry[]> {
  const command = contestant.command(scenario.job)
  if (command === undefined) return []
  const failure = obstacle(contestant)
  const entry: Entry = {
    ...{ contestant, command, trials: [], failure },
    ...{ server: undefined, banner: '', calls: undefined },
  }
  if (failure !== undefined || !staysUp(scenario)) return [entry]
  try {
    entry.server = await Server.start(command, cores.server)
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
    const warmup = entry.trials.length === 0 ? plan.firstWarmup : plan.warmup
    return await serverTurn(entry.server, setting, round, warmup)
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

function rowOf({ contestant, trials, banner, failure, calls }: Entry, scenario: Scenario): Row {
  const { connections, kind } = scenario
  const memory = kind === 'memory' ? summarizeMemory(trials, connections) : undefined
  const summary = kind === 'memory' ? undefined : summarize(trials)
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
    ...(memory === undefined ? {} : { memory }),
    ...(kind === 'model' ? modelPart(contestant, scenario, trials) : {}),
    ...(calls === undefined ? {} : { calls }),
    ...(reason === undefined ? {} : { failure: reason }),
  }
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
  scenario: Scenario,
  contestants: readonly Contestant[],
  whole: Plan,
  cores: Cores,
  onTurn: OnTurn,
): Promise<ScenarioResult> {
  const plan = planFor(scenario, whole)
  const setting: Setting = { scenario, plan, cores }
  const entries: Entry[] = []
  try {
    for (const contestant of contestants) entries.push(...(await start(contestant, setting)))
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const entry of entries) {
        onTurn(scenario, entry.contestant, round)
        if (entry.failure === undefined) entry.trials.push(await turn(entry, setting, round))
      }
    }
    if (plan.calls) await countAll(entries, setting)
  } finally {
    await Promise.all(
      entries.flatMap(({ server }) => (server === undefined ? [] : [server.stop()])),
    )
  }
  return { scenario, rows: compare(entries.map((entry) => rowOf(entry, scenario))) }
}

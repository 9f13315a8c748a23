import type { Contestant } from '../contestants/contestant'
import { summarizeModel } from '../figures/models'
import type { Row, Trial } from '../results'
import type { Scenario } from '../scenarios'
import { Server } from './server'
import { serverTurn, type Setting } from './turns'

/** Seconds of both windows of a turn, and of the warm-up before each. */
const lengths = { talking: 0.4, transactions: 0.25, warmup: 0.1 }
/** With many connections a round of them all takes a good part of a second. */
const longLengths = { talking: 1, transactions: 0.6, warmup: 0.2 }
const many = 1000
/** Where a user has to wait for the start of a process or thread. */
const slowTransactions = 1.5

/** So many processes or threads take seconds to start. */
const manySlow = 100

/** More users who connect at the same time than a backlog holds would measure lost packets. */
const mostTransacting = 1000

const talks = ({ holds }: Contestant, { connections }: Scenario): boolean =>
  connections <= (holds?.connections ?? Infinity)

const transacts = ({ holds }: Contestant, { connections }: Scenario): boolean =>
  connections <= mostTransacting &&
  connections <= (holds?.transactions ?? holds?.connections ?? Infinity)

/** Whether a model has its turn in this round: where starting takes long, one is enough. */
function isDue(contestant: Contestant, scenario: Scenario, round: number): boolean {
  if (!talks(contestant, scenario) && !transacts(contestant, scenario)) return false
  return round === 0 || contestant.holds?.slow !== true || scenario.connections < manySlow
}

/** Connections that stay, and then connections for a message each; a new server in each round. */
export async function modelTurn(
  contestant: Contestant,
  command: readonly string[],
  setting: Setting,
  round: number,
): Promise<Trial> {
  const { scenario, plan, cores } = setting
  const { talking, transactions, warmup } = scenario.connections < many ? lengths : longLengths
  const transacting = contestant.holds?.slow === true ? slowTransactions : transactions
  if (!isDue(contestant, scenario, round)) return { round }
  const server = await Server.start(command, cores.server)
  const measured = async (part: Scenario, seconds: number): Promise<Trial> => {
    const shorter = { ...plan, seconds }
    return serverTurn(server, { scenario: part, plan: shorter, cores }, round, warmup)
  }
  try {
    const talk = talks(contestant, scenario) ? await measured(scenario, talking) : { round }
    if (talk.failure !== undefined || !transacts(contestant, scenario)) return talk
    const short = await measured({ ...scenario, kind: 'churn' }, transacting)
    const { failure, load } = short
    if (failure === undefined && load !== undefined) return { ...talk, transactions: load }
    // Too slow for this window, but right.
    if (load?.faults.total === 0 && server.ending() === undefined) return talk
    return { ...talk, failure: `transactions: ${failure ?? 'no figures'}` }
  } finally {
    await server.stop()
  }
}

/** What a row of models has beside that of any server. */
export function modelPart(
  contestant: Contestant,
  scenario: Scenario,
  trials: readonly Trial[],
): Pick<Row, 'model' | 'limit'> {
  const { holds } = contestant
  const goes = talks(contestant, scenario)
  const users = goes ? scenario.connections : (holds?.connections ?? 0)
  const model = summarizeModel(trials, users)
  return {
    ...(model === undefined ? {} : { model }),
    ...(goes || holds === undefined ? {} : { limit: `does not go so far: ${holds.why}` }),
  }
}

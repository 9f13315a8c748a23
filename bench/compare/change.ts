import { tellable } from '../figures/memory'
import type { Figure, Ratio } from '../figures/statistics'
import type { Row } from '../results'

/** What is looked at; less is better in all of them. */
export type Measure = 'CPU × floor' | 'CPU µs' | 'p99 × floor' | 'bytes open' | 'bytes answered'

/** Lowest, middle and highest of the rounds. */
export type Rounds = Pick<Figure, 'median' | 'min' | 'max'>

/** One figure of one server, then and now. */
export interface Change {
  readonly measure: Measure
  readonly before: Rounds
  readonly after: Rounds
  /** After against before: 1.2 is a fifth more. */
  readonly factor: number
  readonly verdict: 'slower' | 'faster' | 'same'
}

/** The least that medians have to lie apart, as a part, unless told. */
export const leastChange = 0.05

/**
 * Whether rounds prove a change: all of one side lie beyond all of the other's, the medians are `least`
 * apart, and the cheapest rounds, which noise disturbs least, say the same.
 * @param cheapest the cheapest round after against the cheapest before
 */
export function judge(
  measure: Measure,
  before: Rounds,
  after: Rounds,
  least: number,
  cheapest = after.min / before.min,
): Change {
  const factor = before.median > 0 ? after.median / before.median : 1
  const slower = after.min > before.max && factor >= 1 + least && cheapest > 1 + least / 2
  const faster = after.max < before.min && factor * (1 + least) <= 1 && cheapest < 1 - least / 2
  const verdict = slower ? 'slower' : faster ? 'faster' : 'same'
  return { measure, before, after, factor, verdict }
}

const judgeRatio = (measure: Measure, before: Ratio, after: Ratio, least: number): Change =>
  judge(measure, before, after, least, after.cheapest / before.cheapest)

/** Two rows of the same server in the same scenario. */
export interface Pair {
  readonly scenario: string
  readonly before: Row
  readonly after: Row
}

function cpu({ before, after }: Pair, sameMachine: boolean, least: number): (Change | string)[] {
  const [was, is] = [before.summary, after.summary]
  if (was === undefined || is === undefined) return []
  if (was.againstFloor !== undefined && is.againstFloor !== undefined)
    return [judgeRatio('CPU × floor', was.againstFloor, is.againstFloor, least)]
  return sameMachine
    ? [judge('CPU µs', was.cpu, is.cpu, least)]
    : ['taken on two machines, and only the ratio to the C++ floor could be compared']
}

function tail({ before, after }: Pair, least: number): Change[] {
  const [was, is] = [before.summary?.p99AgainstFloor, after.summary?.p99AgainstFloor]
  return was === undefined || is === undefined ? [] : [judgeRatio('p99 × floor', was, is, least)]
}

function memory({ before, after }: Pair, least: number): (Change | string)[] {
  const [was, is] = [before.memory, after.memory]
  if (was === undefined || is === undefined) return []
  if (![was.open, was.answered, is.open, is.answered].every(tellable))
    return ['a collector gave back more memory than the connections took: nothing to compare']
  return [
    judge('bytes open', was.open, is.open, least),
    judge('bytes answered', was.answered, is.answered, least),
  ]
}

/** All that can be said about a server in a scenario; a text where it can't, and why. */
export function changesOf(pair: Pair, sameMachine: boolean, least: number): (Change | string)[] {
  const rounds = [pair.before, pair.after].map((row) => (row.summary ?? row.memory)?.rounds ?? 0)
  if (Math.min(...rounds) < 2) return ['one round alone has no spread to judge by']
  // The floor is the measure, not what is measured: what it costs, the machine does.
  if (pair.after.role === 'floor') return memory(pair, least)
  return [...cpu(pair, sameMachine, least), ...tail(pair, least), ...memory(pair, least)]
}

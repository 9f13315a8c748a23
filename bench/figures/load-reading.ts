import type { ScenarioResult } from '../results'
import { listed, percent, whole } from './format'
import { measured, type Measured } from './measured'
import { saturated } from './summary'

/** Fewer answers than this part of what was due: the rest waited beyond the window. */
export const keepsUp = 0.98

/** At a fixed rate: who does not keep up, and whether the load generator itself did. */
function readRate(result: ScenarioResult): string[] {
  const { rate, share, capacity, unit } = result.scenario
  if (rate === 0) return []
  const rows = measured(result)
  const late = rows.filter(({ summary }) => summary.throughput.median < rate * keepsUp)
  const names = (list: readonly Measured[]) => listed(list.map(({ title }) => title))
  const full = rows.filter(({ summary }) => summary.loadBusy >= saturated)
  return [
    ...(share === undefined || capacity === undefined
      ? []
      : [
          `The rate is ${percent(share)} of ${whole(capacity)} ${unit}s/s, which is what the C++ floor answered in a closed loop in this run, with this load generator.`,
        ]),
    ...(late.length === 0
      ? []
      : [
          `Not keeping up at this rate: ${listed(late.map(({ title, summary }) => `${title} (${whole(summary.throughput.median)}/s)`))}. Their latency is that of a queue that grows as long as the load lasts.`,
        ]),
    ...(full.length === 0
      ? []
      : [
          `The load generator's own core was the bottleneck against ${full.length === rows.length ? 'every server' : names(full)}: latency at this rate is partly its own.`,
        ]),
  ]
}

/** Datagrams may get lost; whoever loses many has not done the same work. */
function readLoss(result: ScenarioResult): string[] {
  if (result.scenario.job !== 'udp') return []
  const losing = measured(result).flatMap(({ title, summary: { lost = 0 } }) =>
    lost === 0 ? [] : [`${title} ${lost < 0.001 ? 'under 0.1%' : `${(lost * 100).toFixed(1)}%`}`],
  )
  return losing.length === 0
    ? ['No datagram was lost.']
    : [`Datagrams without an answer within a quarter of a second, lost: ${losing.join(', ')}.`]
}

/** What several threads can show here depends on the cores that they were given. */
function readThreads(result: ScenarioResult): string[] {
  const crowded = result.rows.filter(({ threads = 1, cores = threads }) => threads > cores)
  if (crowded.length === 0) return []
  const [first] = crowded
  const cores = first?.cores === 1 ? 'one core' : `${String(first?.cores)} cores`
  return [
    `${listed(crowded.map(({ title }) => title))} had ${cores} for all threads, because the load generator needs one of this machine's for itself: throughput cannot grow with Workers here. What these figures show is what sharing a core costs, not what a second core would bring.`,
  ]
}

/** Who meets a limit that is known of it. */
export function readKnownLimits(result: ScenarioResult): string[] {
  // Models tell of theirs themselves.
  if (result.scenario.kind === 'model') return []
  return result.rows.flatMap(({ title, limit }) =>
    limit === undefined ? [] : [`${title} ${limit}.`],
  )
}

/** What the way a scenario loads its servers has to say about their figures. */
export const readLoad = (result: ScenarioResult): string[] => [
  ...readRate(result),
  ...readLoss(result),
  ...readThreads(result),
  ...readKnownLimits(result),
]

import type { Curve, Latency, Row, Summary, Trial } from '../results'
import type { LoadResult } from '../run/load'
import { figure, median, ratio, type Ratio } from './statistics'

/** Above this share of its core the load generator is what limits throughput. */
export const saturated = 0.95

/** Bytes of a body, from which on they weigh more than its head. */
const largeBody = 32 * 1024

const cpuPerKiB = (load: LoadResult): number =>
  (load.server.cpuUs * 1000) / ((load.bodyBytes ?? 0) / 1024)

const hasLargeBodies = ({ bodyBytes = 0, answers }: LoadResult): boolean =>
  bodyBytes >= answers * largeBody

const cpuPerAnswer = (load: LoadResult): number => load.server.cpuUs / load.answers

/** The rounds that count. */
export function counting(trials: readonly Trial[]): LoadResult[] {
  return trials.flatMap(({ failure, load }) =>
    failure === undefined && load !== undefined ? [load] : [],
  )
}

function userShare(loads: readonly LoadResult[]): number | undefined {
  // At a fixed rate a server works for moments that begin with a timer's tick, as the sampling does:
  // whole servers then seem to be nothing but user, or nothing but kernel.
  if (loads.some(({ due }) => due > 0)) return undefined
  const user = loads.reduce((sum, { server }) => sum + server.userTicks, 0)
  const sys = loads.reduce((sum, { server }) => sum + server.sysTicks, 0)
  // Below ten ticks one tick more or less would be a tenth of the whole.
  return user + sys < 10 ? undefined : user / (user + sys)
}

/** The median of the rounds at each percentile that all of them have. */
function curveOf(loads: readonly LoadResult[]): Curve {
  const rounds = loads.map(({ latencyUs }) => new Map(latencyUs.percentiles))
  return [...(rounds[0]?.keys() ?? [])].flatMap((percentile) => {
    const values = rounds.flatMap((round) => round.get(percentile) ?? [])
    return values.length < rounds.length ? [] : [[percentile, median(values)] as const]
  })
}

function latencyOf(loads: readonly LoadResult[]): Latency {
  const of = (name: 'p50' | 'p90' | 'p99' | 'p999') =>
    figure(loads.map(({ latencyUs }) => latencyUs[name]))
  const percentiles = curveOf(loads)
  return {
    ...(percentiles.length === 0 ? {} : { percentiles }),
    ...{ p50: of('p50'), p90: of('p90'), p99: of('p99'), p999: of('p999') },
  }
}

/** Of all datagrams that found an answer or were given up; undefined where nothing can get lost. */
function lostShare(loads: readonly LoadResult[]): number | undefined {
  if (loads.every(({ lost }) => lost === undefined)) return undefined
  const lost = loads.reduce((sum, load) => sum + (load.lost ?? 0), 0)
  return lost / (lost + loads.reduce((sum, { answers }) => sum + answers, 0))
}

/** The figures of one server; undefined when no round counts. */
export function summarize(trials: readonly Trial[]): Summary | undefined {
  const loads = counting(trials)
  if (loads.length === 0) return undefined
  const of = (value: (load: LoadResult) => number) => figure(loads.map(value))
  const share = userShare(loads)
  const lost = lostShare(loads)
  return {
    rounds: loads.length,
    throughput: of((load) => load.answers / load.windowSeconds),
    cpu: of(cpuPerAnswer),
    ...(loads.every(hasLargeBodies) ? { cpuPerKiB: of(cpuPerKiB) } : {}),
    ...(share === undefined ? {} : { userShare: share }),
    ...(loads.every(({ latencyUs }) => latencyUs.count === 0) ? {} : { latency: latencyOf(loads) }),
    ...(lost === undefined ? {} : { lost }),
    switches: {
      voluntary: of(({ server, answers }) => (server.voluntarySwitches / answers) * 1000),
      involuntary: of(({ server, answers }) => (server.involuntarySwitches / answers) * 1000),
    },
    rss: of((load) => load.server.rssBytes),
    serverBusy: median(loads.map((load) => load.server.cpuUs / 1e6 / load.windowSeconds)),
    loadBusy: median(loads.map((load) => load.loadCpuUs / 1e6 / load.windowSeconds)),
  }
}

type Value = (load: LoadResult) => number

function byRound(row: Row | undefined, value: Value): (number | undefined)[] {
  const rounds: (number | undefined)[] = []
  for (const { round, failure, load } of row?.trials ?? [])
    rounds[round] = failure === undefined && load !== undefined ? value(load) : undefined
  return Array.from(rounds)
}

/** Sets every row of a scenario beside the floor and beside what Node has, its servers or a package. */
export function compare(rows: readonly Row[]): Row[] {
  const floor = rows.find(({ role }) => role === 'floor')
  const node = rows.find(({ role }) => role === 'baseline')
  const against = (row: Row, other: Row | undefined, value: Value): Ratio | undefined =>
    ratio(byRound(row, value), byRound(other, value))
  return rows.map((row) => {
    if (row.summary === undefined) return row
    const againstFloor = against(row, floor, cpuPerAnswer)
    const againstNode = against(row, node, cpuPerAnswer)
    const atRate = row.trials.some(({ load }) => (load?.due ?? 0) > 0)
    const p99 = atRate ? against(row, floor, ({ latencyUs }) => latencyUs.p99) : undefined
    const byByte = row.summary.cpuPerKiB === undefined ? undefined : against(row, floor, cpuPerKiB)
    return {
      ...row,
      summary: {
        ...row.summary,
        ...(againstFloor === undefined ? {} : { againstFloor }),
        ...(againstNode === undefined ? {} : { againstNode }),
        ...(byByte === undefined ? {} : { byteAgainstFloor: byByte }),
        ...(p99 === undefined ? {} : { p99AgainstFloor: p99 }),
      },
    }
  })
}

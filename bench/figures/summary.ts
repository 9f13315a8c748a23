import type { Row, Summary, Trial } from '../results'
import type { LoadResult } from '../run/load'
import { figure, median, ratio, type Ratio } from './statistics'

/** Above this share of its core the load generator is what limits throughput. */
export const saturated = 0.95

const cpuPerAnswer = (load: LoadResult): number => load.server.cpuUs / load.answers

/** The rounds that count. */
function counting(trials: readonly Trial[]): LoadResult[] {
  return trials.flatMap(({ failure, load }) =>
    failure === undefined && load !== undefined ? [load] : [],
  )
}

function userShare(loads: readonly LoadResult[]): number | undefined {
  const user = loads.reduce((sum, { server }) => sum + server.userTicks, 0)
  const sys = loads.reduce((sum, { server }) => sum + server.sysTicks, 0)
  // Below ten ticks one tick more or less would be a tenth of the whole.
  return user + sys < 10 ? undefined : user / (user + sys)
}

/** The figures of one server; undefined when no round counts. */
export function summarize(trials: readonly Trial[]): Summary | undefined {
  const loads = counting(trials)
  if (loads.length === 0) return undefined
  const of = (value: (load: LoadResult) => number) => figure(loads.map(value))
  const share = userShare(loads)
  return {
    rounds: loads.length,
    throughput: of((load) => load.answers / load.windowSeconds),
    cpu: of(cpuPerAnswer),
    ...(share === undefined ? {} : { userShare: share }),
    p50: of((load) => load.latencyUs.p50),
    p90: of((load) => load.latencyUs.p90),
    p99: of((load) => load.latencyUs.p99),
    p999: of((load) => load.latencyUs.p999),
    rss: of((load) => load.server.rssBytes),
    serverBusy: median(loads.map((load) => load.server.cpuUs / 1e6 / load.windowSeconds)),
    loadBusy: median(loads.map((load) => load.loadCpuUs / 1e6 / load.windowSeconds)),
  }
}

function byRound(row: Row | undefined): (number | undefined)[] {
  const rounds: (number | undefined)[] = []
  for (const { round, failure, load } of row?.trials ?? [])
    rounds[round] = failure === undefined && load !== undefined ? cpuPerAnswer(load) : undefined
  return Array.from(rounds)
}

/** Sets every row of a scenario beside the floor and beside Node's own server. */
export function compare(rows: readonly Row[]): Row[] {
  const floor = byRound(rows.find(({ role }) => role === 'floor'))
  const node = byRound(rows.find(({ role }) => role === 'baseline'))
  return rows.map((row) => {
    if (row.summary === undefined) return row
    const own = byRound(row)
    const againstFloor: Ratio | undefined = ratio(own, floor)
    const againstNode: Ratio | undefined = ratio(own, node)
    return {
      ...row,
      summary: {
        ...row.summary,
        ...(againstFloor === undefined ? {} : { againstFloor }),
        ...(againstNode === undefined ? {} : { againstNode }),
      },
    }
  })
}

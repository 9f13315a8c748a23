import type { ModelSummary, Row, ScenarioResult, Trial } from '../results'
import type { LoadResult } from '../run/load'
import { listed, megabytes, whole } from './format'
import { differ, figure, type Figure } from './statistics'

const percentiles = (loads: readonly LoadResult[]) => ({
  p50: figure(loads.map(({ latencyUs }) => latencyUs.p50)),
  p99: figure(loads.map(({ latencyUs }) => latencyUs.p99)),
})

function talking(loads: readonly LoadResult[]) {
  if (loads.length === 0) return {}
  return {
    qps: figure(loads.map(({ answers, windowSeconds }) => answers / windowSeconds)),
    bytesPerSecond: figure(loads.map(({ bytes, windowSeconds }) => bytes / windowSeconds)),
    response: percentiles(loads),
    memory: figure(loads.map(({ server }) => server.rssBytes)),
  }
}

function transacting(loads: readonly LoadResult[]) {
  if (loads.length === 0) return {}
  return {
    tps: figure(loads.map(({ answers, windowSeconds }) => answers / windowSeconds)),
    transaction: percentiles(loads),
  }
}

/** The figures of a model; undefined when no round counts. */
export function summarizeModel(trials: readonly Trial[], users: number): ModelSummary | undefined {
  const counting = trials.filter(({ failure }) => failure === undefined)
  const loads = counting.flatMap(({ load }) => (load === undefined ? [] : [load]))
  const short = counting.flatMap(({ transactions }) =>
    transactions === undefined ? [] : [transactions],
  )
  const rounds = Math.max(loads.length, short.length)
  if (rounds === 0) return undefined
  return { rounds, users, ...talking(loads), ...transacting(short) }
}

/** Who has most of something, and who lies so near that the rounds can't tell. */
function first(
  rows: readonly Row[],
  of: (model: ModelSummary) => Figure | undefined,
  sign: 1 | -1,
) {
  const all = rows
    .flatMap(({ title, model }) => {
      const value = model === undefined ? undefined : of(model)
      return value === undefined ? [] : [{ title, value }]
    })
    .sort((a, b) => sign * (b.value.median - a.value.median))
  const [best] = all
  if (best === undefined || all.length < 2) return undefined
  const near = all.slice(1).filter(({ value }) => !differ(value, best.value))
  const noise =
    near.length === 0 ? '' : `, within the noise ${listed(near.map((one) => one.title))}`
  return { best, noise, last: all.at(-1) ?? best }
}

/** Who is ahead in what, and who does not come along. */
export function readModels({ scenario, rows }: ScenarioResult): string[] {
  if (scenario.kind !== 'model') return []
  const told: string[] = []
  const qps = first(rows, (model) => model.qps, 1)
  const tps = first(rows, (model) => model.tps, 1)
  const memory = first(rows, (model) => model.memory, -1)
  if (qps !== undefined)
    told.push(
      `Most messages a second on connections that stay: ${qps.best.title}, ${whole(qps.best.value.median)}${qps.noise}; fewest: ${qps.last.title}, ${whole(qps.last.value.median)}.`,
    )
  if (tps !== undefined)
    told.push(
      `Most transactions (connect, one message, close) a second: ${tps.best.title}, ${whole(tps.best.value.median)}${tps.noise}; fewest: ${tps.last.title}, ${whole(tps.last.value.median)}.`,
    )
  if (memory !== undefined)
    told.push(
      `Memory of the whole server: from ${megabytes(memory.best.value.median)} (${memory.best.title}) to ${megabytes(memory.last.value.median)} (${memory.last.title}).`,
    )
  const out = rows.flatMap(({ title, limit }) =>
    limit === undefined ? [] : [`${title} (${limit})`],
  )
  return out.length === 0 ? told : [...told, `With so many there is no figure of ${listed(out)}.`]
}

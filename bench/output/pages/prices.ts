import { micros, times, whole } from '../../figures/format'
import { noisy, type Figure, type Ratio } from '../../figures/statistics'
import type { Row, ScenarioResult } from '../../results'
import { markdown } from './markdown'

/** More columns than these are too wide for a page. */
const mostColumns = 5

/** Servers of some scenarios, each once, in the order of the tables. */
export function serversOf(scenarios: readonly ScenarioResult[]): Row[] {
  const all = new Map<string, Row>()
  for (const { rows } of scenarios)
    for (const row of rows) if (!all.has(row.server)) all.set(row.server, row)
  return [...all.values()]
}

export const rowOf = ({ rows }: ScenarioResult, server: string): Row | undefined =>
  rows.find((row) => row.server === server)

/** Parts of a list, each no longer than that. */
export function chunks<T>(list: readonly T[], most: number): T[][] {
  const count = Math.ceil(list.length / most)
  const size = Math.ceil(list.length / Math.max(1, count))
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size))
}

export const marked = (text: string, value: Figure): string => (noisy(value) ? `${text} ~` : text)

/** Why there is no figure: it takes no part, or could not. */
export function without(row: Row | undefined): string {
  if (row === undefined) return '–'
  if (row.limit !== undefined) return 'does not go'
  return row.failure === undefined ? '–' : 'fails'
}

export const ratioCell = (ratio: Ratio): string =>
  `${times(ratio.median)} (${times(ratio.cheapest)})`

/** CPU per answer: the floor's in µs, everybody's else against it. */
function priceCell(row: Row | undefined): string {
  const summary = row?.summary
  if (summary === undefined) return without(row)
  if (row?.role !== 'floor' && summary.againstFloor !== undefined)
    return marked(ratioCell(summary.againstFloor), summary.cpu)
  return marked(`${micros(summary.cpu.median)} µs (${micros(summary.cpu.min)})`, summary.cpu)
}

const code = ({ scenario }: ScenarioResult): string => `\`${scenario.name}\``

/** Servers down, scenarios across. */
export function priceTables(scenarios: readonly ScenarioResult[]): string[] {
  return chunks(scenarios, mostColumns).map((some) =>
    markdown(
      ['CPU per answer', ...some.map(code)],
      serversOf(some).map(({ server, title }) => [
        title,
        ...some.map((result) => priceCell(rowOf(result, server))),
      ]),
    ),
  )
}

/** What a reader of tails has to know. */
export const tailNote =
  'A p99 is made by the few moments in which the machine did something else: where the rounds of two servers overlap, no order between them is proved.'

const spanOf = ({ min, max }: Figure): string => `${whole(min)} to ${whole(max)}`

/** At a fixed rate: what half and what 99% of the answers take no longer than, with the rounds it comes from. */
export function tailTables(scenarios: readonly ScenarioResult[]): string[] {
  const tables = chunks(scenarios, 2).map((some) =>
    markdown(
      ['p50; p99 (rounds) in µs; p99 × floor (lowest rounds)', ...some.map(code)],
      serversOf(some).map(({ server, title }) => [
        title,
        ...some.map((result) => {
          const row = rowOf(result, server)
          const latency = row?.summary?.latency
          if (latency === undefined) return without(row)
          const against = row?.summary?.p99AgainstFloor
          const ratio = against === undefined ? '' : `; ${ratioCell(against)}`
          return `${whole(latency.p50.median)}; ${marked(`${whole(latency.p99.median)} (${spanOf(latency.p99)})`, latency.p99)}${ratio}`
        }),
      ]),
    ),
  )
  return tables.length === 0 ? [] : [...tables, tailNote]
}

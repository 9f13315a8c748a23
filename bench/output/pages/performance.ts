import { megabytes, micros, times, whole } from '../../figures/format'
import { bytesCell, tellable, untold } from '../../figures/memory'
import { isPoint, sweeps } from '../../figures/sweeps'
import type { Results, Row, ScenarioResult } from '../../results'
import { callTables } from './calls'
import { circumstances, markdown, runLine } from './markdown'
import { marked, priceTables, tailTables, without } from './prices'
import { sweepTable } from './sweep-table'

interface Group {
  readonly title: string
  readonly has: (result: ScenarioResult) => boolean
}

const answers = ({ scenario: { kind } }: ScenarioResult): boolean =>
  !['memory', 'ready', 'ring'].includes(kind)

/** By what is done; what fits nowhere comes last. */
const groups: readonly Group[] = [
  { title: 'Echo', has: ({ scenario: { job } }) => job === 'echo' },
  { title: 'HTTP', has: ({ scenario: { unit } }) => unit === 'request' },
  { title: 'UDP', has: ({ scenario: { unit } }) => unit === 'datagram' },
  { title: 'Others', has: () => true },
]

function grouped(results: readonly ScenarioResult[]): (readonly [string, ScenarioResult[]])[] {
  const left = new Set(results)
  return groups.map(({ title, has }) => {
    const mine = [...left].filter(has)
    for (const result of mine) left.delete(result)
    return [title, mine]
  })
}

function memoryTable({ scenario, rows }: ScenarioResult): string {
  const hidden = rows.some(
    ({ memory }) => memory !== undefined && !(tellable(memory.open) && tellable(memory.answered)),
  )
  const note = `\n\n${untold}: in at least one round the process was smaller than before the connections, because its collector gave back more than they took.`
  const table = markdown(
    [scenario.title, 'bytes each, open', 'bytes each, after one message', 'process without'],
    rows.map((row) => {
      const { title, memory } = row
      if (memory === undefined) return [title, without(row), '–', '–']
      const { open, answered, before } = memory
      return [title, bytesCell(open), bytesCell(answered), megabytes(before.median)]
    }),
  )
  return hidden ? table + note : table
}

const own = ({ summary }: Row): number | undefined =>
  summary?.userShare === undefined ? undefined : summary.cpu.median * summary.userShare

/** Descriptors in one process: what an event costs, and what of it a handler in JavaScript adds. */
function readyTable({ scenario, rows }: ScenarioResult): string {
  const floor = rows.find(({ role }) => role === 'floor')
  const least = floor === undefined ? undefined : own(floor)
  const npm = rows.find(({ role }) => role === 'baseline')
  const against = npm?.summary?.cpu.median
  return markdown(
    [
      ...[scenario.title, 'events per CPU second', 'CPU µs per event'],
      'user µs over the C++ loop',
      ...(npm === undefined ? [] : [`× ${npm.title}`]),
    ],
    rows.map((row) => {
      const { title, summary } = row
      const more = npm === undefined ? [] : ['–']
      if (summary === undefined) return [title, without(row), '–', '–', ...more]
      const { cpu } = summary
      const user = own(row)
      const share = against === undefined ? '–' : times(against / cpu.median)
      return [
        title,
        whole(1e6 / cpu.median),
        marked(micros(cpu.median), cpu),
        user === undefined || least === undefined ? '–' : (user - least).toFixed(2),
        ...more.map(() => share),
      ]
    }),
  )
}

function section(title: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`### ${title}`, ...parts]
}

/** What stands in docs/performance.md between its marks: every scenario of a run, in groups. */
export function performanceFigures(results: Results): string {
  const all = sweeps(results)
  const own = results.scenarios.filter((result) => !isPoint(result, all))
  const of = (kind: string) => own.filter(({ scenario }) => scenario.kind === kind)
  const tables = grouped(own.filter(answers)).flatMap(([title, some]) =>
    section(title, [
      ...priceTables(some),
      ...tailTables(some.filter(({ scenario }) => scenario.rate > 0)),
    ]),
  )
  return [
    `${runLine(results)}: ${circumstances(results)}`,
    'CPU per answer is the floor’s in µs, median (cheapest round), and everybody else’s against it: median of the ratios within a round (ratio of the cheapest rounds). `~`: the rounds lie more than 15% apart.',
    ...tables,
    ...section('How the price grows', all.map(sweepTable)),
    ...section('Memory', of('memory').map(memoryTable)),
    ...section('Descriptors in one process', [...of('ready'), ...of('ring')].map(readyTable)),
    ...section('System calls, under strace', callTables(results.scenarios)),
  ].join('\n\n')
}

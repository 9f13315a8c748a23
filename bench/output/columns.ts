import { megabytes, micros, times, whole } from '../figures/format'
import { tellable, untold } from '../figures/memory'
import { noisy, type Figure } from '../figures/statistics'
import { saturated } from '../figures/summary'
import type { Row, ScenarioResult } from '../results'

/** A column of a table on a terminal. */
export interface Column {
  readonly head: string
  readonly width: number
  /** Left out where the window is narrow; results.json and the report have it. */
  readonly wide?: true
  readonly cell: (row: Row) => string
}

/** Text is no wider than the first, and no narrower than the second, for which every table has columns to leave out. */
export const fullWidth = 100
export const narrowWidth = 80

/** Where there is no window, in a file or a pipe: all columns of all tables. */
export const roomy = 120

/** A figure with its marks, in a column of their own so that digits stand below digits. */
const mark = (text: string, value: Figure, limited = false): string =>
  text + (noisy(value) ? '~' : limited ? '!' : ' ')

const marked = (value: Figure | undefined, told: (value: number) => string = whole): string =>
  value === undefined ? '– ' : mark(told(value.median), value)

/** The split is a sample: two digits after the point are all it has. */
const split = (value: number | undefined): string =>
  value === undefined ? '–' : value < 10 ? value.toFixed(2) : micros(value)

const ratio = (value: number | undefined): string => (value === undefined ? '–' : times(value))

const bytes = (value: Figure | undefined): string =>
  value === undefined ? '– ' : tellable(value) ? mark(whole(value.median), value) : `${untold} `

export const title: Column = { head: 'server', width: 22, cell: (row) => row.title }

/** What a server does under load: its answers, what they cost, how long they take. */
export function answerColumns({ scenario }: ScenarioResult): Column[] {
  const answers = `${scenario.unit}s/s `
  const own = ({ summary }: Row, of: (share: number) => number) =>
    summary?.userShare === undefined ? undefined : summary.cpu.median * of(summary.userShare)
  const throughput = ({ summary }: Row) =>
    summary === undefined
      ? '– '
      : mark(
          whole(summary.throughput.median),
          summary.throughput,
          summary.loadBusy >= saturated && scenario.rate === 0,
        )
  return [
    title,
    { head: answers.length > 11 ? 'answers/s ' : answers, width: 11, cell: throughput },
    { head: 'CPU µs ', width: 7, cell: ({ summary }) => marked(summary?.cpu, micros) },
    { head: 'user', width: 5, wide: true, cell: (row) => split(own(row, (share) => share)) },
    { head: 'kernel', width: 6, wide: true, cell: (row) => split(own(row, (share) => 1 - share)) },
    {
      head: 'best',
      width: 6,
      cell: ({ summary }) => (summary === undefined ? '–' : micros(summary.cpu.min)),
    },
    { head: '×floor', width: 6, cell: ({ summary }) => ratio(summary?.againstFloor?.median) },
    {
      head: '×best',
      width: 5,
      wide: true,
      cell: ({ summary }) => ratio(summary?.againstFloor?.cheapest),
    },
    {
      head: scenario.kind === 'ready' ? '×npm' : '×node',
      width: 5,
      cell: ({ summary }) => ratio(summary?.againstNode?.median),
    },
    { head: 'p50 µs ', width: 7, cell: ({ summary }) => marked(summary?.latency?.p50) },
    { head: 'p99 µs ', width: 8, cell: ({ summary }) => marked(summary?.latency?.p99) },
  ]
}

/** What its connections weigh. */
export const memoryColumns: readonly Column[] = [
  title,
  { head: 'bytes open', width: 14, cell: ({ memory }) => bytes(memory?.open) },
  { head: 'answered', width: 14, cell: ({ memory }) => bytes(memory?.answered) },
  {
    head: 'MB without',
    width: 12,
    cell: ({ memory }) => (memory === undefined ? '–' : megabytes(memory.before.median)),
  },
]

/** What a model of concurrency does. */
export const modelColumns: readonly Column[] = [
  { ...title, head: 'model' },
  { head: 'QPS ', width: 9, cell: ({ model }) => marked(model?.qps) },
  { head: 'p50 µs ', width: 8, cell: ({ model }) => marked(model?.response?.p50) },
  { head: 'p99 µs ', width: 9, cell: ({ model }) => marked(model?.response?.p99) },
  {
    head: 'echoed/s ',
    width: 9,
    wide: true,
    cell: ({ model }) => marked(model?.bytesPerSecond, megabytes),
  },
  { head: 'TPS ', width: 8, cell: ({ model }) => marked(model?.tps) },
  { head: 'p50 µs ', width: 8, wide: true, cell: ({ model }) => marked(model?.transaction?.p50) },
  { head: 'p99 µs ', width: 9, wide: true, cell: ({ model }) => marked(model?.transaction?.p99) },
  { head: 'users', width: 6, wide: true, cell: ({ model }) => whole(model?.users ?? 0) },
  { head: 'memory ', width: 9, cell: ({ model }) => marked(model?.memory, megabytes) },
  { head: 'CPU µs ', width: 7, cell: ({ summary }) => marked(summary?.cpu, micros) },
]

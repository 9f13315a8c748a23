import { megabytes, micros, percent, times, whole } from '../figures/format'
import { readAll, readScenario } from '../figures/reading'
import { noisy, type Figure } from '../figures/statistics'
import { saturated } from '../figures/summary'
import type { Results, Row, ScenarioResult, Summary } from '../results'
import { machineFacts, sources } from './sources'

const width = 100

/** Breaks text into lines that begin with `indent`. */
export function wrap(text: string, indent = '', first = indent): string {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line].join('\n')
}

/** A figure with its marks, in a column of their own so that digits stand below digits. */
const mark = (text: string, value: Figure, limited = false): string =>
  text + (noisy(value) ? '~' : limited ? '!' : ' ')

/** The split is a sample: two digits after the point are all it has. */
const split = (value: number): string => (value < 10 ? value.toFixed(2) : micros(value))

function cells(title: string, summary: Summary, fixedRate: boolean): string[] {
  const { cpu, userShare, throughput, againstFloor, againstNode, latency } = summary
  const limited = summary.loadBusy >= saturated && !fixedRate
  const waited = (value: Figure | undefined) =>
    value === undefined ? '– ' : mark(whole(value.median), value)
  return [
    title,
    mark(whole(throughput.median), throughput, limited),
    mark(micros(cpu.median), cpu),
    userShare === undefined ? '–' : split(cpu.median * userShare),
    userShare === undefined ? '–' : split(cpu.median * (1 - userShare)),
    micros(cpu.min),
    againstFloor === undefined ? '–' : times(againstFloor.median),
    againstFloor === undefined ? '–' : times(againstFloor.cheapest),
    againstNode === undefined ? '–' : times(againstNode.median),
    waited(latency?.p50),
    waited(latency?.p99),
  ]
}

const widths = [22, 11, 7, 5, 6, 6, 6, 5, 5, 7, 8]

const memoryWidths = [22, 12, 12, 12]
const modelWidths = [22, 9, 8, 9, 9, 8, 8, 9, 6, 9, 7]

function line(columns: readonly string[], columnWidths: readonly number[] = widths): string {
  return columns
    .map((text, index) => {
      const columnWidth = columnWidths[index] ?? 0
      return index === 0 ? text.padEnd(columnWidth) : text.padStart(columnWidth)
    })
    .join(' ')
    .trimEnd()
}

function failureLines(title: string, failure: string | undefined): string[] {
  const indent = ' '.repeat((widths[0] ?? 0) + 1)
  return failure === undefined ? [] : [wrap(failure, indent, `${title.padEnd(widths[0] ?? 0)} `)]
}

function rowLines({ title, summary, failure, limit }: Row, fixedRate: boolean): string[] {
  const figures = summary === undefined ? [] : [line(cells(title, summary, fixedRate))]
  return [...figures, ...failureLines(title, failure ?? limit)]
}

function answerLines({ scenario, rows }: ScenarioResult): string[] {
  const answers = `${scenario.unit}s/s `
  const head = [
    ...[
      'server',
      answers.length > (widths[1] ?? 0) ? 'answers/s ' : answers,
      'CPU µs ',
      'user',
      'kernel',
      'best',
      '×floor',
      '×best',
    ],
    ...[scenario.kind === 'ready' ? '×npm' : '×node', 'p50 µs ', 'p99 µs '],
  ]
  return [line(head), ...rows.flatMap((row) => rowLines(row, scenario.rate > 0))]
}

function memoryLines({ rows }: ScenarioResult): string[] {
  const head = ['server', 'bytes open', 'answered', 'MB without']
  const told = rows.flatMap(({ title, memory, failure, limit }) => {
    if (memory === undefined) return failureLines(title, failure ?? limit)
    const { open, answered, before } = memory
    const cells = [
      title,
      mark(whole(open.median), open),
      mark(whole(answered.median), answered),
      megabytes(before.median),
    ]
    return [line(cells, memoryWidths), ...failureLines(title, failure)]
  })
  return [line(head, memoryWidths), ...told]
}

function modelCells({ title, model, summary }: Row): string[] {
  const of = (value: Figure | undefined, told = whole) =>
    value === undefined ? '– ' : mark(told(value.median), value)
  return [
    title,
    ...[of(model?.qps), of(model?.response?.p50), of(model?.response?.p99)],
    of(model?.bytesPerSecond, megabytes),
    ...[of(model?.tps), of(model?.transaction?.p50), of(model?.transaction?.p99)],
    whole(model?.users ?? 0),
    of(model?.memory, megabytes),
    of(summary?.cpu, micros),
  ]
}

function modelLines({ rows }: ScenarioResult): string[] {
  const head = [
    ...['model', 'QPS ', 'p50 µs ', 'p99 µs ', 'echoed/s ', 'TPS ', 'p50 µs ', 'p99 µs '],
    ...['users', 'memory ', 'CPU µs '],
  ]
  const told = rows.flatMap((row) => [
    ...(row.model === undefined ? [] : [line(modelCells(row), modelWidths)]),
    ...failureLines(row.title, row.failure ?? row.limit),
  ])
  return [line(head, modelWidths), ...told]
}

function tableLines(result: ScenarioResult): string[] {
  if (result.scenario.kind === 'model') return modelLines(result)
  return result.scenario.kind === 'memory' ? memoryLines(result) : answerLines(result)
}

/** One scenario as a table, with its reading below. */
export function scenarioTable(result: ScenarioResult, results: Results): string {
  const { scenario } = result
  return [
    `── ${scenario.title} `.padEnd(width, '─'),
    '',
    ...tableLines(result),
    '',
    ...readScenario(result, results).map((sentence) => wrap(sentence, '  ', '· ')),
    '',
  ].join('\n')
}

/** Everything that a run prints at its end. */
export function printed(results: Results): string {
  const name = (text: string) => text.padEnd(15)
  const indent = ' '.repeat(15)
  const facts = [...sources, ...machineFacts(results)]
  const noise = results.scenarios.flatMap(({ rows }) =>
    rows.flatMap(({ summary }) => (summary === undefined ? [] : [summary.cpu.spread])),
  )
  const worst =
    noise.length === 0 ? '' : `Largest spread of CPU per answer: ${percent(Math.max(...noise))}.`
  return [
    ...results.scenarios.map((result) => scenarioTable(result, results)),
    '── In short '.padEnd(width, '─'),
    '',
    ...readAll(results).map((sentence) => wrap(sentence, '  ', '· ')),
    '',
    '── Where the figures come from '.padEnd(width, '─'),
    '',
    ...facts.map(([what, text]) => wrap(text, indent, name(what))),
    ...(worst === '' ? [] : [wrap(worst, indent, name('noise'))]),
    '',
  ].join('\n')
}

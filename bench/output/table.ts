import { micros, percent, times, whole } from '../figures/format'
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
  const { cpu, userShare, throughput, againstFloor, againstNode, p50, p99 } = summary
  const limited = summary.loadBusy >= saturated && !fixedRate
  return [
    title,
    mark(whole(throughput.median), throughput, limited),
    mark(micros(cpu.median), cpu),
    userShare === undefined ? '–' : split(cpu.median * userShare),
    userShare === undefined ? '–' : split(cpu.median * (1 - userShare)),
    micros(cpu.min),
    againstFloor === undefined ? '–' : times(againstFloor.median),
    againstNode === undefined ? '–' : times(againstNode.median),
    mark(whole(p50.median), p50),
    mark(whole(p99.median), p99),
  ]
}

const widths = [22, 12, 8, 6, 7, 6, 7, 6, 8, 9]

function line(columns: readonly string[]): string {
  return columns
    .map((text, index) =>
      index === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[index] ?? 0),
    )
    .join(' ')
    .trimEnd()
}

function rowLines(row: Row, fixedRate: boolean): string[] {
  const indent = ' '.repeat((widths[0] ?? 0) + 1)
  const failure =
    row.failure === undefined
      ? []
      : [wrap(row.failure, indent, `${row.title.padEnd(widths[0] ?? 0)} `)]
  return row.summary === undefined
    ? failure
    : [line(cells(row.title, row.summary, fixedRate)), ...failure]
}

/** One scenario as a table, with its reading below. */
export function scenarioTable(result: ScenarioResult, results: Results): string {
  const { scenario } = result
  const head = line([
    'server',
    `${scenario.unit}s/s `,
    'CPU µs ',
    'user',
    'kernel',
    'best',
    '×floor',
    '×node',
    'p50 µs ',
    'p99 µs ',
  ])
  return [
    `── ${scenario.title} `.padEnd(width, '─'),
    '',
    head,
    ...result.rows.flatMap((row) => rowLines(row, scenario.rate > 0)),
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

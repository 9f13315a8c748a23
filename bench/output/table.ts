import { percent } from '../figures/format'
import { readAll, readScenario } from '../figures/reading'
import type { Results, Row, ScenarioResult } from '../results'
import {
  answerColumns,
  fullWidth,
  memoryColumns,
  modelColumns,
  narrowWidth,
  roomy,
  title,
  type Column,
} from './columns'
import { machineFacts, sources } from './sources'

/** Breaks text into lines that begin with `indent`. */
export function wrap(text: string, indent = '', first = indent, width = fullWidth): string {
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

/** As wide as the window, within bounds: longer lines are hard to read, and shorter ones hold no table. */
const proseWidth = (room: number): number => Math.min(fullWidth, Math.max(narrowWidth, room))

function line(columns: readonly Column[], text: (column: Column) => string): string {
  return columns
    .map((column) =>
      column.width === title.width
        ? text(column).padEnd(column.width)
        : text(column).padStart(column.width),
    )
    .join(' ')
    .trimEnd()
}

function reasonLines({ title: name, failure, limit }: Row, width: number): string[] {
  const reason = failure ?? limit
  const indent = ' '.repeat(title.width + 1)
  return reason === undefined ? [] : [wrap(reason, indent, `${name.padEnd(title.width)} `, width)]
}

function columnsOf(result: ScenarioResult): readonly Column[] {
  if (result.scenario.kind === 'model') return modelColumns
  return result.scenario.kind === 'memory' ? memoryColumns : answerColumns(result)
}

/** Whether a row has figures of the kind that its table shows. */
function filled({ scenario: { kind } }: ScenarioResult, row: Row): boolean {
  if (kind === 'model') return row.model !== undefined
  return (kind === 'memory' ? row.memory : row.summary) !== undefined
}

function tableLines(result: ScenarioResult, room: number): string[] {
  const all = columnsOf(result)
  const needed = all.reduce((sum, column) => sum + column.width + 1, -1)
  const columns = needed <= room ? all : all.filter(({ wide }) => wide !== true)
  const width = proseWidth(room)
  return [
    line(columns, ({ head }) => head),
    ...result.rows.flatMap((row) => [
      ...(filled(result, row) ? [line(columns, ({ cell }) => cell(row))] : []),
      ...reasonLines(row, width),
    ]),
  ]
}

/** One scenario as a table, with its reading below. */
export function scenarioTable(result: ScenarioResult, results: Results, room = roomy): string {
  const width = proseWidth(room)
  return [
    `── ${result.scenario.title} `.padEnd(width, '─'),
    '',
    ...tableLines(result, room),
    '',
    ...readScenario(result, results).map((sentence) => wrap(sentence, '  ', '· ', width)),
    '',
  ].join('\n')
}

/**
 * Everything that a run prints at its end; what says most comes last, where one looks first.
 * @param room columns of the window: tables leave some of theirs out where it is narrow
 */
export function printed(results: Results, room = roomy): string {
  const width = proseWidth(room)
  const name = (text: string) => text.padEnd(15)
  const indent = ' '.repeat(15)
  const facts = [...sources, ...machineFacts(results)]
  const noise = results.scenarios.flatMap(({ rows }) =>
    rows.flatMap(({ summary }) => (summary === undefined ? [] : [summary.cpu.spread])),
  )
  const worst =
    noise.length === 0 ? '' : `Largest spread of CPU per answer: ${percent(Math.max(...noise))}.`
  return [
    ...results.scenarios.map((result) => scenarioTable(result, results, room)),
    '── Where the figures come from '.padEnd(width, '─'),
    '',
    ...facts.map(([what, text]) => wrap(text, indent, name(what), width)),
    ...(worst === '' ? [] : [wrap(worst, indent, name('noise'), width)]),
    '',
    '── In short '.padEnd(width, '─'),
    '',
    ...readAll(results).map((sentence) => wrap(sentence, '  ', '· ', width)),
    '',
  ].join('\n')
}

import { micros, percent, times, whole } from '../figures/format'
import { wrap } from '../output/table'
import type { Results } from '../results'
import type { Measure, Rounds } from './change'
import type { Comparison, Found } from './comparison'

type Named = readonly [file: string, results: Results]

function heading(which: string, [file, { startedAt, settings, machine }]: Named): string {
  const when = startedAt.slice(0, 16).replace('T', ' ')
  const rounds = `${String(settings.rounds)} rounds of ${String(settings.seconds)} s`
  return `${which}  ${file}: ${when} UTC, ${rounds}, edgeloop ${machine.edgeloop}, Node ${machine.node}`
}

const formats: Readonly<Record<Measure, (value: number) => string>> = {
  'CPU × floor': times,
  'CPU µs': micros,
  'p99 × floor': times,
  'bytes open': whole,
  'bytes answered': whole,
}

function signed(factor: number): string {
  return `${factor < 1 ? '' : '+'}${percent(factor - 1)}`
}

function cells({ scenario, title, measure, before, after, factor }: Found): string[] {
  const format = formats[measure]
  const range = ({ min, max }: Rounds) => `${format(min)}–${format(max)}`
  return [
    ...[scenario, title, measure, format(before.median), '→', format(after.median)],
    ...[signed(factor), `(rounds ${range(before)} → ${range(after)})`],
  ]
}

/** Columns as wide as what stands in them. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const right = new Set([3, 5, 6])
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0
        return right.has(column) ? text.padStart(width) : text.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => wrap(line, '    ', '  ')), '']
}

function changed(found: readonly Found[], verdict: 'slower' | 'faster'): string[] {
  const sorted = found
    .filter((one) => one.verdict === verdict)
    .sort((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)))
  return aligned(sorted.map(cells)).map((line) => `  ${line}`)
}

function verdictLine({ found, broken }: Comparison, least: number): string {
  const count = (verdict: string) => found.filter((one) => one.verdict === verdict).length
  const figures = `${String(found.length)} figures compared`
  const rule = `beyond noise: no round of the one among those of the other, medians ${percent(least)} apart or more`
  const failing = broken.length === 0 ? '' : `, ${String(broken.length)} failing now`
  return `${figures}: ${String(count('slower'))} slower, ${String(count('faster'))} faster, ${String(count('same'))} the same${failing} (${rule}).`
}

/** What `edgeloop bench compare` prints. */
export function printedComparison(
  comparison: Comparison,
  before: Named,
  after: Named,
  least: number,
): string {
  const { found, broken, mended, skipped, warnings } = comparison
  const table = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title, ...lines, '']
  return [
    heading('old', before),
    heading('new', after),
    '',
    ...block('Beware', warnings),
    ...table('Slower', changed(found, 'slower')),
    ...block('Fails now', broken),
    ...table('Faster', changed(found, 'faster')),
    ...block('Works again', mended),
    ...block('Not compared', skipped),
    verdictLine(comparison, least),
    '',
  ].join('\n')
}

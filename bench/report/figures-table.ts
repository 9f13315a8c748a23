import { megabytes, micros, percent, times, whole } from '../figures/format'
import { noisy, type Figure } from '../figures/statistics'
import { saturated } from '../figures/summary'
import type { Row, ScenarioResult } from '../results'
import { html, type Html } from './html'

const mark = (text: string, value: Figure) => (noisy(value) ? `${text} ~` : text)

const tone = (row: Row): string =>
  row.role === 'floor' ? 'floor' : row.role === 'baseline' ? 'node' : 'edgeloop'

function tableRow(row: Row, limitedCounts: boolean): Html {
  const { summary } = row
  if (summary === undefined)
    return html`<tr class="${tone(row)}">
      <td>${row.title}</td>
      <td class="failure" colspan="13">${row.failure ?? 'no figures'}</td>
    </tr>`
  const { cpu, userShare, againstFloor, againstNode } = summary
  const limited = limitedCounts && summary.loadBusy >= saturated ? ' !' : ''
  const cells = [
    mark(whole(summary.throughput.median), summary.throughput) + limited,
    mark(micros(cpu.median), cpu),
    `${micros(cpu.min)} to ${micros(cpu.max)}`,
    userShare === undefined ? '–' : micros(cpu.median * userShare),
    userShare === undefined ? '–' : micros(cpu.median * (1 - userShare)),
    againstFloor === undefined
      ? '–'
      : `${times(againstFloor.median)} (${times(againstFloor.cheapest)})`,
    againstNode === undefined
      ? '–'
      : `${times(againstNode.median)} (${times(againstNode.cheapest)})`,
    mark(whole(summary.p50.median), summary.p50),
    mark(whole(summary.p90.median), summary.p90),
    mark(whole(summary.p99.median), summary.p99),
    mark(whole(summary.p999.median), summary.p999),
    megabytes(summary.rss.median),
    `${percent(summary.serverBusy)} / ${percent(summary.loadBusy)}`,
  ]
  return html`<tr class="${tone(row)}">
    <td>${row.title}</td>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr>`
}

/** All figures of a scenario. */
export function figuresTable(result: ScenarioResult): Html {
  const heads = [
    'server',
    `${result.scenario.unit}s/s`,
    'CPU µs',
    'all rounds',
    'user',
    'kernel',
    '× floor (cheapest)',
    '× node (cheapest)',
    'p50 µs',
    'p90 µs',
    'p99 µs',
    'p99.9 µs',
    'memory',
    'core busy: server / load',
  ]
  const closed = result.scenario.rate === 0
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${result.rows.map((row) => tableRow(row, closed))}
      </tbody>
    </table>
  </div>`
}

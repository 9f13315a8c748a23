import { figures, megabytes, micros, percent, times, whole } from '../figures/format'
import { bytesCell } from '../figures/memory'
import { noisy, type Figure, type Ratio } from '../figures/statistics'
import { saturated } from '../figures/summary'
import type { Row, ScenarioResult } from '../results'
import { toneOf } from './charts'
import { html, type Html } from './html'
import { modelTable } from './model-table'

const mark = (text: string, value: Figure) => (noisy(value) ? `${text} ~` : text)

const rounded = (value: Figure | undefined): string =>
  value === undefined ? '–' : mark(whole(value.median), value)

const against = (value: Ratio | undefined): string =>
  value === undefined ? '–' : `${times(value.median)} (${times(value.cheapest)})`

function tableRow(row: Row, limitedCounts: boolean): Html {
  const { summary } = row
  if (summary === undefined)
    return html`<tr class="${toneOf(row.role)}">
      <td>${row.title}</td>
      <td class="failure" colspan="16">${row.failure ?? row.limit ?? 'no figures'}</td>
    </tr>`
  const { cpu, userShare, againstFloor, againstNode, latency, p99AgainstFloor, switches } = summary
  const limited = limitedCounts && summary.loadBusy >= saturated ? ' !' : ''
  const cells = [
    mark(whole(summary.throughput.median), summary.throughput) + limited,
    mark(micros(cpu.median), cpu),
    `${micros(cpu.min)} to ${micros(cpu.max)}`,
    userShare === undefined ? '–' : micros(cpu.median * userShare),
    userShare === undefined ? '–' : micros(cpu.median * (1 - userShare)),
    against(againstFloor),
    against(againstNode),
    rounded(latency?.p50),
    rounded(latency?.p90),
    rounded(latency?.p99),
    rounded(latency?.p999),
    against(p99AgainstFloor),
    typeof row.calls === 'object' ? row.calls.total.toFixed(2) : '–',
    `${figures(switches.voluntary.median)} / ${figures(switches.involuntary.median)}`,
    megabytes(summary.rss.median),
    `${percent(summary.serverBusy)} / ${percent(summary.loadBusy)}`,
  ]
  return html`<tr class="${toneOf(row.role)}">
    <td>${row.title}</td>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr>`
}

/** All figures of a scenario. */
export function figuresTable(result: ScenarioResult): Html {
  if (result.scenario.kind === 'model') return modelTable(result)
  return result.scenario.kind === 'memory' ? memoryTable(result) : answersTable(result)
}

/** With all rounds, also where they tell only that there is nothing to tell. */
const grownBy = (value: Figure): string =>
  `${bytesCell(value)} (${whole(value.min)} to ${whole(value.max)})`

function memoryRow({ title, role, memory, failure, limit }: Row): Html {
  const cells =
    memory === undefined
      ? html`<td class="failure" colspan="4">${failure ?? limit ?? 'no figures'}</td>`
      : [
          grownBy(memory.open),
          grownBy(memory.answered),
          megabytes(memory.before.median),
          String(memory.rounds),
        ].map((cell) => html`<td>${cell}</td>`)
  return html`<tr class="${toneOf(role)}">
    <td>${title}</td>
    ${cells}
  </tr>`
}

function memoryTable(result: ScenarioResult): Html {
  const heads = [
    'server',
    'bytes, open (rounds)',
    'bytes, after one message (rounds)',
    'process without',
    'rounds',
  ]
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${result.rows.map(memoryRow)}
      </tbody>
    </table>
  </div>`
}

function answersTable(result: ScenarioResult): Html {
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
    'p99 × floor (best)',
    'system calls',
    'switches per 1,000',
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

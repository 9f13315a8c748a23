import { megabytes, micros, whole } from '../figures/format'
import { noisy, type Figure } from '../figures/statistics'
import type { Row, ScenarioResult } from '../results'
import { toneOf } from './charts'
import { html, type Html } from './html'

const shown = (value: Figure | undefined, told = whole): string =>
  value === undefined ? '–' : `${told(value.median)}${noisy(value) ? ' ~' : ''}`

function modelRow({ title, role, model, summary, limit, failure }: Row): Html {
  const remark = failure ?? limit
  const cells =
    model === undefined
      ? html`<td class="failure" colspan="10">${remark ?? 'no figures'}</td>`
      : [
          shown(model.qps),
          shown(model.response?.p50),
          shown(model.response?.p99),
          shown(model.bytesPerSecond, megabytes),
          shown(model.tps),
          shown(model.transaction?.p50),
          shown(model.transaction?.p99),
          whole(model.users),
          shown(model.memory, megabytes),
          shown(summary?.cpu, micros),
        ].map((cell) => html`<td>${cell}</td>`)
  return html`<tr class="${toneOf(role)}">
    <td>${title}</td>
    ${cells}
  </tr>`
}

/** All figures of models of concurrency. */
export function modelTable({ rows }: ScenarioResult): Html {
  const heads = [
    ...['model', 'QPS', 'response p50 µs', 'p99 µs', 'throughput /s'],
    ...['TPS', 'transaction p50 µs', 'p99 µs', 'concurrent users', 'memory', 'CPU µs a message'],
  ]
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(modelRow)}
      </tbody>
    </table>
  </div>`
}

import { html, type Html } from './html'
import type { Bars, Chart, Lines } from './page/chart-data'

const short = (value: number): string => String(Number(value.toPrecision(3)))

/** In words, for those who do not see it. */
function toldBars({ labels, series }: Bars): string {
  const rows = labels.map((label, index) => {
    const values = series.map(({ label: name, values: all }) => {
      const value = all[index] ?? null
      return `${name} ${value === null ? 'no figure' : short(value)}`
    })
    return `${label}: ${values.join(', ')}`
  })
  return rows.join('; ')
}

function toldLines({ lines, x }: Lines): string {
  const rows = lines.map(({ label, points }) => {
    const [first, last] = [points[0], points.at(-1)]
    if (first === undefined || last === undefined) return label
    return `${label}: from ${short(first[1])} at ${short(first[0])} to ${short(last[1])} at ${short(last[0])}`
  })
  return `Against ${x.label}. ${rows.join('; ')}`
}

function heightOf(chart: Chart): number {
  // The legend below takes a line for every two servers on a phone.
  if (chart.form === 'lines') return 300 + Math.ceil(chart.lines.length / 2) * 24
  const bars = chart.stacked ? 1 : chart.series.length
  return 78 + chart.labels.length * (bars === 1 ? 32 : 12 + bars * 13)
}

/** The place of a chart in the page. */
export function chartBox(chart: Chart): Html {
  const told = chart.form === 'bars' ? toldBars(chart) : toldLines(chart)
  return html`<div class="chart">
    <h3>${chart.title}</h3>
    <div style="height:${String(heightOf(chart))}px">
      <canvas
        id="${chart.id}"
        role="img"
        aria-label="${chart.title}, ${chart.unit}. ${told}"
      ></canvas>
    </div>
  </div>`
}

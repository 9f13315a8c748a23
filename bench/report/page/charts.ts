// Runs in the report: draws what stands in <script id="charts"> with Chart.js, which stands in an
// element before this one.

import type { Chart as ChartClass } from 'chart.js'
import { barChart } from './bars'
import type { Chart as Data } from './chart-data'
import { lineChart } from './line-chart'

declare const Chart: typeof ChartClass

const drawn: { destroy(): void }[] = []

function draw(all: readonly Data[]): void {
  for (const chart of drawn.splice(0)) chart.destroy()
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
  for (const data of all) {
    const canvas = document.getElementById(data.id)
    if (canvas instanceof HTMLCanvasElement)
      drawn.push(
        data.form === 'bars'
          ? new Chart(canvas, barChart(data))
          : new Chart(canvas, lineChart(data)),
      )
  }
  // For whoever looks from outside whether all is drawn.
  document.documentElement.dataset['charts'] = String(drawn.length)
}

const all = JSON.parse(document.getElementById('charts')?.textContent ?? '[]') as Data[]
draw(all)
// Colours are those of the scheme at the time of drawing.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  draw(all)
})

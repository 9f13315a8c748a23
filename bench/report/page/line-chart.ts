import type { ChartConfiguration } from 'chart.js'
import type { Lines as Data } from './chart-data'
import { color, exact, micros, short } from './look'

/** Where a percentile stands: 90, 99 and 99.9 are as far apart from each other as 0 is from 90. */
const ninesOf = (percentile: number): number => -Math.log10(1 - percentile / 100)

const percentileOf = (nines: number): number => 100 * (1 - 10 ** -nines)

interface Point {
  x: number
  y: number
}

/** Only whole powers of ten, and 2 and 5 where the range is short, have a label. */
function worthTelling(value: number, [least, most]: readonly [number, number]): boolean {
  const digit = Number(value.toExponential().charAt(0))
  const exactly = Math.abs(value / 10 ** Math.floor(Math.log10(value) + 1e-9) - digit) < 1e-6
  const decades = Math.log10(most / least)
  const digits = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5]
  return exactly && digits.includes(digit)
}

/** Marks that can be told apart without colours. */
const shapes = ['circle', 'triangle', 'rect', 'rectRot', 'crossRot', 'star'] as const

export function lineChart(data: Data): ChartConfiguration<'line', Point[], string> {
  const percentiles = data.x.scale === 'percentile'
  const toX = (value: number) => (percentiles ? ninesOf(value) : value)
  const fromX = (value: number) => (percentiles ? percentileOf(value) : value)
  const ticks = data.ticks.map(({ value, label }) => ({ value: toX(value), label }))
  const heights = data.lines.flatMap(({ points }) => points.map(([, y]) => y))
  const range = [Math.min(...heights), Math.max(...heights)] as const
  const title = (text: string) => ({ display: text !== '', text, color: color('quiet') })
  // Times of all sizes carry their unit: nobody reads "100K µs".
  const durations = data.unit === 'µs' && range[1] >= 2000
  const amount = (value: number) =>
    durations ? micros(value) : `${exact.format(value)} ${data.unit}`
  return {
    type: 'line',
    data: {
      datasets: data.lines.map(({ label, tone, dashed, marked, points }, index) => ({
        label,
        data: points.map(([x, y]) => ({ x: toX(x), y })),
        borderColor: color(tone),
        backgroundColor: color(tone),
        borderWidth: dashed ? 1.75 : 2.5,
        borderDash: dashed ? [6, 4] : [],
        pointStyle: shapes[index % shapes.length] ?? 'circle',
        pointRadius: marked ? 4 : 0,
        pointHitRadius: 8,
        // What was not measured in between is not made up by a curve.
        tension: 0,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'nearest', intersect: false },
      scales: {
        x: {
          type: data.x.scale === 'log' ? 'logarithmic' : 'linear',
          grid: { color: color('line') },
          border: { display: false },
          ...(percentiles ? { min: 0 } : {}),
          afterBuildTicks: (axis) => {
            axis.ticks = ticks
          },
          ticks: {
            color: color('quiet'),
            // Which of them have room for a label was decided when the report was written.
            autoSkip: false,
            maxRotation: 0,
            callback: (_, index) => ticks[index]?.label ?? '',
          },
          title: title(data.x.label),
        },
        y: {
          type: 'logarithmic',
          grid: { color: color('line') },
          border: { display: false },
          min: range[0] / 1.25,
          max: range[1] * 1.25,
          ticks: {
            color: color('quiet'),
            callback: (value) =>
              !worthTelling(Number(value), range)
                ? null
                : durations
                  ? micros(Number(value))
                  : short.format(Number(value)),
          },
          title: title(durations ? '' : data.unit),
        },
      },
      plugins: {
        legend: {
          position: 'bottom',
          align: 'start',
          labels: {
            color: color('text'),
            usePointStyle: true,
            ...(data.lines.some(({ marked }) => marked)
              ? { boxHeight: 8 }
              : { pointStyle: 'line', pointStyleWidth: 26 }),
            padding: 10,
          },
        },
        tooltip: {
          callbacks: {
            title: ([item]) =>
              item === undefined
                ? ''
                : `${exact.format(fromX(item.parsed.x ?? 0))}${data.x.unit === '%' ? '%' : ` ${data.x.label}`}`,
            label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${amount(parsed.y ?? 0)}`,
          },
        },
      },
    },
  }
}

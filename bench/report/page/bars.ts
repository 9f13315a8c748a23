import type { ChartConfiguration, Plugin } from 'chart.js'
import type { Bars as Data, Tone } from './chart-data'
import { color, exact, faded, short } from './look'

/** From the lowest to the highest round, across the end of each bar. */
function whiskers(data: Data): Plugin<'bar'> {
  return {
    id: 'whiskers',
    afterDatasetsDraw(chart) {
      const scale = chart.scales['x']
      const bars = chart.getDatasetMeta(data.series.length - 1).data
      if (scale === undefined || data.ranges === undefined) return
      const { ctx } = chart
      ctx.save()
      ctx.strokeStyle = color('text')
      ctx.globalAlpha = 0.65
      ctx.lineWidth = 1.5
      data.ranges.forEach(([min, max], index) => {
        const bar = bars[index]
        if (bar === undefined || min === undefined || max === undefined) return
        const [left, right] = [scale.getPixelForValue(min), scale.getPixelForValue(max)]
        ctx.beginPath()
        ctx.moveTo(left, bar.y)
        ctx.lineTo(right, bar.y)
        for (const x of [left, right]) {
          ctx.moveTo(x, bar.y - 4)
          ctx.lineTo(x, bar.y + 4)
        }
        ctx.stroke()
      })
      ctx.restore()
    },
  }
}

/** The floor, across all bars. */
function floorLine(data: Data): Plugin<'bar'> {
  return {
    id: 'floor',
    afterDatasetsDraw(chart) {
      const scale = chart.scales['x']
      if (scale === undefined || data.line === undefined) return
      const { ctx, chartArea } = chart
      const x = scale.getPixelForValue(data.line.value)
      ctx.save()
      ctx.strokeStyle = color('text')
      ctx.setLineDash([5, 4])
      ctx.beginPath()
      ctx.moveTo(x, chartArea.top)
      ctx.lineTo(x, chartArea.bottom)
      ctx.stroke()
      ctx.restore()
    },
  }
}

export function barChart(data: Data): ChartConfiguration<'bar', (number | null)[], string> {
  const tone = (of: Tone, strength: number) => faded(color(of), strength)
  const several = data.series.length > 1
  const log = data.log === true
  const heights = data.series.flatMap(({ values }) => values.filter((value) => value !== null))
  return {
    type: 'bar',
    data: {
      labels: [...data.labels],
      datasets: data.series.map(({ label, strength, values }) => ({
        label,
        data: [...values],
        backgroundColor: data.tones.map((of) => tone(of, strength)),
        borderRadius: 3,
        borderSkipped: data.stacked ? false : 'start',
        maxBarThickness: several && !data.stacked ? 14 : 22,
      })),
    },
    options: {
      indexAxis: 'y',
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      scales: {
        x: {
          stacked: data.stacked,
          ...(log
            ? {
                type: 'logarithmic',
                min: 10 ** Math.floor(Math.log10(Math.min(...heights)) - 1e-9),
              }
            : {
                type: 'linear',
                beginAtZero: true,
                suggestedMax: Math.max(0, ...(data.ranges ?? []).flat()),
              }),
          grid: { color: color('line') },
          border: { display: false },
          ticks: {
            color: color('quiet'),
            ...(log ? {} : { maxTicksLimit: 6 }),
            callback: (value) =>
              log && !Number.isInteger(Math.log10(Number(value)))
                ? null
                : short.format(Number(value)),
          },
          title: { display: true, text: data.unit, color: color('quiet') },
        },
        y: {
          stacked: data.stacked,
          grid: { display: false },
          border: { display: false },
          ticks: { color: color('text'), autoSkip: false, font: { size: 12.5 } },
        },
      },
      plugins: {
        legend: {
          display: several,
          position: 'top',
          align: 'end',
          labels: {
            color: color('quiet'),
            boxWidth: 12,
            boxHeight: 12,
            // Bars have the colour of their server; the legend explains only the shades.
            generateLabels: (chart) =>
              data.series.map(({ label, strength }, index) => ({
                text: label,
                fillStyle: faded(color('text'), strength),
                fontColor: color('quiet'),
                lineWidth: 0,
                borderRadius: 2,
                datasetIndex: index,
                hidden: !chart.isDatasetVisible(index),
              })),
          },
        },
        tooltip: {
          callbacks: {
            label: ({ dataset, parsed, dataIndex }) => {
              const range = data.ranges?.[dataIndex]
              const rounds =
                range === undefined
                  ? ''
                  : ` (all rounds: ${range.map((value) => exact.format(value)).join(' to ')})`
              return `${dataset.label ?? ''}: ${exact.format(parsed.x ?? 0)} ${data.unit}${rounds}`
            },
          },
        },
      },
    },
    plugins: [whiskers(data), floorLine(data)],
  }
}

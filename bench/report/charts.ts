import { measured, type Measured } from '../figures/reading'
import { tellable } from '../figures/memory'
import { growths } from '../figures/textbook'
import type { Role } from '../contestants/contestant'
import type { Results, ScenarioResult } from '../results'
import { latencyCurves } from './lines'
import type { Bars, Chart, Tone } from './page/chart-data'

const tones: Readonly<Record<Role, Tone>> = {
  floor: 'floor',
  baseline: 'node',
  reference: 'other',
  peer: 'other',
  candidate: 'edgeloop',
}

export const toneOf = (role: Role): Tone => tones[role]

/** User and kernel apart where that is known of every server, else their sum. */
function cpuSeries(rows: readonly Measured[]): Bars['series'] {
  const split = rows.flatMap(({ summary: { cpu, userShare } }) =>
    userShare === undefined ? [] : [{ user: cpu.median * userShare, whole: cpu.median }],
  )
  if (split.length < rows.length)
    return [
      { label: 'user and kernel', strength: 1, values: rows.map((row) => row.summary.cpu.median) },
    ]
  return [
    { label: 'user', strength: 1, values: split.map(({ user }) => user) },
    { label: 'kernel', strength: 0.45, values: split.map(({ user, whole }) => whole - user) },
  ]
}

/** CPU per answer, the program's own share and the kernel's stacked, with the floor as a line. */
function cpuChart(result: ScenarioResult): Bars {
  const rows = measured(result)
  const floor = rows.find(({ role }) => role === 'floor')
  return {
    form: 'bars',
    id: `${result.scenario.name}-cpu`,
    title: `CPU per ${result.scenario.unit}`,
    unit: 'µs',
    stacked: true,
    labels: rows.map(({ title }) => title),
    tones: rows.map(({ role }) => toneOf(role)),
    series: cpuSeries(rows),
    ranges: rows.map(({ summary }) => [summary.cpu.min, summary.cpu.max]),
    ...(floor === undefined
      ? {}
      : { line: { value: floor.summary.cpu.median, label: 'C++ floor' } }),
  }
}

function throughputChart(result: ScenarioResult): Bars {
  const rows = measured(result)
  return {
    form: 'bars',
    id: `${result.scenario.name}-throughput`,
    title: `${result.scenario.unit[0]?.toUpperCase() ?? ''}${result.scenario.unit.slice(1)}s per second`,
    unit: '/s',
    stacked: false,
    labels: rows.map(({ title }) => title),
    tones: rows.map(({ role }) => toneOf(role)),
    series: [
      {
        label: 'median',
        strength: 1,
        values: rows.map(({ summary }) => summary.throughput.median),
      },
    ],
    ranges: rows.map(({ summary }) => [summary.throughput.min, summary.throughput.max]),
  }
}

/** Three percentiles, where the results hold no curves. */
function latencyBars(result: ScenarioResult): Bars | undefined {
  const rows = measured(result).filter(({ summary }) => summary.latency !== undefined)
  if (rows.length === 0) return undefined
  const of = (name: 'p50' | 'p90' | 'p99') =>
    rows.map(({ summary }) => summary.latency?.[name].median ?? 0)
  return {
    form: 'bars',
    id: `${result.scenario.name}-latency`,
    title: 'Latency',
    unit: 'µs',
    stacked: false,
    labels: rows.map(({ title }) => title),
    tones: rows.map(({ role }) => toneOf(role)),
    series: [
      { label: 'p50', strength: 1, values: of('p50') },
      { label: 'p90', strength: 0.7, values: of('p90') },
      { label: 'p99', strength: 0.4, values: of('p99') },
    ],
  }
}

/** What idle connections add to the price of an answer, where the run has both sides of it. */
function growthChart(result: ScenarioResult, results: Results): Bars | undefined {
  const rows = growths(result, results)
  if (rows.length === 0) return undefined
  const role = (server: string) =>
    toneOf(result.rows.find((row) => row.server === server)?.role ?? 'candidate')
  return {
    form: 'bars',
    id: `${result.scenario.name}-growth`,
    title: `CPU per ${result.scenario.unit}, without and with ${String(result.scenario.idle)} idle connections`,
    unit: 'µs',
    stacked: false,
    labels: rows.map(({ title }) => title),
    tones: rows.map(({ server }) => role(server)),
    series: [
      { label: 'without', strength: 0.4, values: rows.map(({ without }) => without.cpu.median) },
      {
        label: `with ${String(result.scenario.idle)} idle`,
        strength: 1,
        values: rows.map(({ among }) => among.cpu.median),
      },
    ],
  }
}

/** As far apart, as a factor, that the smallest bar would not be seen on an axis from zero. */
const farApart = 50

/** What a connection takes of the server's memory; a figure that can't be told has no bar. */
function memoryChart(result: ScenarioResult): Bars | undefined {
  const rows = result.rows.flatMap(({ title, role, memory }) =>
    memory === undefined ? [] : [{ title, role, memory }],
  )
  if (rows.length === 0) return undefined
  const bars = (name: 'open' | 'answered') =>
    rows.map(({ memory }) => (tellable(memory[name]) ? memory[name].median : null))
  const [open, answered] = [bars('open'), bars('answered')]
  const all = [...open, ...answered].filter((value) => value !== null)
  const log = all.length > 0 && Math.max(...all) > farApart * Math.min(...all)
  return {
    form: 'bars',
    id: `${result.scenario.name}-memory`,
    title: `Memory per connection${log ? ', on an axis that counts by tens' : ''}`,
    unit: 'bytes',
    stacked: false,
    log,
    labels: rows.map(({ title }) => title),
    tones: rows.map(({ role }) => toneOf(role)),
    series: [
      { label: 'open', strength: 0.4, values: open },
      { label: 'after one message', strength: 1, values: answered },
    ],
  }
}

const drawn = (chart: Chart | undefined): Chart[] => (chart === undefined ? [] : [chart])

/** The charts of a scenario: the first is the one that matters most. */
export function chartsOf(result: ScenarioResult, results: Results): Chart[] {
  if (measured(result).length === 0) return drawn(memoryChart(result))
  return [
    ...drawn(growthChart(result, results)),
    cpuChart(result),
    ...(result.scenario.rate > 0 ? [] : [throughputChart(result)]),
    ...drawn(latencyCurves(result) ?? latencyBars(result)),
  ]
}

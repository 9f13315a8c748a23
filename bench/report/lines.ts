import { byteSize, whole } from '../figures/format'
import { measured } from '../figures/reading'
import type { Sweep, SweepKind } from '../figures/sweeps'
import type { Role } from '../contestants/contestant'
import type { ScenarioResult } from '../results'
import type { Lines, LineTone } from './page/chart-data'

const tones: Readonly<Record<string, LineTone>> = {
  floor: 'floor',
  select: 'select',
  poll: 'poll',
  'epoll-level': 'level',
  'epoll-edge': 'edge',
}

const others: readonly LineTone[] = ['other', 'second', 'third', 'fourth', 'fifth', 'sixth']

/** Tones for the servers of a chart: those of the kernel calls are always the same. */
function toneFor(servers: readonly { server: string; role: Role }[]) {
  // A model of concurrency on a kernel call has that call's colour, unless edgeloop's own server has it here.
  const own = new Set(servers.map(({ server }) => server))
  const known = (server: string): LineTone | undefined => {
    const call = server.replace(/^model-/, '')
    return call === server || !own.has(call) ? tones[call] : undefined
  }
  const rest = servers.filter(
    ({ server, role }) => known(server) === undefined && role !== 'baseline',
  )
  return ({ server, role }: { server: string; role: Role }): LineTone => {
    if (role === 'baseline') return 'node'
    const place = rest.findIndex((one) => one.server === server)
    return known(server) ?? others[place % others.length] ?? 'other'
  }
}

const edgeloops = (role: Role): boolean => role === 'candidate'

interface Axis {
  readonly title: (sweep: Sweep) => string
  readonly label: string
  readonly unit: string
  readonly scale: 'linear' | 'log'
  readonly tick?: (value: number) => string
}

const descriptors = ({ like }: Sweep): string =>
  like.kind === 'talk' ? 'idle connections' : 'idle descriptors'

const share = ({ like: { connections, idle } }: Sweep): string =>
  idle === 0
    ? 'all talking'
    : `${String(Math.round((connections / (connections + idle)) * 100))}% talking`

const axes: Readonly<Record<SweepKind, Axis>> = {
  idle: {
    title: (sweep) =>
      `CPU per ${sweep.like.unit} against ${descriptors(sweep)}, ${sweep.like.connections.toLocaleString('en-US')} active`,
    label: 'descriptors watched',
    unit: '',
    scale: 'log',
  },
  connections: {
    title: (sweep) => `CPU per ${sweep.like.unit} against connections, ${share(sweep)}`,
    label: 'connections',
    unit: '',
    scale: 'log',
  },
  size: {
    title: ({ like }) => `CPU per ${like.unit} against its size`,
    label: 'size of a message',
    unit: '',
    scale: 'log',
    tick: byteSize,
  },
  share: {
    title: () => 'Latency that 99% stay below, as load grows',
    label: '% of what the C++ floor can answer',
    unit: '%',
    scale: 'linear',
  },
}

/** Of the axis's length: nearer to each other than this, labels would run together on a phone. */
const room = 0.13

const rank = (value: number): number => (Number.isInteger(Math.log10(value)) ? 0 : 1)

/** Every value has its line in the grid; labels only where there is room: the ends, then round numbers, then others. */
function labelled(xs: readonly number[], scale: 'linear' | 'log', tick: (x: number) => string) {
  const at = (x: number) => (scale === 'log' ? Math.log(x) : x)
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 0]
  const length = at(last) - at(first)
  const chosen = [first, last]
  for (const x of xs.slice(1, -1).sort((a, b) => rank(a) - rank(b)))
    if (chosen.every((one) => Math.abs(at(one) - at(x)) >= room * length)) chosen.push(x)
  return xs.map((value) => ({ value, label: chosen.includes(value) ? tick(value) : '' }))
}

/** A number in one variable, each server a line. */
export function sweepChart(sweep: Sweep, index: number): Lines {
  const { title, label, unit, scale, tick = whole } = axes[sweep.kind]
  const tone = toneFor(sweep.courses)
  return {
    form: 'lines',
    id: `sweep-${String(index + 1)}`,
    title: title(sweep),
    unit: 'µs',
    x: { label, unit, scale },
    ticks: labelled(sweep.xs, scale, tick),
    lines: sweep.courses.map((course) => ({
      label: course.title,
      tone: tone(course),
      dashed: !edgeloops(course.role),
      marked: true,
      points: course.points.map(({ x, figure }) => [x, figure.median] as const),
    })),
  }
}

const nines: readonly number[] = [0, 50, 90, 99, 99.9, 99.99]

/** Latency by percentile; undefined where the results hold no curves. */
export function latencyCurves(result: ScenarioResult): Lines | undefined {
  const rows = measured(result).flatMap(({ server, title, role, summary }) => {
    const points = summary.latency?.percentiles ?? []
    return points.length < 2 ? [] : [{ server, title, role, points }]
  })
  if (rows.length === 0) return undefined
  const tone = toneFor(rows)
  return {
    form: 'lines',
    id: `${result.scenario.name}-latency`,
    title: 'Latency by percentile',
    unit: 'µs',
    x: { label: 'percentile', unit: '%', scale: 'percentile' },
    ticks: nines.map((value) => ({ value, label: String(value) })),
    lines: rows.map((row) => ({
      label: row.title,
      tone: tone(row),
      dashed: !edgeloops(row.role),
      marked: false,
      points: row.points.filter(([percentile, us]) => percentile < 100 && us > 0),
    })),
  }
}

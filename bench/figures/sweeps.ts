import type { Role } from '../contestants/contestant'
import type { Results, ScenarioResult } from '../results'
import type { Scenario } from '../scenarios'
import type { Figure } from './statistics'

/** What grows along a sweep: silent descriptors, connections, bytes, or load as a part of capacity. */
export type SweepKind = 'idle' | 'connections' | 'size' | 'share'

/** A server that took part all along a sweep, from the left to the right; where it has no figures there is no point. */
export interface Course {
  readonly server: string
  readonly title: string
  readonly role: Role
  readonly points: readonly { readonly x: number; readonly figure: Figure }[]
}

/** Scenarios that differ in one number only. */
export interface Sweep {
  readonly kind: SweepKind
  /** One of its scenarios, for what they have in common. */
  readonly like: Scenario
  /** From the smallest number to the largest. */
  readonly members: readonly ScenarioResult[]
  readonly xs: readonly number[]
  readonly courses: readonly Course[]
}

const total = ({ connections, idle }: Scenario): number => connections + idle

interface Rule {
  readonly x: (scenario: Scenario) => number
  /** Whether a scenario can be part of one at all. */
  readonly fits: (scenario: Scenario) => boolean
  /** What members have in common, beside their kind of load. */
  readonly common: (scenario: Scenario) => readonly number[]
  /** How far apart the ends have to lie, as a factor, and how many members there must be. */
  readonly least: readonly [range: number, members: number]
  readonly most: number
}

const waits = ({ kind, rate, share }: Scenario): boolean =>
  rate === 0 && share === undefined && ['talk', 'ready', 'ring'].includes(kind)

const rules: Readonly<Record<SweepKind, Rule>> = {
  idle: {
    x: total,
    fits: waits,
    common: ({ connections, size }) => [connections, size],
    least: [5, 2],
    most: 2,
  },
  connections: {
    x: total,
    fits: waits,
    common: (scenario) => [scenario.connections / total(scenario), scenario.size],
    least: [10, 3],
    most: 3,
  },
  size: {
    x: ({ size }) => size,
    fits: (scenario) => waits(scenario) && scenario.job === 'echo',
    common: ({ connections, idle }) => [connections, idle],
    least: [10, 3],
    most: 1,
  },
  share: {
    x: ({ share = 0 }) => share * 100,
    fits: ({ share }) => share !== undefined,
    common: ({ connections, idle, size }) => [connections, idle, size],
    least: [2, 3],
    most: 1,
  },
}

const shown = (kind: SweepKind, { summary }: ScenarioResult['rows'][number]): Figure | undefined =>
  kind === 'share' ? summary?.latency?.p99 : summary?.cpu

function sweepOf(kind: SweepKind, unsorted: readonly ScenarioResult[]): Sweep | undefined {
  const { x, least } = rules[kind]
  const members = [...unsorted].sort((a, b) => x(a.scenario) - x(b.scenario))
  const xs = members.map(({ scenario }) => x(scenario))
  const [first, last] = [members[0], xs.at(-1) ?? 0]
  if (first === undefined || last / (xs[0] ?? last) < least[0] || members.length < least[1])
    return undefined
  // Who was not asked everywhere has no course: a line from two of six points would tell of others.
  const everywhere = first.rows.filter(({ server }) =>
    members.every(({ rows }) => rows.some((row) => row.server === server)),
  )
  const courses = everywhere.flatMap(({ server, title, role }): Course[] => {
    const points = members.flatMap((member, index) => {
      const row = member.rows.find((one) => one.server === server)
      const figure = row === undefined ? undefined : shown(kind, row)
      return figure === undefined ? [] : [{ x: xs[index] ?? 0, figure }]
    })
    return points.length === 0 ? [] : [{ server, title, role, points }]
  })
  const drawn = courses.some(({ points }) => points.length > 1)
  return drawn ? { kind, like: first.scenario, members, xs, courses } : undefined
}

function sweepsOf(kind: SweepKind, results: Results): Sweep[] {
  const { x, fits, common, most } = rules[kind]
  const groups = new Map<string, Map<number, ScenarioResult>>()
  for (const result of results.scenarios) {
    const { scenario } = result
    if (!fits(scenario)) continue
    const { kind: how, job, pipeline, unit } = scenario
    const key = JSON.stringify([how, job, pipeline, unit, ...common(scenario)])
    const group = groups.get(key) ?? new Map<number, ScenarioResult>()
    // Of two scenarios with the same number the first one told is as good as the other.
    if (!group.has(x(scenario))) group.set(x(scenario), result)
    groups.set(key, group)
  }
  const found = [...groups.values()].flatMap((group) => sweepOf(kind, [...group.values()]) ?? [])
  const range = ({ xs }: Sweep) => (xs.at(-1) ?? 1) / (xs[0] ?? 1)
  const wider = (a: Sweep, b: Sweep) =>
    range(b) - range(a) || (b.xs.at(-1) ?? 0) - (a.xs.at(-1) ?? 0)
  const jobs = [...new Set(found.map(({ like }) => like.job))]
  return jobs.flatMap((job) =>
    found
      .filter(({ like }) => like.job === job)
      .sort(wider)
      .slice(0, most),
  )
}

/** The sweeps that a run holds, the one that says most about select, poll and epoll first. */
export function sweeps(results: Results): Sweep[] {
  const idle = sweepsOf('idle', results)
  // Descriptors in one process show the price of being told more purely than a server under load.
  const pure = ({ like }: Sweep) => (like.kind === 'talk' ? 1 : 0)
  return [
    ...idle.sort((a, b) => pure(a) - pure(b)),
    ...sweepsOf('connections', results),
    ...sweepsOf('size', results),
    ...sweepsOf('share', results),
  ]
}

/** Whether a scenario is told as a point of a sweep, so that it needs no section of its own. */
export const isPoint = ({ scenario }: ScenarioResult, all: readonly Sweep[]): boolean =>
  !scenario.quick &&
  all.some(({ members }) => members.some((member) => member.scenario.name === scenario.name))

import type { Results, Row, ScenarioResult } from '../results'
import { listed, micros, times, whole } from './format'

/** What an event costs a server in the rings of a run: points of a curve, from the smallest ring on. */
export interface RingCurve {
  readonly server: string
  readonly title: string
  readonly role: Row['role']
  /** Pipes; CPU µs and µs of time per event, medians. */
  readonly points: readonly {
    readonly pipes: number
    readonly cpu: number
    readonly time: number
  }[]
}

const pipesOf = ({ scenario }: ScenarioResult): number => scenario.ring?.pipes ?? 0

/** The curves of all servers that have figures, in the order of the tables. */
export function ringCurves(results: Results): RingCurve[] {
  const rings = results.scenarios
    .filter((result) => pipesOf(result) > 0)
    .sort((a, b) => pipesOf(a) - pipesOf(b))
  return (rings[0]?.rows ?? []).flatMap(({ server, title, role }) => {
    const points = rings.flatMap((result) => {
      const summary = result.rows.find((row) => row.server === server)?.summary
      if (summary === undefined) return []
      const { cpu, throughput } = summary
      return [{ pipes: pipesOf(result), cpu: cpu.median, time: 1e6 / throughput.median }]
    })
    return points.length === 0 ? [] : [{ server, title, role, points }]
  })
}

/** How much dearer an event became since the smallest ring. */
export function readRing(result: ScenarioResult, results: Results): string[] {
  const pipes = pipesOf(result)
  const grown = ringCurves(results).flatMap(({ title, points: [first, ...rest] }) => {
    const here = rest.find((point) => point.pipes === pipes)
    if (first === undefined || here === undefined) return []
    const costs = `${micros(first.cpu)} to ${micros(here.cpu)} µs`
    return [{ from: first.pipes, told: `${title} ${times(here.cpu / first.cpu)} times (${costs})` }]
  })
  const [first] = grown
  if (first === undefined) return []
  const among = `From ${whole(first.from)} to ${whole(pipes)} pipes, with as many active, an event gets dearer`
  return [`${among}: ${listed(grown.map(({ told }) => told))}.`]
}

import type { Results, ScenarioResult, Summary } from '../results'
import { listed, micros, percent, times } from './format'
import { differ } from './statistics'

/** How much dearer an answer became when idle connections were added. */
export interface Growth {
  readonly server: string
  readonly title: string
  readonly without: Summary
  readonly among: Summary
  readonly factor: number
  /** Whether the rounds prove a growth of more than a tenth. */
  readonly grew: boolean
}

/** The same scenario without idle connections, if it was run. */
export function withoutIdle(result: ScenarioResult, results: Results): ScenarioResult | undefined {
  const { idle, kind, job, size, pipeline, rate, connections } = result.scenario
  if (idle === 0) return undefined
  return results.scenarios.find(
    ({ scenario }) =>
      scenario.idle === 0 &&
      scenario.kind === kind &&
      scenario.job === job &&
      scenario.size === size &&
      scenario.pipeline === pipeline &&
      scenario.rate === rate &&
      scenario.connections === connections,
  )
}

/** Sets each server beside itself, without and among idle connections. */
export function growths(result: ScenarioResult, results: Results): Growth[] {
  const other = withoutIdle(result, results)
  return result.rows.flatMap(({ server, title, summary: among }) => {
    const without = other?.rows.find((row) => row.server === server)?.summary
    if (among === undefined || without === undefined) return []
    const factor = among.cpu.median / without.cpu.median
    return [
      {
        server,
        title,
        without,
        among,
        factor,
        grew: factor > 1.1 && differ(among.cpu, without.cpu),
      },
    ]
  })
}

export const scans = (server: string): boolean => server === 'select' || server === 'poll'

/** The textbook: select and poll pay for every idle connection, epoll for none. Is it so here? */
export function readIdle(result: ScenarioResult, results: Results): string[] {
  const all = growths(result, results)
  const scanning = all.filter(({ server }) => scans(server))
  const others = all.filter(({ server }) => server.startsWith('epoll'))
  if (scanning.length === 0 || others.length === 0) return []
  const idle = String(result.scenario.idle)
  const told = (list: readonly Growth[]) =>
    listed(
      list.map(
        ({ title, without, among, factor }) =>
          `${title} ${times(factor)} times (${micros(without.cpu.median)} to ${micros(among.cpu.median)} µs)`,
      ),
    )
  const figures = `With ${idle} idle connections added, a message costs ${told(scanning)}, ${told(others)}.`
  const dearest = Math.max(...others.map(({ factor }) => factor))
  const asWritten = scanning.every(({ grew, factor }) => grew && factor > dearest + 0.15)
  const verdict = asWritten
    ? 'That is what the textbook says: select and poll look at every open connection on every call, epoll only at those that are ready.'
    : 'The textbook says that select and poll pay for every open connection and epoll does not. These figures do not show it clearly: under full load one call finds many connections ready and shares its cost among them, or the machine was not quiet enough.'
  return [figures, verdict]
}

/** Edge-triggering is often called the fast way. Is it, here? */
export function readTriggers(result: ScenarioResult): string[] {
  const level = result.rows.find(({ server }) => server === 'epoll-level')?.summary
  const edge = result.rows.find(({ server }) => server === 'epoll-edge')?.summary
  if (level === undefined || edge === undefined) return []
  if (!differ(level.cpu, edge.cpu))
    return ['Level or edge: no difference beyond that between rounds.']
  const share = edge.cpu.median / level.cpu.median
  return share < 1
    ? [`Edge-triggered is ${percent(1 - share)} cheaper than level-triggered here.`]
    : [
        `Edge-triggered is ${percent(share - 1)} dearer than level-triggered here: it has to read until nothing is left, and the last read comes back empty.`,
      ]
}

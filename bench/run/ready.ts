import type { Scenario } from '../scenarios'
import { isRecord, LoadError, numbers, type LoadResult } from './load'
import { outputOf } from './process'

export interface ReadyRequest {
  readonly command: readonly string[]
  /** Of its descriptors, `connections` are ready at any time and `idle` are not; or its ring of pipes. */
  readonly scenario: Scenario
  readonly seconds: number
  readonly warmup: number
  readonly core: number | undefined
}

const tickUs = 10_000

/**
 * Reads what a program that watches descriptors found out about itself. An event is an answer;
 * nothing is waited for, so there is no latency.
 */
export function parseReadyResult(text: string): LoadResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new LoadError(`the program printed "${text.slice(0, 80)}"`)
  }
  const found = numbers(
    value,
    [
      ...(['events', 'turns', 'seconds', 'userUs', 'sysUs', 'rssBytes'] as const),
      ...(['voluntarySwitches', 'involuntarySwitches'] as const),
    ],
    'result',
  )
  const { events, seconds, userUs, sysUs, rssBytes } = found
  const { voluntarySwitches, involuntarySwitches } = found
  return {
    connected: 0,
    idle: 0,
    windowSeconds: seconds,
    answers: events,
    heard: events,
    bytes: isRecord(value) && typeof value['bytes'] === 'number' ? value['bytes'] : 0,
    due: 0,
    loadCpuUs: 0,
    latencyUs: { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 },
    faults: { total: 0, first: '', counts: {} },
    server: {
      cpuUs: userUs + sysUs,
      userTicks: userUs / tickUs,
      sysTicks: sysUs / tickUs,
      rssBytes,
      voluntarySwitches,
      involuntarySwitches,
    },
  }
}

/** Runs such a program once, to its end. */
export async function runReady(request: ReadyRequest): Promise<LoadResult> {
  const { command, scenario, seconds, warmup, core } = request
  const { connections, idle, ring } = scenario
  const shape =
    ring === undefined ? [connections + idle, connections] : [ring.pipes, ring.active, ring.writes]
  const words = [...shape, seconds, warmup].map(String)
  return parseReadyResult(await outputOf([...command, ...words], core))
}

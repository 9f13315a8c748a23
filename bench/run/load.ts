import { builtProgram } from '../package'
import type { Scenario } from '../scenarios'
import { outputOf } from './process'

/** What one run of the load generator found; see `edgeloop-load --help`. */
export interface LoadResult {
  readonly connected: number
  readonly idle: number
  readonly windowSeconds: number
  readonly answers: number
  /** Answers from the first connection on, not only within the window. */
  readonly heard: number
  readonly bytes: number
  /** Fixed rate: messages whose time to be sent fell into the window. */
  readonly due: number
  readonly loadCpuUs: number
  readonly latencyUs: Readonly<
    Record<'count' | 'min' | 'mean' | 'p50' | 'p90' | 'p99' | 'p999' | 'max', number>
  >
  readonly faults: {
    readonly total: number
    readonly first: string
    readonly counts: Readonly<Record<string, number>>
  }
  readonly server: Readonly<
    Record<
      'cpuUs' | 'userTicks' | 'sysTicks' | 'rssBytes' | 'voluntarySwitches' | 'involuntarySwitches',
      number
    >
  >
  /** The server's memory in bytes before the first connection, with all open, and after an answer on each. */
  readonly memory?: Readonly<Record<'before' | 'open' | 'answered', number>>
}

export interface LoadRequest {
  readonly scenario: Scenario
  /** HOST:PORT on the loopback interface. */
  readonly target: string
  /** The server, whose CPU time is read at both ends of the window. */
  readonly pid: number
  readonly seconds: number
  readonly warmup: number
  /** The core to run on; undefined: any. */
  readonly core: number | undefined
}

/** The load generator said something that is not a result. */
export class LoadError extends Error {}

/** A port stays taken for a second and more after its connection: one address has too few. */
const sources = 64

/** For a server to open, and to answer on, ten thousand connections; seconds. */
const memoryPatience = 20

/** For a hundred processes to start, one after the other; seconds. */
const modelPatience = 60

function argumentsFor({ scenario, target, pid, seconds, warmup }: LoadRequest): string[] {
  const memory = scenario.kind === 'memory'
  const model = scenario.job === 'model'
  const numbers: [string, number][] = [
    ['--connections', scenario.connections],
    ['--idle', scenario.idle],
    ['--pipeline', scenario.pipeline],
    ['--pid', pid],
    ['--duration', seconds],
    ['--warmup', warmup],
  ]
  if (scenario.job === 'echo' || model) numbers.push(['--size', scenario.size])
  else numbers.push(['--expect-length', 13])
  if (scenario.kind === 'churn' || model) numbers.push(['--sources', sources])
  if (memory) numbers.push(['--timeout', memoryPatience])
  if (model) numbers.push(['--timeout', modelPatience])
  if (scenario.rate > 0) numbers.push(['--rate', scenario.rate])
  return [
    model ? 'echo' : scenario.job,
    '--target',
    target,
    ...(scenario.kind === 'churn' ? ['--churn'] : []),
    ...(memory ? ['--once'] : []),
    ...(scenario.kind === 'model' ? ['--tree', '--greet'] : []),
    ...numbers.flatMap(([name, value]) => [name, String(value)]),
  ]
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The numbers of an object by their names. Throws LoadError where one is missing. */
export function numbers<K extends string>(
  value: unknown,
  keys: readonly K[],
  what: string,
): Record<K, number> {
  const found = {} as Record<K, number>
  for (const key of keys) {
    const number = isRecord(value) ? value[key] : undefined
    if (typeof number !== 'number')
      throw new LoadError(`no ${what}.${key} in the load generator's result`)
    found[key] = number
  }
  return found
}

/** Reads the line of JSON that the load generator prints. Throws LoadError. */
export function parseLoadResult(text: string): LoadResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new LoadError(`the load generator printed "${text.slice(0, 80)}"`)
  }
  if (!isRecord(value)) throw new LoadError('the load generator printed no result')
  const faults = value['faults']
  const counts = isRecord(faults) && isRecord(faults['counts']) ? faults['counts'] : {}
  const first = isRecord(faults) ? faults['first'] : undefined
  return {
    ...numbers(
      value,
      ['connected', 'idle', 'windowSeconds', 'answers', 'heard', 'bytes', 'due', 'loadCpuUs'],
      'result',
    ),
    latencyUs: numbers(
      value['latencyUs'],
      ['count', 'min', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'],
      'latencyUs',
    ),
    faults: {
      ...numbers(faults, ['total'], 'faults'),
      first: typeof first === 'string' ? first : '',
      counts: numbers(counts, Object.keys(counts), 'faults.counts'),
    },
    ...(value['memory'] === undefined
      ? {}
      : { memory: numbers(value['memory'], ['before', 'open', 'answered'], 'memory') }),
    // null when the process was gone at the end of the window.
    server: numbers(
      value['server'] ?? {
        cpuUs: 0,
        userTicks: 0,
        sysTicks: 0,
        rssBytes: 0,
        voluntarySwitches: 0,
        involuntarySwitches: 0,
      },
      ['cpuUs', 'userTicks', 'sysTicks', 'rssBytes', 'voluntarySwitches', 'involuntarySwitches'],
      'server',
    ),
  }
}

/** Runs the load generator once. It ends by itself in every case; see its parts in driver.h. */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const words = [builtProgram('edgeloop-load'), ...argumentsFor(request)]
  return parseLoadResult(await outputOf(words, request.core))
}

import { isHttp } from '../http-job'
import { builtProgram } from '../package'
import type { Scenario } from '../scenarios'
import { httpArguments } from './http'
import { outputOf, type AtGate } from './process'

/** What one run of the load generator found; see `edgeloop-load --help`. */
export interface LoadResult {
  readonly connected: number
  readonly idle: number
  readonly windowSeconds: number
  readonly answers: number
  /** Answers from the first connection on, not only within the window. */
  readonly heard: number
  readonly bytes: number
  /** Of those, bytes of HTTP bodies. */
  readonly bodyBytes?: number
  /** Fixed rate: messages whose time to be sent fell into the window. */
  readonly due: number
  readonly loadCpuUs: number
  /** Where it was asked for: bytes of each connection's receive buffer, which the system may limit. */
  readonly receiveBuffer?: number
  /** UDP: datagrams of the window that were given up, and answers to such. */
  readonly lost?: number
  readonly late?: number
  readonly latencyUs: Readonly<
    Record<'count' | 'min' | 'mean' | 'p50' | 'p90' | 'p99' | 'p999' | 'max', number>
  > & {
    /** From 0 to 99.99: `[percentile, µs]`. */
    readonly percentiles?: readonly (readonly [number, number])[]
  }
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
  /** Waits once all connections are open ('open'), and once all answers are heard ('heard'). */
  readonly atGate?: AtGate
}

/** The load generator said something that is not a result. */
export class LoadError extends Error {}

/** A port stays taken for a second and more after its connection: one address has too few. */
const sources = 64

/** From so many connections on that opening them all may take a while. */
const manyConnections = 1000

/** For a server to open, and to answer on, ten thousand connections; seconds. */
const patience = 20

/** For a hundred processes to start, one after the other; seconds. */
const modelPatience = 60

/** A datagram without an answer for so many seconds is lost. */
const lostAfter = 0.25

function argumentsFor({ scenario, target, pid, seconds, warmup, atGate }: LoadRequest): string[] {
  const memory = scenario.kind === 'memory'
  const model = scenario.job === 'model'
  const many = scenario.connections + scenario.idle >= manyConnections
  const numbers: [string, number][] = [
    ['--connections', scenario.connections],
    ['--pipeline', scenario.pipeline],
    ['--pid', pid],
    ['--duration', seconds],
    ['--warmup', warmup],
  ]
  if (!isHttp(scenario.job)) numbers.push(['--size', scenario.size])
  if (scenario.job === 'udp') numbers.push(['--timeout', lostAfter])
  if (scenario.idle > 0) numbers.push(['--idle', scenario.idle])
  if (scenario.kind === 'churn' || model || many) numbers.push(['--sources', sources])
  if (model) numbers.push(['--timeout', modelPatience])
  else if (memory || many) numbers.push(['--timeout', patience])
  if (scenario.receiveBuffer !== undefined)
    numbers.push(['--receive-buffer', scenario.receiveBuffer])
  if (scenario.rate > 0) numbers.push(['--rate', scenario.rate])
  return [
    isHttp(scenario.job) ? 'http' : model ? 'echo' : scenario.job,
    '--target',
    target,
    ...httpArguments(scenario),
    ...(scenario.kind === 'churn' ? ['--churn'] : []),
    ...(memory ? ['--once'] : []),
    ...(atGate === undefined ? [] : ['--gates']),
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

/** Pairs of numbers; what is none is left out. */
function pairs(value: unknown): (readonly [number, number])[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((pair: unknown) => {
    const [first, second] = Array.isArray(pair) ? (pair as unknown[]) : []
    return typeof first === 'number' && typeof second === 'number' ? [[first, second] as const] : []
  })
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
  const latency = value['latencyUs']
  const counts = isRecord(faults) && isRecord(faults['counts']) ? faults['counts'] : {}
  const first = isRecord(faults) ? faults['first'] : undefined
  return {
    ...numbers(
      value,
      ['connected', 'idle', 'windowSeconds', 'answers', 'heard', 'bytes', 'due', 'loadCpuUs'],
      'result',
    ),
    ...(value['bodyBytes'] === undefined ? {} : numbers(value, ['bodyBytes'], 'result')),
    ...(value['receiveBuffer'] === undefined ? {} : numbers(value, ['receiveBuffer'], 'result')),
    ...(value['lost'] === undefined ? {} : numbers(value, ['lost', 'late'], 'result')),
    latencyUs: {
      ...numbers(
        latency,
        ['count', 'min', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'],
        'latencyUs',
      ),
      percentiles: pairs(isRecord(latency) ? latency['percentiles'] : undefined),
    },
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
  return parseLoadResult(await outputOf(words, request.core, request.atGate))
}

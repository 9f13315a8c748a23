import type { Role } from './contestants/contestant'
import type { Figure, Ratio } from './figures/statistics'
import type { Machine } from './machine'
import type { LoadResult } from './run/load'
import type { Scenario } from './scenarios'

/** What one server did in one round; or why it did not. */
export interface Trial {
  readonly round: number
  /** Why its figures do not count; undefined when they do. */
  readonly failure?: string
  readonly load?: LoadResult
  /** Of a model of concurrency: connections for one message each. */
  readonly transactions?: LoadResult
}

/** The median of the rounds at each of about 30 percentiles, from 0 to 99.99: `[percentile, µs]`. */
export type Curve = readonly (readonly [percentile: number, us: number])[]

export interface Latency {
  /** Undefined in results of versions that did not have it. */
  readonly percentiles?: Curve
  readonly p50: Figure
  readonly p90: Figure
  readonly p99: Figure
  readonly p999: Figure
}

/** The figures of one server in one scenario, over all rounds that count. */
export interface Summary {
  readonly rounds: number
  /** Answers a second. */
  readonly throughput: Figure
  /** CPU of the server process, µs per answer. */
  readonly cpu: Figure
  /** The same for each KiB of body, in ns; where bodies are so large that their bytes are what is paid for. */
  readonly cpuPerKiB?: Figure
  /** Part of it that is the program's own, from 0 to 1; the rest is the kernel's. Undefined: too little to tell. */
  readonly userShare?: number
  /** µs; undefined where nothing is waited for. */
  readonly latency?: Latency
  /** UDP: the share of datagrams that were given up for want of an answer. */
  readonly lost?: number
  /** Context switches of the server, all threads, per 1,000 answers: it slept, or was made to wait. */
  readonly switches: { readonly voluntary: Figure; readonly involuntary: Figure }
  /** Memory at the end of the window, in bytes. */
  readonly rss: Figure
  /** Share of the window for which the server's and the load generator's cores were at work. */
  readonly serverBusy: number
  readonly loadBusy: number
  /** CPU per answer against that of the floor, and of Node's own server. */
  readonly againstFloor?: Ratio
  readonly againstNode?: Ratio
  /** CPU per byte of body against the floor. */
  readonly byteAgainstFloor?: Ratio
  /** At a fixed rate: the latency that 99% stay below, against the floor's. */
  readonly p99AgainstFloor?: Ratio
}

/** What connections cost in memory, over all rounds that count. Bytes. */
export interface MemorySummary {
  readonly rounds: number
  /** Of the whole process, warm, before the connections. */
  readonly before: Figure
  /** For each connection: open and silent, and after an answer on each. */
  readonly open: Figure
  readonly answered: Figure
}

/** What a model of concurrency does with a number of connections. What it can't do is undefined. */
export interface ModelSummary {
  readonly rounds: number
  /** Connections that were open at the same time and all answered. */
  readonly users: number
  /** On connections that stay: messages echoed a second, and their bytes. */
  readonly qps?: Figure
  readonly bytesPerSecond?: Figure
  /** µs from sending a message to its last byte. */
  readonly response?: { readonly p50: Figure; readonly p99: Figure }
  /** Of all its processes, with all connections open. Bytes. */
  readonly memory?: Figure
  /** Connections a second, each opened, used for one message and closed; and µs from connecting to its echo. */
  readonly tps?: Figure
  readonly transaction?: { readonly p50: Figure; readonly p99: Figure }
}

/** System calls for each answer, counted in a run of their own. */
export interface Calls {
  readonly total: number
  /** By name; those that are hardly ever made are left out. */
  readonly names: Readonly<Record<string, number>>
}

/** A server in a scenario. A server that failed is a row too, with the reason. */
export interface Row {
  readonly server: string
  readonly title: string
  readonly role: Role
  readonly about: string
  /** What it said when it was ready, beyond its address: "(epoll, edge)". */
  readonly banner: string
  /** Where it has several threads: how many serve, and on how many cores. */
  readonly threads?: number
  readonly cores?: number
  readonly trials: readonly Trial[]
  readonly summary?: Summary
  readonly memory?: MemorySummary
  readonly model?: ModelSummary
  /** Why it has no figures where that is no mistake: a limit that it is known for. */
  readonly limit?: string
  /** Or why they could not be counted. */
  readonly calls?: Calls | string
  readonly failure?: string
}

export interface ScenarioResult {
  /** As it was run: a rate that is a share of capacity has been worked out. */
  readonly scenario: Scenario
  /** Its rounds, and the seconds measured in each, where they are not those of the settings. */
  readonly length?: Length
  readonly rows: readonly Row[]
}

export interface Length {
  readonly rounds: number
  readonly seconds: number
}

/** Changes when what is in results.json changes its meaning; further fields do not. */
export const resultsFormat = 2

/** All of a run: what results.json holds. */
export interface Results {
  readonly format: typeof resultsFormat
  readonly startedAt: string
  readonly seconds: number
  readonly command: string
  readonly settings: { readonly rounds: number; readonly seconds: number; readonly warmup: string }
  readonly machine: Machine
  readonly scenarios: readonly ScenarioResult[]
}

import type { Job } from '../contestants/contestant'

/**
 * How a scenario goes: conversations on open connections; a connection for each message; memory per
 * connection, with one message on each; or, without any server, descriptors that become ready, or
 * bytes passed round a ring of pipes; or models of concurrency, with connections that stay and with
 * connections for one message.
 */
export type Kind = 'talk' | 'churn' | 'memory' | 'ready' | 'ring' | 'model'

/** A ring of pipes: N of them, A with a byte in them at any time, W times that one is passed on. */
export interface RingShape {
  readonly pipes: number
  readonly active: number
  /** In a lap, after which the next one begins. */
  readonly writes: number
}

/** What an HTTP scenario sends and must get, where that is not `GET /` and "Hello, World!". */
export interface Asking {
  /** Lines of the request's head, beside `Host`. */
  readonly headers?: readonly string[]
  /** What every body must be; not given for a file, which is known by its job. */
  readonly answer?: string
}

/** A kind of load, the same for every server. */
export interface Scenario {
  /** For `--scenario`. */
  readonly name: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly about: string
  readonly job: Job
  readonly kind: Kind
  /** Whether it is part of the quick run. */
  readonly quick: boolean
  /** What is counted: "message", "request", "connection" or "event". */
  readonly unit: string
  /** Connections that talk; of descriptors, those that are ready at any time. */
  readonly connections: number
  /** Connections beside them that are open and silent; descriptors that are not ready. */
  readonly idle: number
  /** Bytes of an echo message. */
  readonly size: number
  /** Messages sent together before the first answer is awaited. */
  readonly pipeline: number
  /** Messages a second over all connections; 0: each connection sends as soon as it has its answer. */
  readonly rate: number
  readonly asking?: Asking
  /** Bytes of each client's receive buffer; without it the kernel lets that grow. */
  readonly receiveBuffer?: number
  /** Of capacity: the rate is this part of what the C++ floor answers in a closed loop just before. */
  readonly share?: number
  /** And that is what it answered, messages a second. */
  readonly capacity?: number
  /** Who takes part, by name; without it everybody who has this job and is no `special` contestant. */
  readonly servers?: readonly string[]
  /** `special` contestants that take part beside everybody else, by name. */
  readonly guests?: readonly string[]
  /** One of a series that shows a course: fewer and shorter rounds, and no system calls counted. */
  readonly brief?: boolean
  /** Where bytes are passed round a ring; `connections` and `idle` are its pipes with and without one. */
  readonly ring?: RingShape
}

/** The floor in Node's loop, where the question is what of a price is Node's. */
export const hosted: readonly string[] = ['hosted-bare', 'hosted-call']

/** What most scenarios have in common. */
export const usual = {
  kind: 'talk',
  quick: true,
  connections: 64,
  idle: 0,
  size: 64,
  pipeline: 1,
  rate: 0,
} as const

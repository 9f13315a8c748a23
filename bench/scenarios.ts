import type { Job } from './contestants/contestant'

/**
 * How a scenario goes: conversations on open connections; a connection for each message; memory per
 * connection, with one message on each; or, without any server, descriptors that become ready.
 */
export type Kind = 'talk' | 'churn' | 'memory' | 'ready'

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
}

const usual = {
  kind: 'talk',
  quick: true,
  connections: 64,
  idle: 0,
  size: 64,
  pipeline: 1,
  rate: 0,
} as const

export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'echo',
    title: 'Echo of 64 bytes, 64 connections',
    about:
      'Small messages, every connection busy: almost nothing but the price of being told that a socket is ready, one receive and one send.',
    job: 'echo',
    unit: 'message',
  },
  {
    ...usual,
    name: 'echo-16k',
    title: 'Echo of 16 KiB, 64 connections',
    about: 'Larger messages: copying counts, and so does every buffer made along the way.',
    job: 'echo',
    unit: 'message',
    size: 16 * 1024,
  },
  {
    ...usual,
    name: 'echo-idle',
    title: 'Echo of 64 bytes, 64 connections among 900 idle ones',
    about:
      'The same conversations, with 900 more connections open that say nothing. select and poll look at every one of them on every call, epoll only at those that are ready. (Many more would not fit: select ends at descriptor 1,023.)',
    job: 'echo',
    unit: 'message',
    idle: 900,
  },
  {
    ...usual,
    name: 'echo-idle-5k',
    title: 'Echo of 64 bytes, 64 connections among 5,000 idle ones',
    about:
      'The same among 5,000: beyond what select can hold, and far enough to see what poll pays for looking at all of them.',
    job: 'echo',
    unit: 'message',
    quick: false,
    idle: 5000,
  },
  {
    ...usual,
    name: 'churn',
    title: 'Connect, one round trip of 64 bytes, close, 64 connections at a time',
    about:
      'A connection for every message, ended in an orderly way by the client first: accepting, registering and closing beside the one message.',
    job: 'echo',
    unit: 'connection',
    kind: 'churn',
    quick: false,
  },
  {
    ...usual,
    name: 'echo-rate',
    title: 'Echo of 64 bytes at a fixed 5,000 messages/s, 64 connections',
    about:
      'Far below capacity, as most servers live: nearly every message finds the server asleep. Latency counts from the moment a message was due, whether or not it could be sent.',
    job: 'echo',
    unit: 'message',
    quick: false,
    rate: 5000,
  },
  {
    ...usual,
    name: 'memory',
    title: 'Memory of 10,000 connections',
    about:
      'Resident memory of a server that has warmed up, before the connections, with all of them open and silent, and after one message of 64 bytes on each; a new process in each round.',
    job: 'echo',
    unit: 'connection',
    kind: 'memory',
    quick: false,
    connections: 10_000,
  },
  {
    ...usual,
    name: 'register',
    title: 'register() on 10,000 eventfds, 1% of them ready',
    about:
      'No server and no socket: descriptors watched in the same process, 100 of 10,000 ready at any time, a function called for each. The ones that are ready change with time. It takes one read and one write for 100 events, the same for everybody.',
    job: 'ready',
    unit: 'event',
    kind: 'ready',
    quick: false,
    connections: 100,
    idle: 9900,
  },
  {
    ...usual,
    name: 'http',
    title: 'HTTP keep-alive, 64 connections',
    about: 'GET / answered with 13 bytes of text, one request at a time on each connection.',
    job: 'http',
    unit: 'request',
  },
  {
    ...usual,
    name: 'http-pipelined',
    title: 'HTTP pipelined, 16 requests at a time, 64 connections',
    about:
      'The kernel’s share is spread over 16 requests, so what is left is mostly the server’s own work.',
    job: 'http',
    unit: 'request',
    pipeline: 16,
  },
  {
    ...usual,
    name: 'http-rate',
    title: 'HTTP at a fixed 5,000 requests/s, 64 connections',
    about:
      'Far below capacity, as most servers live. Latency counts from the moment a request was due, whether or not it could be sent: a server that stalls pays for every request that waited.',
    job: 'http',
    unit: 'request',
    rate: 5000,
  },
]

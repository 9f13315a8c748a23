import type { Job } from './contestants/contestant'

/** A kind of load, the same for every server. */
export interface Scenario {
  /** For `--scenario`. */
  readonly name: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly about: string
  readonly job: Job
  /** What is counted: "message" or "request". */
  readonly unit: string
  /** Connections that talk. */
  readonly connections: number
  /** Connections beside them that are open and silent. */
  readonly idle: number
  /** Bytes of an echo message. */
  readonly size: number
  /** Messages sent together before the first answer is awaited. */
  readonly pipeline: number
  /** Messages a second over all connections; 0: each connection sends as soon as it has its answer. */
  readonly rate: number
}

const usual = { connections: 64, idle: 0, size: 64, pipeline: 1, rate: 0 }

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

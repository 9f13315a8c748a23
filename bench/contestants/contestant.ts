import type { HttpJob } from '../http-job'

/**
 * What a contestant is asked to do: give back what it gets over TCP, or datagrams; answer every
 * request with 200; watch descriptors that are no sockets, or a ring of pipes; or echo in one of the
 * models of concurrency.
 */
export type Job = 'echo' | 'udp' | HttpJob | 'ready' | 'ring' | 'model'

/**
 * What a contestant is in a comparison: the measure, the thing compared with, a candidate, or others
 * beside them: libuv without Node, and other runtimes.
 */
export type Role = 'floor' | 'baseline' | 'candidate' | 'reference' | 'peer'

/** What a contestant takes that does not come with this package. */
export interface Needs {
  /** What is there of it, in a few words; undefined: nothing. */
  find(): string | undefined
  /** Makes it out of what is there, where that is possible. Returns why it can't be, or undefined. */
  prepare?(): string | undefined
  /** The command that gets it. */
  readonly how: string
}

/** How far a model of concurrency goes. */
export interface Holds {
  /** Connections at the same time. */
  readonly connections: number
  /** Users at the same time who connect for one message; as many as connections unless told. */
  readonly transactions?: number
  /** What stops it there, for a table. */
  readonly why: string
  /** A connection takes so long to start that its window is longer, and with many one round has to do. */
  readonly slow?: boolean
}

/**
 * A server under test. It is a command whose first line on stdout is
 * `listening on tcp://127.0.0.1:PORT …` (`http` or `udp` instead of `tcp` for these jobs) and which
 * ends on SIGTERM. `pid N` behind the address names the process that does the work, where it is another
 * than the command's. For the job `ready` it takes four more words, DESCRIPTORS ACTIVE SECONDS WARMUP, and
 * prints what `parseReadyResult` reads; for `ring` five, PIPES ACTIVE WRITES SECONDS WARMUP. Every
 * contestant is a file of a few lines beside this one
 * and a line in `index.ts`.
 */
export interface Contestant {
  /** For `--server`. */
  readonly name: string
  /** For tables and charts. */
  readonly title: string
  readonly role: Role
  /** One sentence for the report. */
  readonly about: string
  /** Descriptors that it can hold, where that is a limit of its own and not the system's. */
  readonly descriptors?: number
  /** Takes part only in scenarios that name it, among their `servers` or their `guests`. */
  readonly special?: boolean
  /** Threads that serve, where they are several: it is given as many cores, if there are. */
  readonly threads?: number
  /** Where a model of concurrency ends. */
  readonly holds?: Holds
  /** Without it a contestant is always there, and part of the quick run. */
  readonly needs?: Needs
  /** The command for a job, the program first; undefined when the contestant has no part in it. */
  command(job: Job): readonly string[] | undefined
}

const obstacles = new Map<Contestant, string | undefined>()

/** Why a contestant cannot take part here; prepares it the first time, which may take a while. */
export function obstacle(contestant: Contestant): string | undefined {
  const { needs } = contestant
  if (needs === undefined) return undefined
  if (!obstacles.has(contestant)) {
    const missing = (): string | undefined =>
      needs.find() === undefined ? `not installed: ${needs.how}` : undefined
    obstacles.set(contestant, needs.prepare === undefined ? missing() : needs.prepare())
  }
  return obstacles.get(contestant)
}

/** What a server is asked to do: give back what it gets, or answer every request with 200. */
export type Job = 'echo' | 'http'

/** What a contestant is in a comparison: the measure, the thing compared with, or a candidate. */
export type Role = 'floor' | 'baseline' | 'candidate'

/**
 * A server under test. It is a command whose first line on stdout is
 * `listening on tcp://127.0.0.1:PORT …` or `listening on http://127.0.0.1:PORT …` and which ends
 * on SIGTERM. Every contestant is a file of a few lines beside this one and a line in `index.ts`.
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
  /** The command for a job, the program first; undefined when the contestant has no part in it. */
  command(job: Job): readonly string[] | undefined
}

/** What a connection waits for, each with a time limit of its own; a handler has none. @internal */
export type Phase = 'head' | 'body' | 'answer' | 'sending' | 'idle'

/** Milliseconds for a head, for a body, and of idleness between requests. @internal */
export interface Timeouts {
  head: number
  request: number
  keepAlive: number
}

/**
 * When a connection is given up. A phase is noticed when it is looked at, so that a request need not
 * ask the clock: its time runs from then on, and so is never too short.
 * @internal
 */
export class Deadline {
  #phase: Phase = 'answer'
  #begun = -1
  #at = Infinity

  /**
   * Whether the time is up.
   *
   * @param now on the clock of `performance.now()`
   * @param begun differs from phase to phase, also between two of a kind
   */
  passed(now: number, phase: Phase, begun: number, timeouts: Timeouts): boolean {
    if (phase === this.#phase && begun === this.#begun) return this.#at <= now
    this.#phase = phase
    this.#begun = begun
    this.extend(now, timeFor(phase, timeouts))
    return false
  }

  /** Gives it this many milliseconds from now on. */
  extend(now: number, ms: number): void {
    this.#at = now + ms
  }
}

function timeFor(phase: Phase, timeouts: Timeouts): number {
  switch (phase) {
    case 'head':
      return timeouts.head
    case 'idle':
      return timeouts.keepAlive
    case 'answer':
      return Infinity
    case 'body':
    case 'sending':
      return timeouts.request
  }
}

import type { RestartOptions } from './options'

/** Beyond this the delay is at its maximum, whatever the doubling says. */
const MOST_DOUBLINGS = 31

/** When one Worker is started again: exponential back-off, and a limit within a time. @internal */
export class Restarts {
  readonly #options: Required<RestartOptions>
  #times: number[] = []
  #count = 0

  constructor(options: Required<RestartOptions>) {
    this.#options = options
  }

  /** Restarts in all. */
  get count(): number {
    return this.#count
  }

  /**
   * Milliseconds until the next start, or undefined where the limit is reached.
   *
   * @param now milliseconds of a clock that never goes back
   */
  next(now: number): number | undefined {
    const { limit, within, delay, maxDelay } = this.#options
    this.#times = this.#times.filter((time) => now - time < within)
    if (this.#times.length >= limit) return undefined
    const doublings = Math.min(this.#times.length, MOST_DOUBLINGS)
    this.#times.push(now)
    this.#count++
    return Math.min(delay * 2 ** doublings, maxDelay)
  }
}

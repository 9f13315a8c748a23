import { runningError } from './errors'

/** The reactors that run in this thread; those on select or poll run alone. */
const running = new Map<object, { alone: boolean }>()

/**
 * Notes that a reactor begins to run.
 *
 * @throws `ERR_REACTOR_RUNNING` where it can't beside those that run already
 * @internal
 */
export function beginRunning(reactor: object, alone: boolean): void {
  if (running.size > 0 && (alone || [...running.values()].some((other) => other.alone))) {
    throw runningError(
      'A reactor on select or poll waits for the whole thread: no other can run beside it',
    )
  }
  running.set(reactor, { alone })
}

/** @internal */
export function endRunning(reactor: object): void {
  running.delete(reactor)
}

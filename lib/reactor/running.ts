import { runningError } from './errors'

/**
 * Two copies of the package share a thread and its loop: what runs is noted where both look, once a
 * thread (a Worker has a global object of its own).
 */
const RUNNING = Symbol.for('edgeloop.running')

type Running = Map<object, { alone: boolean }>

const thread: typeof globalThis & { [RUNNING]?: Running } = globalThis

/** The reactors that run in this thread; those on select or poll run alone. */
function runningHere(): Running {
  const known = thread[RUNNING]
  if (known !== undefined) return known
  const value: Running = new Map()
  Object.defineProperty(thread, RUNNING, { value })
  return value
}

/**
 * Notes that a reactor begins to run.
 *
 * @throws `ERR_REACTOR_RUNNING` where it can't beside those that run already
 * @internal
 */
export function beginRunning(reactor: object, alone: boolean): void {
  const running = runningHere()
  if (running.size > 0 && (alone || [...running.values()].some((other) => other.alone))) {
    throw runningError(
      'A reactor on select or poll waits for the whole thread: no other can run beside it',
    )
  }
  running.set(reactor, { alone })
}

/** @internal */
export function endRunning(reactor: object): void {
  runningHere().delete(reactor)
}

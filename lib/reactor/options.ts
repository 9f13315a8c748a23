import process from 'node:process'
import type { Supports } from '../addon/reactor'
import { constants } from '../sys/constants'
import { codedError, shown } from '../sys/errors'
import { unsupportedError } from './errors'

/** The kernel calls that a reactor can wait with. */
export type Backend = 'select' | 'poll' | 'epoll'

const backends: readonly string[] = ['select', 'poll', 'epoll'] satisfies Backend[]

export interface ReactorOptions {
  /**
   * The kernel call to wait with. Without it the environment variable `EDGELOOP_BACKEND` decides, and
   * without that it is epoll.
   * @default 'epoll'
   */
  backend?: Backend
}

/** An empty variable counts as none. */
function fromEnvironment(): string | undefined {
  const named = process.env['EDGELOOP_BACKEND']
  return named === '' ? undefined : named
}

/** @internal */
export function backendOf(options: ReactorOptions): Backend {
  const named: unknown = options.backend
  const backend = named ?? fromEnvironment() ?? 'epoll'
  if (typeof backend !== 'string') {
    throw wrongType(`The "backend" option must be a string. Received ${shown(backend)}`)
  }
  if (!backends.includes(backend)) {
    const source =
      named === undefined ? 'environment variable EDGELOOP_BACKEND' : '"backend" option'
    throw outOfRange(`The ${source} must be 'select', 'poll' or 'epoll'. Received '${backend}'`)
  }
  return backend as Backend
}

/**
 * Refuses what `register` can't take.
 *
 * @throws TypeError, RangeError, `ERR_UNSUPPORTED`, `ERR_FD_SETSIZE`
 * @internal
 */
export function checkRegistration(
  backend: Backend,
  supports: Supports,
  fd: unknown,
  options: unknown,
  handler: unknown,
): void {
  if (typeof handler !== 'function') {
    throw wrongType(`The "handler" argument must be a function. Received ${shown(handler)}`)
  }
  if (typeof options !== 'object' || options === null) {
    throw wrongType(`The "options" argument must be an object. Received ${shown(options)}`)
  }
  const { trigger, exclusive } = options as { trigger?: unknown; exclusive?: unknown }
  checkTrigger(backend, supports, trigger)
  checkExclusive(backend, supports, exclusive)
  if (backend === 'select' && typeof fd === 'number' && fd >= constants.FD_SETSIZE) {
    const last = String(constants.FD_SETSIZE - 1)
    throw codedError(
      new RangeError(`select can't watch descriptor ${String(fd)}: the last is ${last}`),
      'ERR_FD_SETSIZE',
    )
  }
}

/**
 * Refuses a trigger that is none, or that the kernel call lacks.
 *
 * @throws RangeError, `ERR_UNSUPPORTED`
 * @internal
 */
export function checkTrigger(backend: Backend, supports: Supports, trigger: unknown): void {
  if (trigger !== undefined && trigger !== 'level' && trigger !== 'edge') {
    throw outOfRange(`The "trigger" option must be 'level' or 'edge'. Received ${shown(trigger)}`)
  }
  if (trigger === 'edge' && !supports.edge) {
    throw unsupportedError(`${backend} has no edge triggering`)
  }
}

/**
 * Refuses an exclusive wake-up that the kernel call lacks.
 *
 * @throws `ERR_UNSUPPORTED`
 * @internal
 */
export function checkExclusive(backend: Backend, supports: Supports, exclusive: unknown): void {
  if (exclusive === true && !supports.exclusive) {
    throw unsupportedError(`${backend} has no exclusive wake-up`)
  }
}

function wrongType(message: string): Error {
  return codedError(new TypeError(message), 'ERR_INVALID_ARG_TYPE')
}

function outOfRange(message: string): Error {
  return codedError(new RangeError(message), 'ERR_OUT_OF_RANGE')
}

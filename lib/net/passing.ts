import { unsupportedError } from '../reactor/errors'
import { close } from '../sys/descriptors'
import { isUnix } from './credentials'
import { outOfRange, wrongType } from './checks'
import type { HandlersOf } from './handlers'
import { LARGEST_COPY } from './plane'

/** Descriptors that have come over a socket, until somebody has them. @internal */
export class Arrived {
  readonly #fds: number[]
  readonly #truncated: boolean

  constructor(fds: number[], truncated: boolean) {
    this.#fds = fds
    this.#truncated = truncated
  }

  /** To the handler; nobody's are closed. */
  give<S>(handlers: HandlersOf<S>, socket: S): void {
    if (handlers.handle === undefined) this.close()
    else handlers.handle(socket, this.#fds, this.#truncated)
  }

  close(): void {
    for (const fd of this.#fds) close(fd)
  }
}

/**
 * The bytes that descriptors travel with.
 *
 * @throws TypeError, RangeError
 * @internal
 */
export function handleBytes(data: unknown): Uint8Array {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw wrongType('data', 'a string or a Uint8Array', data, 'argument')
  }
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  if (bytes.length === 0 || bytes.length > LARGEST_COPY) {
    throw outOfRange('data', 'of 1 to 65536 bytes', `${String(bytes.length)} bytes`, 'argument')
  }
  return bytes
}

/** @throws Error ERR_UNSUPPORTED @internal */
export function mustBeUnix(fd: number): void {
  if (!isUnix(fd)) throw unsupportedError('Only Unix sockets pass descriptors')
}

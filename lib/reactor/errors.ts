import { codedError } from '../sys/errors'

/** @internal */
export function closedError(what: string): Error {
  return codedError(new Error(`${what} is closed`), 'ERR_CLOSED')
}

/** @internal */
export function runningError(message: string): Error {
  return codedError(new Error(message), 'ERR_REACTOR_RUNNING')
}

/** @internal */
export function unsupportedError(message: string): Error {
  return codedError(new Error(message), 'ERR_UNSUPPORTED')
}

/** @internal */
export function writeAfterEndError(): Error {
  return codedError(new Error('write after end'), 'ERR_STREAM_WRITE_AFTER_END')
}

import { codedError } from '../sys/errors'

/** @internal */
export function headersSentError(): Error {
  return codedError(new Error('The head was sent before'), 'ERR_HTTP_HEADERS_SENT')
}

/** @internal */
export function tooLongError(): Error {
  return codedError(
    new RangeError('The body is longer than the Content-Length that was set'),
    'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
  )
}

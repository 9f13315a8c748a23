import { STATUS_CODES } from 'node:http'
import { codedError } from '../sys/errors'
import type { LoggedResponse } from './access-log'
import { dateField } from './date'

/**
 * A request that is not served: the status to answer with. One table for all of them; each ends the
 * connection.
 * @internal
 */
export class Refusal extends Error {
  override readonly name = 'HttpError'
  readonly code: string
  readonly status: number

  constructor(kind: RefusalKind) {
    const [status, text] = refusals[kind]
    super(text)
    this.code = `ERR_HTTP_${kind}`
    this.status = status
  }
}

/** @internal */
export type RefusalKind = keyof typeof refusals

const refusals = {
  BAD_REQUEST_LINE: [400, 'malformed request line'],
  BAD_HEADER: [400, 'malformed header field'],
  BARE_LINE_BREAK: [400, 'bare CR or LF in the head'],
  BAD_HOST: [400, 'missing, repeated or invalid Host'],
  BAD_LENGTH: [400, 'malformed, repeated or contradicted Content-Length'],
  BAD_CODING: [400, 'Transfer-Encoding that does not end the body reliably'],
  BAD_CHUNK: [400, 'malformed chunk'],
  BODY_CUT_SHORT: [400, 'the body did not come whole'],
  HEAD_TIMEOUT: [408, 'the head did not come in time'],
  BODY_TIMEOUT: [408, 'the body did not come in time'],
  BODY_TOO_LARGE: [413, 'body over the limit'],
  TARGET_TOO_LONG: [414, 'request target over the limit'],
  UNKNOWN_EXPECTATION: [417, 'unknown expectation'],
  HEAD_TOO_LARGE: [431, 'head or trailers over the limit'],
  UNKNOWN_CODING: [501, 'unknown transfer coding'],
  UNKNOWN_VERSION: [505, 'HTTP version not supported'],
} as const satisfies Record<string, readonly [status: number, text: string]>

/** What the decoder refuses, by its numbers: the order is that of `Refusal` in native/http/head.h. */
const decoderRefusals = [
  'BAD_REQUEST_LINE',
  'BAD_HEADER',
  'BARE_LINE_BREAK',
  'BAD_HOST',
  'BAD_LENGTH',
  'BAD_CODING',
  'BAD_CHUNK',
  'BODY_TOO_LARGE',
  'TARGET_TOO_LONG',
  'UNKNOWN_EXPECTATION',
  'HEAD_TOO_LARGE',
  'UNKNOWN_CODING',
  'UNKNOWN_VERSION',
] as const satisfies readonly RefusalKind[]

/** The decoder's refusal of this number. @internal */
export function decoderRefusal(number: number): Refusal {
  return new Refusal(decoderRefusals[number] ?? 'BAD_REQUEST_LINE')
}

/** The whole answer to what is refused; it ends the connection. @internal */
export function refusalAnswer(refusal: Refusal): string {
  const { status } = refusal
  const body = bodyOf(refusal)
  return (
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n` +
    `Content-Type: text/plain\r\nContent-Length: ${String(body.length)}\r\n` +
    `${dateField()}Connection: close\r\n\r\n${body}`
  )
}

/** What a log is told of that answer. @internal */
export function loggedRefusal(refusal: Refusal): LoggedResponse {
  const bodyBytes = bodyOf(refusal).length
  return { statusCode: refusal.status, bodyBytes, finished: true, closed: false }
}

function bodyOf({ status, message }: Refusal): string {
  return `${String(status)} ${message}\n`
}

/** What a reader and a signal are told of a client that left. @internal */
export function gone(): Error {
  return codedError(new Error('The client went before its request was answered'), 'ECONNRESET')
}

import { STATUS_CODES } from 'node:http'
import { codedError } from '../sys/errors'

const lines: (string | undefined)[] = []

/** The first line of a response. @internal */
export function statusLine(status: number): string {
  return (lines[status] ??= `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n`)
}

/** @throws RangeError outside 200 to 999 @internal */
export function checkStatus(code: number): void {
  if (Number.isInteger(code) && code >= 200 && code <= 999) return
  throw codedError(
    new RangeError(
      `The "code" argument must be a final status from 200 to 999. Received ${String(code)}`,
    ),
    'ERR_OUT_OF_RANGE',
  )
}

/** Whether an answer of this status has no body (RFC 9110 sections 6.4.1, 15.3.6). @internal */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

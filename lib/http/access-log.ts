import type { Socket } from '../net/socket'

/**
 * A request as a log sees it: the handler's, or what is known of one that was refused before a handler got it. Then
 * the request line is undefined where it was not read, and there are no fields.
 */
export interface LoggedRequest {
  readonly socket: Socket
  readonly method: string | undefined
  readonly url: string | undefined
  readonly httpVersion: string | undefined
  header(name: string): string | undefined
}

/** An answer as a log sees it. */
export interface LoggedResponse {
  readonly statusCode: number
  /** Bytes of the body that were given to be sent, without their coding. */
  readonly bodyBytes: number
  /** The answer is complete. */
  readonly finished: boolean
  /** It was broken off, or the client went before it was complete. */
  readonly closed: boolean
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * One line about an answer in the Common Log Format: host, two dashes for what is not known, the time (UTC), the
 * request line or a dash where it was not read, the status, and the bytes of the body or a dash for none. Quotes,
 * backslashes and whatever is not printable ASCII are written as `\xHH`, so that no request can make a line of its own.
 *
 * @param time milliseconds since 1970
 */
export function commonLog(
  request: LoggedRequest,
  response: LoggedResponse,
  time = Date.now(),
): string {
  const { method, url, httpVersion, socket } = request
  const host = escape(socket.remoteAddress ?? '-')
  const line =
    method === undefined ? '-' : escape(`${method} ${url ?? ''} HTTP/${httpVersion ?? ''}`)
  const bytes = response.bodyBytes === 0 ? '-' : String(response.bodyBytes)
  return `${host} - - [${stamp(new Date(time))}] "${line}" ${String(response.statusCode)} ${bytes}`
}

function stamp(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()] ?? ''}/${String(date.getUTCFullYear())}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${day}:${time} +0000`
}

function escape(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

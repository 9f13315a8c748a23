import type { HttpRequest } from './request'
import type { HttpResponse } from './response'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * One line about an answer in the Common Log Format: host, two dashes for what is not known, the time (UTC), the
 * request line, the status, and the bytes of the body or a dash for none. Quotes, backslashes and whatever is not
 * printable ASCII are written as `\xHH`.
 *
 * @param time milliseconds since 1970
 */
export function commonLog(request: HttpRequest, response: HttpResponse, time = Date.now()): string {
  const host = request.socket.remoteAddress ?? '-'
  const line = escape(`${request.method} ${request.url} HTTP/${request.httpVersion}`)
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

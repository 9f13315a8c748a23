import { dateField } from './date'
import { makeField } from './field'
import type { Fields } from './fields'
import { Flag } from './heads'
import { statusLine } from './status-line'

/** What a head says depends on the request. */
interface Asked {
  readonly flags: number
  /** The time of the turn in seconds since 1970, where it is still the request's. */
  readonly second: number | undefined
}

/** The connection ends behind the answer. @internal */
export const CLOSE = makeField('Connection', 'close')
const KEEP_ALIVE = makeField('Connection', 'keep-alive')

/**
 * The head of an answer as it is sent.
 *
 * @param contentLength -1 without one
 * @param last the head says that the connection ends, unless a field `Connection` speaks for itself
 * @internal
 */
export function responseHead(
  status: number,
  fields: Fields,
  contentLength: number,
  request: Asked,
  last: boolean,
): string {
  let head = statusLine(status)
  let date = false
  let connection = false
  for (const { key, line } of Array.isArray(fields) ? fields : fields ? [fields] : []) {
    if (key === 'content-length') continue
    date ||= key === 'date'
    connection ||= key === 'connection'
    head += line
  }
  // None with 204 (RFC 9110 section 8.6); that there is nothing has to be told with 205.
  if (status === 205) head += 'Content-Length: 0\r\n'
  else if (contentLength >= 0 && status !== 204) {
    head += `Content-Length: ${String(contentLength)}\r\n`
  }
  if (!date) head += dateField(request.second)
  if (!connection) {
    if (last) head += CLOSE.line
    else if ((request.flags & Flag.MinorOne) === 0) head += KEEP_ALIVE.line
  }
  return head + '\r\n'
}

/** Whether the options in a field `Connection` end it (RFC 9112 section 9.6). @internal */
export function asksForClose(connection: string | undefined): boolean {
  return connection !== undefined && /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(connection)
}

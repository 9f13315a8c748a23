import { STATUS_CODES } from 'node:http'

const lines: (string | undefined)[] = []

/** The first line of a response. @internal */
export function statusLine(status: number): string {
  return (lines[status] ??= `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n`)
}

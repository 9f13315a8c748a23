// What C++ makes of a body, and of a request behind it.

import { decode as read, type Limits } from './decoding'

export interface Decoded {
  body: string
  done: boolean
  /** A request behind it was found. */
  next?: boolean
  refusal?: string
}

export const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n'

/** Decodes pieces of a body, and of a request behind it. */
export function decode(
  length: number | 'chunked',
  pieces: readonly string[],
  maxBodySize = 1024,
  limits: Partial<Limits> = {},
): Decoded {
  const coding = 'Transfer-Encoding: chunked'
  const framing = length === 'chunked' ? coding : `Content-Length: ${String(length)}`
  const head = `POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`
  const { requests, refusal } = read([head, ...pieces], { ...limits, maxBodySize })
  const [request, second] = requests
  return {
    body: request?.body ?? '',
    done: request?.whole ?? false,
    ...(second === undefined ? {} : { next: second.head.target === '/next' }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}

// A server on a backend, and a client that sends bytes as they are told.

import net from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { Backend, HttpHandler, HttpServer, ServeOptions } from '../../lib'
import { make } from '../reactor/kinds'

/** Serves on a free port, on a reactor that is closed after the test. */
export function serve(
  backend: Backend,
  handler: HttpHandler,
  options: Partial<ServeOptions> = {},
): { server: HttpServer; port: number } {
  const reactor = make(backend)
  const server = reactor.serve({ hostname: '127.0.0.1', ...options, handler })
  void reactor.run()
  return { server, port: server.port ?? 0 }
}

/**
 * Sends the pieces, each by itself, and answers all that came (latin1) once the server has ended the
 * connection.
 */
export function talk(port: number, ...pieces: string[]): Promise<string> {
  return say(port, pieces, false)
}

/** As `talk`, and half-closes behind the pieces. */
export function talkAndEnd(port: number, ...pieces: string[]): Promise<string> {
  return say(port, pieces, true)
}

async function say(port: number, pieces: readonly string[], end: boolean): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  const closed = new Promise<string>((resolve, reject) => {
    let heard = ''
    socket.setEncoding('latin1').on('data', (text: string) => (heard += text))
    socket.on('error', reject)
    socket.on('close', () => {
      resolve(heard)
    })
  })
  for (const piece of pieces) {
    socket.write(piece, 'latin1')
    await setImmediate()
  }
  if (end) socket.end()
  return closed
}

export interface Answer {
  status: number
  /** Names in small letters. */
  headers: Record<string, string>
  body: string
}

/** Takes a stream of answers apart; what is no answer throws. `heads` answers have no body: to HEAD. */
export function answersIn(stream: string, heads: readonly number[] = []): Answer[] {
  const answers: Answer[] = []
  let rest = stream
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = /^HTTP\/1\.1 (\d{3}) [ -~]*$/.exec(first)?.[1]
    if (end < 0 || status === undefined) throw new Error(`No answer: ${JSON.stringify(rest)}`)
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(': ')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)] as const
      }),
    )
    rest = rest.slice(end + 4)
    const answer: Answer = { status: Number(status), headers, body: '' }
    const silent = heads.includes(answers.length) || [100, 204, 304].includes(answer.status)
    answers.push(answer)
    if (silent) continue
    if (headers['transfer-encoding'] === 'chunked') rest = takeChunks(rest, answer)
    else {
      const length = Number(headers['content-length'] ?? rest.length)
      if (rest.length < length) throw new Error(`Cut short: ${JSON.stringify(rest)}`)
      answer.body = rest.slice(0, length)
      rest = rest.slice(length)
    }
  }
  return answers
}

function takeChunks(text: string, answer: Answer): string {
  let rest = text
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/.exec(rest)
    if (size === null) throw new Error(`No chunk: ${JSON.stringify(rest)}`)
    const length = parseInt(size[1] ?? '', 16)
    const from = size[0].length
    answer.body += rest.slice(from, from + length)
    if (rest.slice(from + length, from + length + 2) !== '\r\n')
      throw new Error('No end of a chunk')
    rest = rest.slice(from + length + 2)
    if (length === 0) return rest
  }
}

/** A request; `Connection: close` ends the conversation with its answer. */
export function request(
  method: string,
  target: string,
  {
    lines = [],
    body = '',
    close = false,
  }: { lines?: string[]; body?: string; close?: boolean } = {},
): string {
  const fields = ['Host: a', ...lines, ...(close ? ['Connection: close'] : [])]
  if (body !== '' && lines.every((line) => !/^(content-length|transfer-)/i.test(line))) {
    fields.push(`Content-Length: ${String(body.length)}`)
  }
  return `${method} ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body}`
}

// A log hears of the requests that are refused, with what is known of them, and nobody makes a line of his own.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { commonLog, type HttpHandler, type LoggedRequest, type ServeOptions } from '../../lib'
import { runScript } from '../multiplexer/child'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk, talkAndEnd } from './talk'

const limits = { maxHeaderSize: 2048, maxHeaderCount: 8, maxBodySize: 1000, headersTimeout: 50 }
const chunked = ['Transfer-Encoding: chunked']
const post = (lines: string[], body = ''): string => request('POST', '/p?q', { lines, body })

const reader: HttpHandler = async (req, res) => {
  res.send(await req.text())
}

/** A server whose log is kept: the lines without host and time. */
function serveLogged(
  backend: (typeof backends)[number],
  handler: HttpHandler = reader,
  options: Partial<ServeOptions> = {},
): { port: number; lines: string[] } {
  const lines: string[] = []
  const log: ServeOptions['log'] = (req, response) => {
    const line = commonLog(req, response, 0)
    const start = '127.0.0.1 - - [01/Jan/1970:00:00:00 +0000] '
    expect(line.startsWith(start)).toBe(true)
    lines.push(line.slice(start.length))
  }
  const { port } = serve(backend, handler, { ...limits, ...options, log })
  return { port, lines }
}

const table: [status: number, what: string, text: string, line: string][] = [
  [400, 'a request line that is none', 'GET  / HTTP/1.1\r\n\r\n', '-'],
  [400, 'TLS', '\x16\x03\x01\x02\r\n\r\n', '-'],
  [
    400,
    'a line break and a forged line',
    'GET /\n127.0.0.1 - - [x] "GET / HTTP/1.1" 200 1\r\n\r\n',
    '-',
  ],
  [
    400,
    'a target of no form',
    'GET forged"\\ HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET forged\\x22\\x5c HTTP/1.1',
  ],
  [400, 'no Host', 'GET /x HTTP/1.1\r\n\r\n', 'GET /x HTTP/1.1'],
  [400, 'a folded line', request('GET', '/', { lines: ['X: y', ' z'] }), 'GET / HTTP/1.1'],
  [400, 'a bare LF behind the line', 'GET / HTTP/1.1\nHost: a\n\n', '-'],
  [400, 'quotes in the target', 'GET /"\\ HTTP/1.1\r\n\r\n', 'GET /\\x22\\x5c HTTP/1.1'],
  [400, 'a length and chunked', post(['Content-Length: 1', ...chunked]), 'POST /p?q HTTP/1.1'],
  [400, 'a bad chunk', post(chunked, 'x\r\n'), 'POST /p?q HTTP/1.1'],
  [408, 'nothing at all', '', '-'],
  [408, 'a head that does not come whole', 'GET / HTTP/1.1\r\nHost: a\r\n', '-'],
  [413, 'a length over the limit', post(['Content-Length: 99999']), 'POST /p?q HTTP/1.1'],
  [
    413,
    'a chunk over the limit',
    post(chunked, `3e9\r\n${'x'.repeat(1001)}`),
    'POST /p?q HTTP/1.1',
  ],
  [414, 'a target too long', `GET /${'a'.repeat(3000)}`, '-'],
  [417, 'an expectation', post(['Expect: x'], 'x'), 'POST /p?q HTTP/1.1'],
  [
    431,
    'fields too large',
    request('GET', '/', { lines: [`X: ${'a'.repeat(3000)}`] }),
    'GET / HTTP/1.1',
  ],
  [
    431,
    'too many fields',
    request('GET', '/', { lines: Array<string>(10).fill('X: y') }),
    'GET / HTTP/1.1',
  ],
  [501, 'gzip', post(['Transfer-Encoding: gzip']), 'POST /p?q HTTP/1.1'],
  [505, 'HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'PRI * HTTP/2.0'],
]

describe.each(backends)('%s', (backend) => {
  it.each(table)('%i: %s', async (status, _what, text, line) => {
    const { port, lines } = serveLogged(backend)
    const [answer] = answersIn(await talk(port, text))
    const bytes = answer?.headers['content-length'] ?? ''
    expect(lines).toEqual([`"${line}" ${String(status)} ${bytes}`])
  })
})

describe('the line of a refused request', () => {
  it('is the same where its head came byte by byte, behind others', async () => {
    const { port, lines } = serveLogged('epoll')
    const text = request('GET', '/1') + 'BREW /pot HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'
    await talk(port, ...Array.from(text))
    expect(lines).toEqual([
      '"GET /1 HTTP/1.1" 200 -',
      expect.stringMatching(/^"BREW \/pot HTTP\/1.1" 400 /),
    ])
  })

  it('is kept while the refusal waits behind too many others', async () => {
    const { port, lines } = serveLogged('epoll', async (_req, res) => {
      await setImmediate()
      res.send()
    })
    const text = request('GET', '/').repeat(70) + 'GET /last HTTP/1.1\r\n\r\n'
    expect(answersIn(await talk(port, text))).toHaveLength(71)
    const refused = lines.filter((line) => line !== '"GET / HTTP/1.1" 200 -')
    expect(refused).toEqual([expect.stringMatching(/^"GET \/last HTTP\/1.1" 400 /)])
    expect(lines).toHaveLength(71)
  })

  it('has no fields, and nothing of the line where that was not read', async () => {
    const seen: LoggedRequest[] = []
    const { port } = serve('epoll', reader, {
      log(req) {
        seen.push(req)
      },
    })
    await talk(port, 'GET / HTTP/1.1\r\nX: y\r\n\r\n')
    await talk(port, '\0\r\n')
    expect(seen.map((req) => req.header('x'))).toEqual([undefined, undefined])
    expect(seen).toMatchObject([
      { method: 'GET', url: '/', httpVersion: '1.1' },
      { method: undefined, url: undefined, httpVersion: undefined },
    ])
  })
})

describe('a request whose body is refused', () => {
  it('is told once, with the refusal, whatever its handler does then', async () => {
    const { port, lines } = serveLogged('epoll', async (req, res) => {
      await req.text().catch(() => undefined)
      res.send('late')
    })
    await talk(port, post(chunked, 'x\r\n'))
    expect(lines).toEqual([expect.stringMatching(/^"POST \/p\?q HTTP\/1.1" 400 \d+$/)])
  })

  it.each([
    ['408: it does not come whole', 408, talk],
    ['400: the client half-closes', 400, talkAndEnd],
  ])('%s', async (_what, status, say) => {
    const { port, lines } = serveLogged('epoll', reader, { requestTimeout: 50 })
    const text = post(['Content-Length: 9'], 'half')
    expect(answersIn(await say(port, text))).toMatchObject([{ status }])
    expect(lines).toEqual([expect.stringMatching(new RegExp(`" ${String(status)} \\d+$`))])
  })

  it('is told with the answer that had begun', async () => {
    const { port, lines } = serveLogged('epoll', async (req, res) => {
      res.status(201).write('begun')
      await req.text()
    })
    await talk(port, post(chunked, 'x\r\n'))
    expect(lines).toEqual(['"POST /p?q HTTP/1.1" 201 5'])
  })

  it('is told once where it was answered before', async () => {
    const { port, lines } = serveLogged('epoll', (_req, res) => {
      res.send('early')
    })
    await talk(port, post(chunked, '1\r\nx\r\n'), 'x\r\n')
    expect(lines).toEqual(['"POST /p?q HTTP/1.1" 200 5'])
  })
})

it('a log that throws at a refusal changes nothing for the client', async () => {
  const { output } = await runScript(`
    const net = require('net')
    const { Reactor } = require('edgeloop')
    const uncaught = []
    process.on('uncaughtException', (error) => uncaught.push(error.message))
    const reactor = new Reactor()
    const log = () => { throw new Error('the disk is full') }
    const server = reactor.serve({ handler() {}, log })
    reactor.run()
    const client = net.connect(server.port, '127.0.0.1', () => client.write('\\0\\r\\n'))
    let heard = ''
    client.on('data', (data) => (heard += data)).on('close', async () => {
      await server.close()
      console.log(JSON.stringify([heard.slice(0, 12), uncaught]))
    })
  `)
  expect(JSON.parse(output)).toEqual(['HTTP/1.1 400', ['the disk is full']])
})

import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request, serve, talkAndEnd } from './talk'

const chunked = ['Transfer-Encoding: chunked']
const get = (...lines: string[]): string => request('GET', '/', { lines, close: true })
const post = (lines: string[], body = ''): string =>
  request('POST', '/', { lines, body, close: true })

/** The bytes, the status (0: closed without a word) of both or of ours and node's, and why they differ. */
const table: [what: string, text: string, ours: number, node?: number, why?: string][] = [
  ['GET', get(), 200],
  ['1.0', 'GET / HTTP/1.0\r\n\r\n', 200],
  ['absolute-form', request('GET', 'http://a/', { close: true }), 200],
  ['OPTIONS *', request('OPTIONS', '*', { close: true }), 200],
  ['empty lines in front', `\r\n\r\n${get()}`, 200],
  ['white space around a value', get('X: \t v \t'), 200],
  ['obs-text', get('X: \xff'), 200],
  ['Content-Length', post([], 'body'), 200],
  ['chunked', post(chunked, '4\r\nbody\r\n0\r\n\r\n'), 200],
  [
    'chunked with an extension and a trailer',
    post(chunked, '1;a=b\r\nx\r\n0\r\nA: b\r\n\r\n'),
    200,
  ],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['two lengths', post(['Content-Length: 1', 'Content-Length: 2'], 'x'), 400],
  ['a negative length', post(['Content-Length: -1']), 400],
  ['a huge length', post(['Content-Length: 99999999999999999999']), 400],
  ['a length and chunked', post([...chunked, 'Content-Length: 5'], '0\r\n\r\n'), 400],
  ['chunked not last', post(['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'), 400],
  ['a bare CR in a value', get('X: a\rb'), 400],
  ['a space before the colon', get('X : v'), 400],
  ['a NUL in a value', get('X: a\0b'), 400],
  ['an empty name', get(': v'), 400],
  ['a method that is no token', request('G(T', '/', { close: true }), 400],
  ['a space in the target', request('GET', '/a b', { close: true }), 400],
  ['a bad chunk size', post(chunked, 'x\r\n'), 400],
  ['an empty chunk extension', post(chunked, '1;\r\nx\r\n0\r\n\r\n'), 400],
  ['no line break behind a chunk', post(chunked, '1\r\nxy\r\n0\r\n\r\n'), 400],
  ['a head cut short', 'GET / HTTP/1.1\r\nHost: a', 0, 400, 'nothing was asked: RFC 9112 8'],
  ['a body cut short', post(['Content-Length: 9'], 'half'), 400],
  ['fields beyond 16 KiB', get(`X: ${'a'.repeat(20_000)}`), 431],
  ['an expectation', post(['Expect: x'], 'x'), 417],
  ['a method nobody knows', request('BREW', '/', { close: true }), 200, 400, 'ours has no list'],
  ['two Hosts', get('Host: b'), 400, 200, 'RFC 9112 3.2 says 400'],
  ['a Host that is none', 'GET / HTTP/1.0\r\nHost: a b\r\n\r\n', 400, 200, 'RFC 9112 3.2 says 400'],
  ['gzip', post(['Transfer-Encoding: gzip'], 'x'), 501, 400, 'RFC 9112 6.1 says 501'],
  ['HTTP/2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505, 200, 'RFC 9110 15.6.6 says 505'],
  [
    'a target beyond 16 KiB',
    request('GET', `/${'a'.repeat(20_000)}`),
    414,
    431,
    'RFC 9112 3 says 414',
  ],
]

describe("the status of a request is that of node's own server, or differs for a reason", () => {
  const node = http.createServer((req, res) => {
    req.on('end', () => res.end('ok')).resume()
  })

  beforeAll(async () => {
    await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
  })

  afterAll(() => {
    node.closeAllConnections()
    node.close()
  })

  const statusOf = async (port: number, text: string): Promise<number> =>
    Number(/^HTTP\/1\.1 (\d{3})/.exec(await talkAndEnd(port, text))?.[1] ?? 0)

  it.each(table)('%s', async (_what, text, ours, theirs = ours, why) => {
    const { port } = serve('epoll', async (req, res) => {
      await req.text()
      res.send('ok')
    })
    expect(await statusOf(port, text)).toBe(ours)
    expect(await statusOf((node.address() as AddressInfo).port, text)).toBe(theirs)
    expect(why !== undefined).toBe(theirs !== ours)
  })
})

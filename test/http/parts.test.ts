// The parts of a good request, as node:http reads them and as we do.

import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../lib'
import { request, serve, talk } from './talk'

const chunked = ['Transfer-Encoding: chunked']
const browser = [
  'Connection: keep-alive',
  'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
  'Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
  'Accept-Encoding: gzip, deflate, br',
  'Accept-Language: en-GB,en;q=0.9',
  'Cookie: a=b; c="d e"',
]

/** Where the two would differ in the verdict, node.test.ts has it. */
const table: [what: string, text: string][] = [
  ['a plain one', request('GET', '/')],
  ['a target with everything', request('GET', '/a-b_c.~!$&\'()*+,;=:@/%20?x=[y]&z={|}^`"')],
  ['absolute-form', request('GET', 'http://example.org:8080/a?b')],
  ['OPTIONS *', request('OPTIONS', '*')],
  ['a browser', request('GET', '/index.html', { lines: browser })],
  ['white space around values', request('GET', '/', { lines: ['A: \t b \t', 'C:d', 'E:', 'F: '] })],
  ['obs-text', request('GET', '/', { lines: ['A: \x80\xa1\xff'] })],
  ['repeated names', request('GET', '/', { lines: ['A: 1', 'a: 2', 'A: 3'] })],
  ['names of signs', request('GET', '/', { lines: ["!#$%&'*+-.^_`|~: x"] })],
  ['empty lines in front', `\r\n\r\n${request('GET', '/')}`],
  ['1.0', 'GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
  ['a length', request('POST', '/', { body: 'the body' })],
  ['a length with zeros', request('POST', '/', { lines: ['Content-Length: 003'], body: 'abc' })],
  [
    'chunks',
    request('PUT', '/', { lines: chunked, body: '3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n' }),
  ],
  ['extensions', request('PUT', '/', { lines: chunked, body: '3;a="b"\r\nabc\r\n0;c\r\n\r\n' })],
  ['a trailer', request('PUT', '/', { lines: chunked, body: '1\r\na\r\n0\r\nA: b\r\n\r\n' })],
]

interface Parts {
  method: string | undefined
  url: string | undefined
  version: string
  fields: string[]
  body: string
}

async function bodyOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  let body = ''
  for await (const chunk of source) body += Buffer.from(chunk).toString('latin1')
  return body
}

describe("the parts of a request are those that node's own server finds", () => {
  let theirs: Parts | undefined
  const node = http.createServer((req: IncomingMessage, res) => {
    void bodyOf(req as AsyncIterable<Uint8Array>).then((body) => {
      const { method, url, httpVersion: version, rawHeaders: fields } = req
      theirs = { method, url, version, fields, body }
      res.setHeader('Connection', 'close').end()
    })
  })

  beforeAll(async () => {
    await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
  })

  afterAll(() => {
    node.closeAllConnections()
    node.close()
  })

  it.each(table)('%s', async (_what, text) => {
    let ours: Parts | undefined
    const { port } = serve('epoll', async (req: HttpRequest, res) => {
      const { method, url, httpVersion: version } = req
      const fields = [...req.headers].flat()
      ours = { method, url, version, fields, body: await bodyOf(req.body) }
      res.header('Connection', 'close').send()
    })
    await talk(port, text)
    await talk((node.address() as AddressInfo).port, text)
    expect(ours).toBeDefined()
    expect(ours).toEqual(theirs)
  })
})

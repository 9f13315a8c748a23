// The limits that hold where none are set: those of docs/http.md.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { answersIn, request, serve, talk } from './talk'

/** The statuses of what a server without options answers. */
async function statuses(text: string): Promise<number[]> {
  const { port } = serve('epoll', async (req, res) => {
    res.send(String((await req.bytes()).length))
  })
  return answersIn(await talk(port, text)).map(({ status }) => status)
}

describe('by default', () => {
  it('maxHeaderSize: a head has 16384 bytes, one more is 431 (RFC 6585 section 5)', async () => {
    const head = (bytes: number): string => {
      const text = request('GET', '/', { lines: ['X: '], close: true })
      return text.replace('X: ', `X: ${'x'.repeat(bytes - text.length)}`)
    }
    expect(await statuses(head(16_384))).toEqual([200])
    expect(await statuses(head(16_385))).toEqual([431])
  })

  it('maxHeaderSize: a request line beyond 16384 bytes is 414 (RFC 9110 section 15.5.15)', async () => {
    expect(await statuses(`GET /${'a'.repeat(16_384)}`)).toEqual([414])
  })

  it('maxHeaderCount: a head has 100 fields, one more is 431 (RFC 6585 section 5)', async () => {
    const head = (fields: number): string =>
      request('GET', '/', { lines: Array<string>(fields - 2).fill('X: y'), close: true })
    expect(await statuses(head(100))).toEqual([200])
    expect(await statuses(head(101))).toEqual([431])
  })

  it('maxBodySize: a body has 1 MiB, one byte more is 413 (RFC 9110 section 15.5.14)', async () => {
    const body = 'x'.repeat(1024 * 1024)
    expect(await statuses(request('POST', '/', { body, close: true }))).toEqual([200])
    const more = request('POST', '/', { lines: ['Content-Length: 1048577'] })
    expect(await statuses(more)).toEqual([413])
    const chunked = { lines: ['Transfer-Encoding: chunked'], body: `100001\r\n${body}x` }
    expect(await statuses(request('POST', '/', chunked))).toEqual([413])
  })

  it('keepAliveTimeout 5 s, headersTimeout 10 s, requestTimeout 30 s: the first two answered 408', async () => {
    // Ten of the server's seconds to one.
    const { output } = await runScript(`
      const real = performance.now.bind(performance)
      performance.now = () => real() * 10
      const net = require('net')
      const { Reactor } = require('edgeloop')
      const reactor = new Reactor()
      const server = reactor.serve({ async handler(req, res) { res.send(await req.text()) } })
      reactor.run()
      const ask = (text) => new Promise((resolve) => {
        const begun = performance.now()
        const client = net.connect(server.port, '127.0.0.1', () => client.write(text))
        let heard = ''
        client.on('data', (data) => (heard += data)).on('close', () => {
          resolve([heard.slice(9, 12), Math.floor((performance.now() - begun) / 5000)])
        })
      })
      ;(async () => {
        const heard = await Promise.all([
          ask('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'),
          ask('GET / HTTP/1.1\\r\\n'),
          ask('POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9\\r\\n\\r\\nhalf'),
        ])
        await server.close()
        console.log(JSON.stringify(heard))
      })()
    `)
    const [idle, head, body] = JSON.parse(output) as [string, number][]
    expect([idle?.[0], head?.[0], body?.[0]]).toEqual(['200', '408', '408'])
    expect(idle?.[1]).toBeGreaterThanOrEqual(1)
    expect(head?.[1]).toBeGreaterThanOrEqual(2)
    expect(body?.[1]).toBeGreaterThanOrEqual(6)
    expect(head?.[1]).toBeLessThan(body?.[1] ?? 0)
  })
})

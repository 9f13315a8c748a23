import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk, talkAndEnd } from './talk'

const chunked = ['Transfer-Encoding: chunked']

const refused: [status: number, what: string, text: string][] = [
  [400, 'noise', '\x16\x03\x01\r\n\r\n'],
  [400, 'no Host', 'GET / HTTP/1.1\r\n\r\n'],
  [400, 'two Hosts', request('GET', '/', { lines: ['Host: a'] })],
  [400, 'a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
  [400, 'a space before the colon', request('GET', '/', { lines: ['X : y'] })],
  [400, 'a folded line', request('GET', '/', { lines: ['X: y', ' z'] })],
  [400, 'a NUL in a value', request('GET', '/', { lines: ['X: \0'] })],
  [400, 'a bare LF', 'GET / HTTP/1.1\nHost: a\n\n'],
  [400, 'two lengths', request('POST', '/', { lines: ['Content-Length: 1', 'Content-Length: 1'] })],
  [400, 'a length and chunked', request('POST', '/', { lines: ['Content-Length: 1', ...chunked] })],
  [400, 'chunked not last', request('POST', '/', { lines: ['Transfer-Encoding: chunked, gzip'] })],
  [400, 'chunked in 1.0', 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'],
  [400, 'a bad chunk', request('POST', '/', { lines: chunked, body: 'x\r\n' })],
  [413, 'a body too large', request('POST', '/', { lines: ['Content-Length: 99999'] })],
  [
    413,
    'a chunk too large',
    request('POST', '/', { lines: chunked, body: `3e9\r\n${'x'.repeat(1001)}` }),
  ],
  [414, 'a target too long', `GET /${'a'.repeat(3000)}`],
  [417, 'an expectation', request('POST', '/', { lines: ['Expect: x'], body: 'x' })],
  [431, 'fields too large', request('GET', '/', { lines: [`X: ${'a'.repeat(3000)}`] })],
  [431, 'too many fields', request('GET', '/', { lines: Array<string>(10).fill('X: y') })],
  [501, 'gzip', request('POST', '/', { lines: ['Transfer-Encoding: gzip'] })],
  [505, 'HTTP/2.0', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
]

const limits = { maxHeaderSize: 2048, maxHeaderCount: 8, maxBodySize: 1000 }

describe.each(backends)('%s', (backend) => {
  it.each(refused)('%i: %s', async (status, _what, text) => {
    const { port } = serve(
      backend,
      async (req, res) => {
        await req.text()
        res.send('good')
      },
      limits,
    )
    const expected = { status, headers: { connection: 'close', 'content-type': 'text/plain' } }
    const alone = answersIn(await talk(port, text))
    expect(alone).toMatchObject([expected])
    const behind = answersIn(await talk(port, request('GET', '/') + text + request('GET', '/')))
    expect(behind).toMatchObject([{ status: 200, body: 'good' }, expected])
  })
})

it('a refusal waits for the answers in front, however late', async () => {
  let seen = 0
  const { port } = serve('epoll', async (_req, res) => {
    seen++
    for (let i = 0; i < 20; i++) await setImmediate()
    res.send('good')
  })
  const text = await talk(port, `${request('GET', '/') + request('GET', '/')}\0\r\n\r\n`)
  expect(answersIn(text)).toMatchObject([{ body: 'good' }, { body: 'good' }, { status: 400 }])
  expect(seen).toBe(2)
})

it('a handler that answers behind the refusal of its body changes nothing', async () => {
  let finish = (): void => {}
  const { port } = serve('epoll', async (req, res) => {
    if (req.method === 'GET') {
      finish = () => {
        res.send('first')
      }
      return
    }
    await req.text().catch(() => undefined)
    res.send('late')
    finish()
  })
  const text = request('GET', '/') + request('POST', '/', { lines: chunked, body: 'x\r\n' })
  expect(answersIn(await talk(port, text))).toMatchObject([{ body: 'first' }, { status: 400 }])
})

it('a request that was answered without its body has no second answer for a bad one', async () => {
  const { port } = serve('epoll', (_req, res) => {
    res.send('early')
  })
  const text = request('POST', '/', { lines: chunked, body: '1\r\nx\r\n' })
  expect(answersIn(await talk(port, text, 'x\r\n'))).toMatchObject([{ status: 200, body: 'early' }])
  expect(answersIn(await talk(port, text, 'x\r\n'))).toHaveLength(1)
})

it('a body begun with and cut short by the refusal breaks the answer off', async () => {
  const { port } = serve('epoll', async (req, res) => {
    res.write('begun')
    await req.text()
    res.end('never')
  })
  const text = request('POST', '/', { lines: chunked, body: '1\r\nx\r\nx\r\n' })
  expect(await talk(port, text)).toMatch(/\r\n\r\n5\r\nbegun\r\n$/)
})

it('a client that half-closes amid a body is told 400, and the handler ECONNRESET', async () => {
  let failure: unknown
  const { port } = serve('epoll', async (req, res) => {
    await req.text().catch((error: unknown) => {
      failure = error
    })
    res.send('late')
  })
  const text = request('POST', '/', { lines: ['Content-Length: 9'], body: 'half' })
  expect(answersIn(await talkAndEnd(port, text))).toMatchObject([{ status: 400 }])
  expect(failure).toMatchObject({ code: 'ECONNRESET' })
})

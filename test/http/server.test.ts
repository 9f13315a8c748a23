import http from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type HttpRequest, type HttpResponse, Reactor } from '../../lib'
import * as sys from '../../lib/sys'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

/** Answers with what it was asked. */
async function echo(req: HttpRequest, res: HttpResponse): Promise<void> {
  const body = await req.text()
  const asked = { method: req.method, url: req.url, body, version: req.httpVersion }
  res.header('X-Path', req.path).send(asked)
}

function ask(options: http.RequestOptions, body = ''): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const client = http.request({ host: '127.0.0.1', ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: text })
      })
    })
    client.on('error', reject)
    client.end(body)
  })
}

describe.each(backends)('%s', (backend) => {
  it('answers GET, HEAD, POST and PUT of node:http, over one connection of its agent', async () => {
    const sockets = new Set<unknown>()
    const { port, server } = serve(backend, (req, res) => {
      sockets.add(req.socket)
      return echo(req, res)
    })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    for (const [method, body] of [
      ['GET', ''],
      ['HEAD', ''],
      ['POST', 'größer'],
      ['PUT', 'x'.repeat(100_000)],
    ] as const) {
      const answer = await ask({ port, agent, method, path: '/p?q' }, body)
      const expected = JSON.stringify({ method, url: '/p?q', body, version: '1.1' })
      expect(answer).toEqual({ status: 200, body: method === 'HEAD' ? '' : expected })
    }
    expect(sockets.size).toBe(1)
    agent.destroy()
    await server.close()
  })

  it('answers fetch, its body whole or chunked', async () => {
    const { port, server } = serve(backend, echo)
    const url = `http://127.0.0.1:${String(port)}/a%20b?c=d`
    const get = await fetch(url)
    expect(get.headers.get('x-path')).toBe('/a%20b')
    expect(get.headers.get('content-type')).toBe('application/json')
    expect(Date.parse(get.headers.get('date') ?? '')).toBeGreaterThan(0)
    expect(await get.json()).toMatchObject({ method: 'GET', url: '/a%20b?c=d', body: '' })
    const head = await fetch(url, { method: 'HEAD' })
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0)
    expect(await head.text()).toBe('')
    const post = await fetch(url, { method: 'POST', body: 'body' })
    expect(await post.json()).toMatchObject({ method: 'POST', body: 'body' })
    const chunks = new Blob(['chunked ', 'body']).stream()
    const put = await fetch(url, { method: 'PUT', body: chunks, duplex: 'half' })
    expect(await put.json()).toMatchObject({ method: 'PUT', body: 'chunked body' })
    await server.close()
  })

  it('answers many clients at once', async () => {
    const { port, server } = serve(backend, async (req, res) => {
      await setTimeout(1)
      res.send(req.path)
    })
    const agent = new http.Agent({ keepAlive: true })
    const paths = Array.from({ length: 100 }, (_, i) => `/${String(i)}`)
    const answers = await Promise.all(paths.map((path) => ask({ port, agent, path })))
    expect(answers).toEqual(paths.map((path) => ({ status: 200, body: path })))
    agent.destroy()
    await server.close()
    expect(server.connections).toBe(0)
  })

  it.each([
    ['1.1 with close', request('GET', '/', { close: true }), 'close'],
    ['1.0', 'GET / HTTP/1.0\r\n\r\n', 'close'],
  ])('ends the connection with its answer: %s', async (_what, text, connection) => {
    const { port } = serve(backend, (_req, res) => {
      res.send('ok')
    })
    const [answer, ...more] = answersIn(await talk(port, text))
    expect(answer).toMatchObject({ status: 200, headers: { connection }, body: 'ok' })
    expect(more).toEqual([])
  })

  it('keeps the connection of a 1.0 client that asks for it, and says so', async () => {
    const { port } = serve(backend, (_req, res) => {
      res.send('ok')
    })
    const kept = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
    const answers = answersIn(await talk(port, kept, 'GET / HTTP/1.0\r\n\r\n'))
    expect(answers.map(({ headers }) => headers['connection'])).toEqual(['keep-alive', 'close'])
  })

  it('a 1.0 client gets a body of unknown length up to the end of the connection', async () => {
    const { port } = serve(backend, (_req, res) => {
      res.write('one ')
      res.end('two')
    })
    const text = await talk(port, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    const [answer, ...more] = answersIn(text)
    expect(answer).toMatchObject({ headers: { connection: 'close' }, body: 'one two' })
    expect(more).toEqual([])
    expect(text).not.toMatch(/transfer-encoding/i)
  })

  it('passes over empty lines before a request', async () => {
    const { port } = serve(backend, echo)
    const last = request('GET', '/2', { close: true })
    const text = await talk(port, `\r\n\r\n${request('POST', '/1', { body: 'x' })}\r`, `\n${last}`)
    expect(answersIn(text).map(({ status }) => status)).toEqual([200, 200])
  })

  it('handles no request behind one that ends the connection', async () => {
    const seen: string[] = []
    const { port } = serve(backend, async (req, res) => {
      seen.push(req.path)
      await setTimeout(1)
      res.send('')
    })
    const behind = request('GET', '/behind')
    for (const body of ['', 'body']) {
      const method = body === '' ? 'GET' : 'POST'
      const text = await talk(port, request(method, '/last', { body, close: true }) + behind)
      expect(answersIn(text)).toHaveLength(1)
    }
    expect(seen).toEqual(['/last', '/last'])
  })
})

describe('a request', () => {
  it.each([
    ['/a/b?c=1&c=2&d', '/a/b', 'c=1&c=2&d='],
    ['/', '/', ''],
    ['/?', '/', ''],
    ['/a?b?c', '/a', 'b%3Fc='],
    ['http://example.org/a?b=c', '/a', 'b=c'],
    ['http://example.org', '/', ''],
    ['http://example.org?b', '/', 'b='],
  ])('of %s has the path %s and the query %j', async (target, path, query) => {
    const { port } = serve('epoll', (req, res) => {
      res.send([req.url, req.path, req.query.toString()])
    })
    const [answer] = answersIn(await talk(port, request('GET', target, { close: true })))
    expect(JSON.parse(answer?.body ?? '')).toEqual([target, path, query])
  })

  it('finds its fields regardless of case, and joins repeated ones', async () => {
    const { port } = serve('epoll', (req, res) => {
      const { headers } = req
      res.send([headers.get('X-A'), req.header('HOST'), headers.has('x-b'), [...headers].length])
    })
    const lines = ['x-a: 1', 'X-A:2 ']
    const [answer] = answersIn(await talk(port, request('GET', '/', { lines, close: true })))
    expect(JSON.parse(answer?.body ?? '')).toEqual(['1, 2', 'a', false, 4])
  })
})

describe('serve() refuses', () => {
  it.each([
    ['no handler', { handler: undefined }, 'ERR_INVALID_ARG_TYPE'],
    ['a handler that is none', { handler: {} }, 'ERR_INVALID_ARG_TYPE'],
    ['a limit of nought', { maxHeaderSize: 0 }, 'ERR_OUT_OF_RANGE'],
    ['a negative limit', { maxBodySize: -1 }, 'ERR_OUT_OF_RANGE'],
    ['NaN', { headersTimeout: NaN }, 'ERR_OUT_OF_RANGE'],
    ['a string', { requestTimeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
    ['null', { keepAliveTimeout: null }, 'ERR_INVALID_ARG_TYPE'],
    ['descriptors', { handles: true }, 'ERR_UNSUPPORTED'],
    ['messages', { path: '\0edgeloop-no-http', type: 'seqpacket' }, 'ERR_UNSUPPORTED'],
    ["another's timeout", { idleTimeout: 100 }, 'ERR_UNSUPPORTED'],
  ])('%s', (_what, options, code) => {
    const reactor = new Reactor()
    const serveAnything: (options: never) => unknown = reactor.serve.bind(reactor)
    const given = { handler: () => undefined, ...options }
    expect(() => serveAnything(given as never)).toThrow(expect.objectContaining({ code }) as Error)
    reactor.close()
  })

  it('an inherited socket of messages, which stays its giver’s', () => {
    const { AF_UNIX, SOCK_SEQPACKET } = sys.constants
    const fd = sys.socket(AF_UNIX, SOCK_SEQPACKET)
    sys.bind(fd, { path: `\0edgeloop-no-http-${String(process.pid)}` })
    const reactor = new Reactor()
    expect(() => reactor.serve({ fd, handler: () => undefined })).toThrow(
      expect.objectContaining({ code: 'ENOTSUP' }) as Error,
    )
    reactor.close()
    sys.close(fd)
  })
})

import { once } from 'node:events'
import net from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../lib'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** The code of what a promise fails with. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

/** POSTs a body, and answers what the handler makes of it. */
async function post(
  read: (req: HttpRequest) => Promise<unknown>,
  body: string,
  lines: string[] = [],
): Promise<unknown> {
  const { port } = serve('epoll', async (req, res) => {
    res.send({ read: await read(req) })
  })
  const [answer] = answersIn(await talk(port, request('POST', '/', { body, lines, close: true })))
  const text = Buffer.from(answer?.body ?? '', 'latin1').toString()
  return (JSON.parse(text) as { read: unknown }).read
}

describe('a body', () => {
  it('is read as text: UTF-8', async () => {
    expect(await post((req) => req.text(), '\xc3\xa4\xff')).toBe('ä\ufffd')
  })

  it('is read as JSON', async () => {
    expect(await post((req) => req.json(), '{"a":[1]}')).toEqual({ a: [1] })
  })

  it('that is no JSON is a SyntaxError for the handler', async () => {
    const read = (req: HttpRequest): Promise<unknown> =>
      req.json().catch((error: unknown) => (error as Error).name)
    expect(await post(read, '{')).toBe('SyntaxError')
  })

  it('is read as bytes, in an array of its own', async () => {
    const read = async (req: HttpRequest): Promise<unknown> => {
      const bytes = await req.bytes()
      return [bytes instanceof Uint8Array, latin1(bytes)]
    }
    expect(await post(read, '\0\x01\xff')).toEqual([true, '\0\x01\xff'])
  })

  it('is read piece by piece', async () => {
    const read = async (req: HttpRequest): Promise<unknown> => {
      const pieces: string[] = []
      for await (const piece of req.body) pieces.push(latin1(piece))
      return pieces
    }
    const lines = ['Transfer-Encoding: chunked']
    expect(await post(read, '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n', lines)).toEqual(['ab', 'c'])
  })

  it.each([
    ['text', (req: HttpRequest) => req.text(), ''],
    ['bytes', async (req: HttpRequest) => (await req.bytes()).length, 0],
  ])('that is not there is empty: %s', async (_what, read, empty) => {
    expect(await post(read, '')).toEqual(empty)
  })

  it('cannot be read twice: ERR_HTTP_BODY_USED', async () => {
    const read = async (req: HttpRequest): Promise<unknown> => {
      const first = await req.text()
      return [first, await codeOf(req.bytes()), await codeOf(req.text())]
    }
    const used = 'ERR_HTTP_BODY_USED'
    expect(await post(read, 'body')).toEqual(['body', used, used])
  })

  it('is given up by a reader that breaks off, and the connection goes on', async () => {
    const { port } = serve('epoll', async (req, res) => {
      for await (const piece of req.body) {
        res.send(String(piece.length))
        break
      }
      if (!res.finished) res.send('none')
    })
    const big = request('POST', '/', { body: 'x'.repeat(500_000) })
    const answers = answersIn(await talk(port, big, request('GET', '/', { close: true })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[1]?.body).toBe('none')
  })
})

describe.each(backends)('%s', (backend) => {
  it('a body larger than the high-water mark waits in the client for a slow reader', async () => {
    const size = 32 * 1024 * 1024
    let goOn = (): void => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let paused = (): boolean => false
    const { port } = serve(backend, async (req, res) => {
      paused = () => req.socket.paused
      let length = 0
      for await (const piece of req.body) {
        await gate
        length += piece.length
      }
      res.send(String(length))
    })
    const client = net.connect(port, '127.0.0.1')
    let heard = ''
    client.setEncoding('latin1').on('data', (text: string) => (heard += text))
    const lines = [`Content-Length: ${String(size)}`]
    client.write(request('POST', '/', { lines, close: true }))
    client.write(Buffer.alloc(size, 'x'))
    while (!paused()) await setImmediate()
    expect(client.writableLength).toBeGreaterThan(0)
    goOn()
    await once(client, 'close')
    expect(answersIn(heard)).toMatchObject([{ status: 200, body: String(size) }])
  })

  it('nobody has to read a body: the next request follows on the connection', async () => {
    const { port } = serve(backend, (req, res) => {
      res.send(req.path)
    })
    const lines = ['Transfer-Encoding: chunked']
    const chunked = `${(200_000).toString(16)}\r\n${'x'.repeat(200_000)}\r\n0\r\n\r\n`
    const text = await talk(
      port,
      request('POST', '/1', { body: 'x'.repeat(300_000) }),
      request('POST', '/2', { lines, body: chunked }),
      request('GET', '/3', { close: true }),
    )
    expect(answersIn(text).map(({ body }) => body)).toEqual(['/1', '/2', '/3'])
  })

  it('a body that a late answer leaves unread is passed over', async () => {
    const { port } = serve(backend, async (req, res) => {
      if (req.method === 'POST') while (!req.socket.paused) await setImmediate()
      res.send(req.path)
    })
    const big = request('POST', '/1', { body: 'x'.repeat(900_000) })
    const text = await talk(port, big, request('GET', '/2', { close: true }))
    expect(answersIn(text).map(({ body }) => body)).toEqual(['/1', '/2'])
  })
})

describe('Expect: 100-continue (RFC 9110 section 10.1.1)', () => {
  const lines = ['Expect: 100-continue', 'Content-Length: 4']

  it.each(backends)('is met once the handler reads: %s', async (backend) => {
    const { port } = serve(backend, async (req, res) => {
      res.send(await req.text())
    })
    const client = net.connect(port, '127.0.0.1')
    let heard = ''
    client.setEncoding('latin1').on('data', (text: string) => (heard += text))
    client.write(request('POST', '/', { lines, close: true }))
    await once(client, 'data')
    expect(heard).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    client.write('body')
    await once(client, 'close')
    expect(answersIn(heard)).toMatchObject([{ status: 100 }, { status: 200, body: 'body' }])
  })

  it('a handler that does not read answers at once, and the connection ends', async () => {
    const { port } = serve('epoll', (_req, res) => {
      res.sendStatus(403)
    })
    const answers = answersIn(await talk(port, request('POST', '/', { lines })))
    expect(answers).toMatchObject([{ status: 403, headers: { connection: 'close' } }])
    expect(answers).toHaveLength(1)
  })

  it('a client that does not wait is not told: the connection goes on', async () => {
    const { port } = serve('epoll', async (req, res) => {
      await setImmediate()
      res.send(req.path)
    })
    const text = await talk(
      port,
      request('POST', '/1', { lines, body: 'body' }) + request('GET', '/2', { close: true }),
    )
    expect(answersIn(text)).toMatchObject([{ body: '/1' }, { body: '/2' }])
  })

  it('a body over the limit is 413, and nobody is told to send it', async () => {
    const { port } = serve('epoll', async (req, res) => {
      res.send(await req.text())
    })
    const lines = ['Expect: 100-continue', 'Content-Length: 99999999']
    const answers = answersIn(await talk(port, request('POST', '/', { lines })))
    expect(answers.map(({ status }) => status)).toEqual([413])
  })

  it('behind an answer under way there is no 100', async () => {
    let finish = (): void => {}
    const { port } = serve('epoll', async (req, res) => {
      if (req.path === '/1') {
        finish = () => {
          res.send('1')
        }
      } else {
        const text = req.text()
        finish()
        res.send(await text)
      }
    })
    const text = await talk(
      port,
      request('GET', '/1') + request('POST', '/2', { lines, close: true }),
      'body',
    )
    const answers = answersIn(text).filter(({ status }) => status !== 100)
    expect(answers).toMatchObject([{ body: '1' }, { body: 'body' }])
    expect(text).toMatch(/^HTTP\/1\.1 200 /)
  })
})

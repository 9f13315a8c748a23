// What maxBodySize bounds, and what it does not: what is collected, what is passed over; not what is streamed.

import { once } from 'node:events'
import net from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../lib'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

const maxBodySize = 1000
const limits = { maxBodySize }

/** A POST with a body of so many bytes, framed in either way. */
const framings: [name: string, post: (bytes: number, close?: boolean) => string][] = [
  [
    'Content-Length',
    (bytes, close = false) => request('POST', '/post', { body: 'x'.repeat(bytes), close }),
  ],
  [
    'chunked',
    (bytes, close = false) => {
      const half = bytes >> 1
      const chunk = (size: number): string => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`
      const body = `${chunk(half)}${chunk(bytes - half)}0\r\n\r\n`
      return request('POST', '/post', { lines: ['Transfer-Encoding: chunked'], body, close })
    },
  ],
]
const get = request('GET', '/get', { close: true })

/** The ways to collect. */
const collectors: [name: string, collect: (req: HttpRequest) => Promise<unknown>][] = [
  ['text', (req) => req.text()],
  ['json', (req) => req.json()],
  ['bytes', (req) => req.bytes()],
]

async function streamed(req: HttpRequest): Promise<number> {
  let bytes = 0
  for await (const piece of req.body) bytes += piece.length
  return bytes
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

describe.each(backends)('%s', (backend) => {
  describe.each(framings)('%s', (_framing, post) => {
    it('of any length is read to its end by a handler that has answered already', async () => {
      const counts: number[] = []
      const { port } = serve(
        backend,
        async (req, res) => {
          if (req.method === 'GET') {
            res.send('next')
            return
          }
          const reading = streamed(req)
          res.send('early')
          counts.push(await reading)
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(4 * maxBodySize), get))
      expect(answers).toMatchObject([{ body: 'early' }, { body: 'next' }])
      expect(counts).toEqual([4 * maxBodySize])
    })

    it.each(collectors)('%s of more is 413, and ends the connection', async (_name, collect) => {
      const codes: unknown[] = []
      const { port } = serve(
        backend,
        async (req, res) => {
          await collect(req).catch((error: unknown) => codes.push(codeOf(error)))
          res.send('late')
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(maxBodySize + 1), get))
      expect(answers).toMatchObject([{ status: 413, headers: { connection: 'close' } }])
      expect(codes).toEqual(['ERR_HTTP_BODY_TOO_LARGE'])
    })

    it('exactly the limit is collected, and the connection goes on', async () => {
      const { port } = serve(
        backend,
        async (req, res) => {
          res.send(String((await req.bytes()).length))
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(maxBodySize), get))
      expect(answers.map(({ body }) => body)).toEqual([String(maxBodySize), '0'])
    })

    it('more is 413 also where all of it has come before it is collected', async () => {
      const { port } = serve(
        backend,
        async (req, res) => {
          for (let i = 0; i < 20; i++) await setImmediate()
          res.send(await req.text())
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(maxBodySize + 1)))
      expect(answers.map(({ status }) => status)).toEqual([413])
    })

    it('iterating is not bounded: the connection goes on behind 4 MiB', async () => {
      const { port } = serve(
        backend,
        async (req, res) => {
          res.send(String(await streamed(req)))
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(4 << 20), get))
      expect(answers.map(({ body }) => body)).toEqual([String(4 << 20), '0'])
    })

    it('a body that nobody reads is passed over up to the limit', async () => {
      const { port } = serve(
        backend,
        (req, res) => {
          res.send(req.path)
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(maxBodySize), get))
      expect(answers.map(({ body }) => body)).toEqual(['/post', '/get'])
    })

    it('one of more ends the connection behind its answer', async () => {
      const seen: string[] = []
      const { port } = serve(
        backend,
        (req, res) => {
          seen.push(req.path)
          res.send(req.path)
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(maxBodySize + 1), get))
      expect(answers.map(({ body }) => body)).toEqual(['/post'])
      expect(seen).toEqual(['/post'])
    })

    it('the rest that a reader leaves counts, not what it has read', async () => {
      const { port } = serve(
        backend,
        async (req, res) => {
          let bytes = 0
          if (req.method === 'POST') {
            for await (const piece of req.body) {
              bytes += piece.length
              if (bytes >= 200_000 - maxBodySize) break
            }
          }
          res.send(req.path)
        },
        limits,
      )
      const answers = answersIn(await talk(port, post(200_000), get))
      expect(answers.map(({ body }) => body)).toEqual(['/post', '/get'])
    })
  })

  it('a length over the limit, unread, is answered with Connection: close', async () => {
    const { port } = serve(
      backend,
      (_req, res) => {
        res.sendStatus(403)
      },
      limits,
    )
    const lines = ['Content-Length: 99999999999']
    const answers = answersIn(await talk(port, request('POST', '/', { lines })))
    expect(answers).toMatchObject([{ status: 403, headers: { connection: 'close' } }])
  })

  it('an answer that has begun while the body is read does not end the connection', async () => {
    const { port } = serve(
      backend,
      async (req, res) => {
        let bytes = 0
        for await (const piece of req.body) {
          res.flushHeaders()
          bytes += piece.length
        }
        res.end(String(bytes))
      },
      limits,
    )
    const big = request('POST', '/', { body: 'x'.repeat(300_000) })
    const answers = answersIn(await talk(port, big, get))
    expect(answers.map(({ body }) => body)).toEqual(['300000', '0'])
    expect(answers[0]?.headers).not.toHaveProperty('connection')
  })
})

describe('Expect: 100-continue with a length over the limit', () => {
  const lines = ['Expect: 100-continue', `Content-Length: ${String(maxBodySize + 1)}`]

  it.each(collectors)('%s is 413 without a 100', async (_name, collect) => {
    const { port } = serve(
      'epoll',
      async (req, res) => {
        res.send(await collect(req))
      },
      limits,
    )
    const answers = answersIn(await talk(port, request('POST', '/', { lines })))
    expect(answers.map(({ status }) => status)).toEqual([413])
  })

  it('iterating asks for it, and gets it', async () => {
    const { port } = serve(
      'epoll',
      async (req, res) => {
        res.send(String(await streamed(req)))
      },
      limits,
    )
    const client = net.connect(port, '127.0.0.1')
    let heard = ''
    client.setEncoding('latin1').on('data', (text: string) => (heard += text))
    client.write(request('POST', '/', { lines, close: true }))
    await once(client, 'data')
    expect(heard).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    client.write('x'.repeat(maxBodySize + 1))
    await once(client, 'close')
    expect(answersIn(heard)[1]).toMatchObject({ status: 200, body: String(maxBodySize + 1) })
  })

  it('a body that has come does not answer for the one behind it', async () => {
    let goOn = (): void => undefined
    const second = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const { port } = serve('epoll', async (req, res) => {
      if (req.path === '/1') await second
      else goOn()
      if (req.path === '/2') await setImmediate()
      res.send(await req.text())
    })
    const client = net.connect(port, '127.0.0.1')
    let heard = ''
    client.setEncoding('latin1').on('data', (text: string) => (heard += text))
    const expecting = { lines: ['Expect: 100-continue', 'Content-Length: 1'], close: true }
    client.write(request('POST', '/1', { body: 'first' }) + request('POST', '/2', expecting))
    while (!heard.includes('100 Continue')) await once(client, 'data')
    client.write('2')
    await once(client, 'close')
    expect(answersIn(heard).map(({ status }) => status)).toEqual([200, 100, 200])
  })
})

describe('formData', () => {
  const form = (bytes: number, lines: string[] = []): string => {
    const type = 'Content-Type: application/x-www-form-urlencoded'
    return request('POST', '/', { lines: [type, ...lines], body: `a=${'x'.repeat(bytes - 2)}` })
  }

  it.each([
    [413, maxBodySize + 1],
    [200, maxBodySize],
  ])('is %i for %i bytes', async (status, bytes) => {
    const { port } = serve(
      'epoll',
      async (req, res) => {
        res.header('Connection', 'close').send((await req.formData()).has('a'))
      },
      limits,
    )
    expect(answersIn(await talk(port, form(bytes)))).toMatchObject([{ status }])
  })
})

describe('beyond the limit', () => {
  it('an answer that has begun is broken off', async () => {
    const { port } = serve(
      'epoll',
      async (req, res) => {
        res.write('begun')
        await req.text()
        res.end('never')
      },
      limits,
    )
    const text = await talk(port, request('POST', '/', { body: 'x'.repeat(5000) }))
    expect(text).toMatch(/\r\n\r\n5\r\nbegun\r\n$/)
  })

  it('the refusal waits for the answers in front, and nothing behind it is answered', async () => {
    let refused = (): void => undefined
    const refusal = new Promise<void>((resolve) => {
      refused = resolve
    })
    const { port } = serve(
      'epoll',
      async (req, res) => {
        if (req.path === '/1') await refusal
        if (req.path === '/2') {
          await setImmediate()
          await req.text().finally(refused)
        }
        res.send(req.path)
      },
      limits,
    )
    const text = await talk(
      port,
      request('GET', '/1') + request('POST', '/2', { body: 'x'.repeat(1001) }) + get,
    )
    expect(answersIn(text)).toMatchObject([{ body: '/1' }, { status: 413 }])
    expect(answersIn(text)).toHaveLength(2)
  })

  it.each(framings)('a body that waited behind too many others is 413: %s', async (_name, post) => {
    const { port } = serve(
      'epoll',
      async (req, res) => {
        await setImmediate()
        res.send(await req.text())
      },
      limits,
    )
    const text = await talk(port, request('GET', '/').repeat(70) + post(5000) + get)
    const statuses = answersIn(text).map(({ status }) => status)
    expect(statuses).toEqual([...Array<number>(70).fill(200), 413])
  })

  it.each([
    ['iterated', streamed],
    ['collected', (req: HttpRequest) => req.text()],
  ])('a body that is %s only once it is answered fails', async (_how, read) => {
    let failure: unknown
    let aborted = true
    const { port } = serve(
      'epoll',
      async (req, res) => {
        const { signal } = req
        res.send('early')
        await read(req).catch((error: unknown) => (failure = error))
        aborted = signal.aborted
      },
      limits,
    )
    const text = await talk(port, request('POST', '/', { body: 'x'.repeat(5000) }))
    expect(answersIn(text)).toMatchObject([{ body: 'early', headers: { connection: 'close' } }])
    expect(failure).toMatchObject({ code: 'ERR_HTTP_BODY_TOO_LARGE' })
    expect(aborted).toBe(false)
  })

  it('a second reader is told that there was a first, and nobody is refused', async () => {
    const { port } = serve(
      'epoll',
      async (req, res) => {
        const reading = streamed(req)
        const code = await req.text().catch(codeOf)
        res.header('Connection', 'close').send([await reading, code])
      },
      limits,
    )
    const [answer] = answersIn(await talk(port, request('POST', '/', { body: 'x'.repeat(5000) })))
    expect(JSON.parse(answer?.body ?? '')).toEqual([5000, 'ERR_HTTP_BODY_USED'])
  })

  it('a body that was collected when its client had gone fails with ECONNRESET', async () => {
    let done = (_code: unknown): void => undefined
    const code = new Promise((resolve) => {
      done = resolve
    })
    let call = (): void => undefined
    const called = new Promise<void>((resolve) => {
      call = resolve
    })
    const { port } = serve(
      'epoll',
      async (req) => {
        const gone = once(req.signal, 'abort')
        call()
        await gone
        done(await req.text().catch(codeOf))
      },
      limits,
    )
    const client = net.connect(port, '127.0.0.1')
    client.write(request('POST', '/', { lines: ['Content-Length: 5000'], body: 'x' }))
    await called
    client.resetAndDestroy()
    expect(await code).toBe('ECONNRESET')
  })
})

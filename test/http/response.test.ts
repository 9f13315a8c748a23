import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { FieldValue, HttpHandler, HttpResponse } from '../../lib'
import { backends } from '../reactor/kinds'
import { type Answer, answersIn, request, serve, talk } from './talk'

/** The one answer to a request, on a connection that ends with it. */
async function answerOf(handler: HttpHandler, method = 'GET'): Promise<Answer> {
  const { port } = serve('epoll', handler)
  const text = await talk(port, request(method, '/', { close: true }))
  const [answer, ...more] = answersIn(text, method === 'HEAD' ? [0] : [])
  if (answer === undefined || more.length > 0) throw new Error(`Not one answer: ${text}`)
  return answer
}

/** The code of what a call throws. */
function codeOf(call: () => unknown): unknown {
  try {
    call()
    return 'no error'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

/** What calls throw in a handler, before it answers. */
async function codesIn(...calls: ((res: HttpResponse) => unknown)[]): Promise<unknown> {
  const answer = await answerOf((_req, res) => {
    const codes = calls.map((call) => codeOf(() => call(res)))
    if (!res.finished) res.end()
    return codes.forEach((code) => seen.push(code))
  })
  expect(answer.status).toBe(200)
  return seen.splice(0)
}
const seen: unknown[] = []

describe('send()', () => {
  it.each([
    ['a string', 'ä', 'text/plain; charset=utf-8', '\xc3\xa4'],
    ['an empty string', '', 'text/plain; charset=utf-8', ''],
    ['nothing', undefined, 'text/plain; charset=utf-8', ''],
    ['bytes', new Uint8Array([0, 255]), 'application/octet-stream', '\0\xff'],
    ['an object', { a: [1, null] }, 'application/json', '{"a":[1,null]}'],
    ['null', null, 'application/json', 'null'],
    ['a number', 1, 'application/json', '1'],
    ['a function, which has no JSON', () => 1, 'application/json', 'null'],
  ])('%s', async (_what, data, type, body) => {
    const answer = await answerOf((_req, res) => {
      res.send(data)
    })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': type, 'content-length': String(body.length) },
      body,
    })
  })

  it('keeps status, fields and a Content-Type that were set; the last of a name counts', async () => {
    const answer = await answerOf((_req, res) => {
      res.status(201).header('X-A', 1).header('x-a', 'two').header('content-type', 'a/b').send('c')
    })
    const headers = { 'x-a': 'two', 'content-type': 'a/b' }
    expect(answer).toMatchObject({ status: 201, headers, body: 'c' })
  })
})

describe('write() and end()', () => {
  it.each(backends)('send pieces as chunks: %s', async (backend) => {
    const { port } = serve(backend, async (_req, res) => {
      res.write('one ')
      res.write('')
      await setImmediate()
      res.write(Buffer.from('two '))
      res.end('three')
    })
    const [answer] = answersIn(await talk(port, request('GET', '/', { close: true })))
    const headers = { 'transfer-encoding': 'chunked' }
    expect(answer).toMatchObject({ headers, body: 'one two three' })
    expect(answer?.headers).not.toHaveProperty('content-length')
  })

  it('send pieces as they are under a Content-Length', async () => {
    const answer = await answerOf((_req, res) => {
      res.header('Content-Length', 6)
      res.write('one')
      res.end('two')
    })
    expect(answer).toMatchObject({ headers: { 'content-length': '6' }, body: 'onetwo' })
  })

  it('end() alone has the length of its piece, or nought', async () => {
    const whole = await answerOf((_req, res) => {
      res.end('ä')
    })
    expect(whole).toMatchObject({ headers: { 'content-length': '2' }, body: '\xc3\xa4' })
    const nothing = await answerOf((_req, res) => {
      res.end()
    })
    expect(nothing).toMatchObject({ headers: { 'content-length': '0' }, body: '' })
  })

  it('more than the Content-Length is ERR_HTTP_CONTENT_LENGTH_MISMATCH, and is not sent', async () => {
    let code: unknown
    const answer = await answerOf((_req, res) => {
      res.header('Content-Length', 3).write('on')
      code = codeOf(() => res.write('ee'))
      res.end('e')
    })
    expect(code).toBe('ERR_HTTP_CONTENT_LENGTH_MISMATCH')
    expect(answer.body).toBe('one')
  })

  it('less than the Content-Length ends the connection, for the client to see', async () => {
    const { port } = serve('epoll', (_req, res) => {
      res.header('Content-Length', 5).end('four')
    })
    expect(await talk(port, request('GET', '/'))).toMatch(/\r\n\r\nfour$/)
  })

  it('answer false where the client has to catch up, and drained() says when it has', async () => {
    const piece = 'x'.repeat(1024 * 1024)
    let full = false
    const answer = await answerOf(async (_req, res) => {
      for (let i = 0; i < 16; i++) {
        if (res.write(piece)) continue
        full = true
        await res.drained()
      }
      res.end()
    })
    expect(full).toBe(true)
    expect(answer.body.length).toBe(16 * piece.length)
  })

  it('a write after the end is ERR_STREAM_WRITE_AFTER_END; a second end is fine', async () => {
    const codes = await codesIn(
      (res) => {
        res.end('x')
      },
      (res) => res.write('y'),
      (res) => {
        res.end('z')
      },
    )
    expect(codes).toEqual(['no error', 'ERR_STREAM_WRITE_AFTER_END', 'no error'])
  })
})

describe('an answer without a body (RFC 9110 section 6.4.1)', () => {
  const ways: [string, HttpHandler][] = [
    ['send', (_req, res) => res.send('body')],
    ['end', (_req, res) => res.end('body')],
    [
      'write',
      (_req, res) => {
        res.write('body')
        res.end()
      },
    ],
  ]

  it.each(ways)('HEAD: %s() sends the head alone', async (_what, handler) => {
    expect(await answerOf(handler, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })

  const statuses = [204, 304]
  it.each(statuses.flatMap((status) => ways.map(([name, way]) => [status, name, way] as const)))(
    '%i: %s() sends the head alone, with no length',
    async (status, _name, way) => {
      const { port } = serve('epoll', (req, res) => {
        if (req.path === '/first') res.status(status)
        way(req, res)
      })
      const last = request('GET', '/', { close: true })
      const answers = answersIn(await talk(port, request('GET', '/first') + last))
      expect(answers).toMatchObject([{ status }, { status: 200, body: 'body' }])
      expect(answers[0]?.headers).not.toHaveProperty('content-length')
      expect(answers[0]?.headers).not.toHaveProperty('transfer-encoding')
    },
  )

  it.each([...ways, ['sendStatus', (_req, res) => res.sendStatus(205)]] as typeof ways)(
    'RFC 9110 15.3.6: 205: %s() sends a length of 0, and the connection goes on',
    async (_name, way) => {
      const { port } = serve('epoll', (req, res) => {
        if (req.path === '/first') way(req, res.status(205))
        else res.send('next')
      })
      const last = request('GET', '/', { close: true })
      const answers = answersIn(await talk(port, request('GET', '/first') + last))
      expect(answers).toMatchObject([
        { status: 205, body: '', headers: { 'content-length': '0' } },
        { status: 200, body: 'next' },
      ])
      expect(answers[0]?.headers).not.toHaveProperty('transfer-encoding')
    },
  )

  it('sendStatus(204)', async () => {
    const answer = await answerOf((_req, res) => {
      res.sendStatus(204)
    })
    expect(answer.status).toBe(204)
    expect(answer.headers).not.toHaveProperty('content-length')
  })
})

it('sendStatus() sends the name of the status', async () => {
  const answer = await answerOf((_req, res) => {
    res.sendStatus(404)
  })
  expect(answer).toMatchObject({ status: 404, body: 'Not Found' })
})

describe('misuse', () => {
  it.each(['a\r\nSet-Cookie: b', 'a\nb', 'a\rb', 'a\0b', '\x7f', 'ā'])(
    'a field of the value %j is ERR_INVALID_CHAR',
    async (value) => {
      expect(await codesIn((res) => res.header('X', value))).toEqual(['ERR_INVALID_CHAR'])
    },
  )

  it.each(['', 'a b', 'a:', 'a\r\nb', 'ä'])(
    'a field of the name %j is ERR_INVALID_CHAR',
    async (name) => {
      expect(await codesIn((res) => res.header(name, ''))).toEqual(['ERR_INVALID_CHAR'])
    },
  )

  it.each([0, 100, 199, 1000, 200.5, NaN])('a status of %d is ERR_OUT_OF_RANGE', async (code) => {
    expect(await codesIn((res) => res.status(code))).toEqual(['ERR_OUT_OF_RANGE'])
  })

  it.each([5, null, undefined, {}, ['a'], new ArrayBuffer(1)])(
    'a write of %j is ERR_INVALID_ARG_TYPE, and sends nothing',
    async (data) => {
      const codes = await codesIn(
        (res) => res.write(data as string),
        (res) => {
          expect(res.headersSent).toBe(false)
        },
      )
      expect(codes).toEqual(['ERR_INVALID_ARG_TYPE', 'no error'])
    },
  )

  it('status, field and a second answer behind the head are ERR_HTTP_HEADERS_SENT', async () => {
    const codes = await codesIn(
      (res) => {
        expect(res.headersSent).toBe(false)
        res.flushHeaders()
        expect(res.headersSent).toBe(true)
      },
      (res) => res.status(404),
      (res) => res.header('a', 'b'),
      (res) => {
        res.send('')
      },
      (res) => {
        res.sendStatus(500)
      },
    )
    const sent = 'ERR_HTTP_HEADERS_SENT'
    expect(codes).toEqual(['no error', sent, sent, sent, sent])
  })
})

describe('what frames the message', () => {
  it('takes a Content-Length that is a number of bytes, and nothing else', async () => {
    for (const value of ['abc', '-1', '1, 1', '1e3', '', '0x10', NaN, 1.5]) {
      expect(await codesIn((res) => res.header('Content-Length', value))).toEqual([
        'ERR_OUT_OF_RANGE',
      ])
    }
    const answer = await answerOf((_req, res) => {
      res.header('Content-Length', 3).end('abc')
    })
    expect(answer.body).toBe('abc')
  })

  it('takes no Transfer-Encoding from a handler', async () => {
    expect(await codesIn((res) => res.header('transfer-encoding', 'gzip'))).toEqual([
      'ERR_UNSUPPORTED',
    ])
  })
})

describe('a field Connection of the handler', () => {
  it.each<[FieldValue]>([['close'], ['Close, X-Hop'], ['X-Hop ,\tclose'], [['X-Hop', 'close']]])(
    'RFC 9112 9.6: of %j ends the connection',
    async (value) => {
      const { port } = serve('epoll', (_req, res) => {
        res.header('Connection', value).send('a')
      })
      expect(answersIn(await talk(port, request('GET', '/') + request('GET', '/')))).toHaveLength(1)
    },
  )

  it('that only has close within another name does not', async () => {
    const { port } = serve('epoll', (_req, res) => {
      res.header('Connection', 'x-close').send('a')
    })
    const last = request('GET', '/', { close: true })
    expect(answersIn(await talk(port, request('GET', '/') + last))).toHaveLength(2)
  })
})

describe('drained()', () => {
  it('resolves at once where nothing is queued', async () => {
    const answer = await answerOf(async (_req, res) => {
      await res.drained()
      res.send('at once')
    })
    expect(answer.body).toBe('at once')
  })
})

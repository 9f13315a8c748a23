// A response's fields and trailers beyond the plain ones.

import { describe, expect, it } from 'vitest'
import type { HttpResponse } from '../../lib'
import { request, serve, talk } from './talk'

async function answer(
  respond: (response: HttpResponse) => unknown,
  asked = request('GET', '/', { close: true }),
): Promise<string> {
  const { port } = serve('epoll', (_request, response) => respond(response))
  return talk(port, asked)
}

const codeOf = (call: () => unknown): unknown => {
  try {
    call()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

describe('header of a request', () => {
  it('knows names regardless of the case of ASCII letters, and of nothing else', async () => {
    let found: unknown[] = []
    const { port } = serve('epoll', (incoming, response) => {
      found = ['X-A^B_C', 'x-a^b_c', 'x-a~b_c', 'x-a^b\x7fc', 'x\ra^b_c'].map((name) =>
        incoming.header(name),
      )
      expect(incoming.header('\u212aeep')).toBeUndefined()
      expect(codeOf(() => incoming.header(5 as never))).toBe('ERR_INVALID_ARG_TYPE')
      response.send('')
    })
    const asked = 'GET / HTTP/1.1\r\nHost: a\r\nKeep: k\r\nX-a^B_c: 1\r\nConnection: close\r\n\r\n'
    expect(await talk(port, asked)).toContain('200 OK')
    expect(found).toEqual(['1', '1', undefined, undefined, undefined])
  })
})

describe('header', () => {
  it('makes a line of each value of an array, and appendHeader adds one', async () => {
    const text = await answer((response) => {
      response.header('Set-Cookie', ['a=1', 'b=2']).appendHeader('set-cookie', 'c=3')
      expect(response.getHeader('SET-COOKIE')).toBe('a=1, b=2, c=3')
      response.header('X-Gone', 'x').removeHeader('x-gone')
      response.appendHeader('X-New', [1, 'two']).send('')
    })
    expect(text).toContain('\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nset-cookie: c=3\r\n')
    expect(text).toContain('\r\nX-New: 1\r\nX-New: two\r\n')
    expect(text).not.toContain('X-Gone')
  })

  it('lets nothing but strings and numbers in, and one Content-Length', async () => {
    const codes: unknown[] = []
    await answer((response) => {
      const attempt = (name: unknown, value: unknown): void => {
        codes.push(codeOf(() => response.header(name as string, value as string)))
      }
      attempt('X', undefined)
      attempt('X', [undefined])
      attempt('X', { toString: () => 'a\r\nb: c' })
      attempt('X', ['a\r\nb: c'])
      attempt(5, 'x')
      attempt('Content-Length', ['1', '2'])
      codes.push(
        codeOf(() => response.appendHeader('Content-Length', 1).appendHeader('Content-Length', 0)),
      )
      response.end()
    })
    const type = 'ERR_INVALID_ARG_TYPE'
    expect(codes).toEqual([
      type,
      type,
      type,
      'ERR_INVALID_CHAR',
      type,
      'ERR_OUT_OF_RANGE',
      undefined,
    ])
  })
})

describe('trailers', () => {
  it('follow a chunked body, also one that was given whole', async () => {
    const text = await answer((response) => {
      response.header('Trailer', 'X-Sum').write('ab')
      response.trailers({ 'X-Sum': 2, 'X-Twice': ['a', 'b'] }).end('c')
    })
    expect(text).toMatch(/\r\n1\r\nc\r\n0\r\nX-Sum: 2\r\nX-Twice: a\r\nX-Twice: b\r\n\r\n$/)
    const whole = await answer((response) => {
      response.trailers({ 'X-Sum': 1 }).end('abc')
    })
    expect(whole).toMatch(
      /Transfer-Encoding: chunked\r\n[^]*\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n$/,
    )
  })

  it('are not sent to a client of 1.0', async () => {
    const text = await answer((response) => {
      response.trailers({ 'X-Sum': 1 }).end('abc')
    }, 'GET / HTTP/1.0\r\n\r\n')
    expect(text).toMatch(/\r\n\r\nabc$/)
  })

  it('hold nothing that frames or routes a message', async () => {
    const codes: unknown[] = []
    await answer((response) => {
      for (const name of ['Content-Length', 'transfer-encoding', 'Host', 'Set-Cookie']) {
        codes.push(codeOf(() => response.trailers({ [name]: 'a' })))
      }
      codes.push(codeOf(() => response.trailers({ X: 'a\r\nb' })))
      response.end()
      codes.push(codeOf(() => response.trailers({ X: 'a' })))
    })
    expect(codes).toEqual([
      ...Array<string>(4).fill('ERR_UNSUPPORTED'),
      'ERR_INVALID_CHAR',
      'ERR_STREAM_WRITE_AFTER_END',
    ])
  })
})

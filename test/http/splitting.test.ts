import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addon } from '../../lib/addon'
import { cut, decode, decodeEveryWay } from './decoding'

const limits = { maxHeaderSize: 4096, maxHeaderCount: 40, maxBodySize: 4096 }

/** A string of these characters. */
const of = (characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(characters)), minLength, maxLength })

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const token = of(`${letters}!#$%&'*+-.^_\`|~`, 1, 40)
const visible = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 0x21 + i))
const targets = of(visible.replace('#', ''), 0, 60).map((rest) => `/${rest}`)
const blanks = of(' \t', 0, 3)
const value = of(`${visible}\x80\xff`, 1, 40)
const inner = fc.array(fc.tuple(value, blanks), { maxLength: 3 }).map((parts) =>
  parts
    .map(([text, blank]) => text + blank)
    .join('')
    .replace(/[ \t]+$/, ''),
)

/** Names that say something about the message have tests of their own. */
const framing = /^(host|connection|content-length|transfer-encoding|expect|upgrade)$/i
const field = fc
  .tuple(token, blanks, inner, blanks)
  .filter(([name]) => !framing.test(name))
  .map(([name, before, text, after]) => ({ name, text, line: `${name}:${before}${text}${after}` }))

const data = fc.string({ unit: 'binary-ascii', maxLength: 50 })

interface Made {
  text: string
  expected: { head: object; body: string; whole: true }
}

/** A good request, and what is to be read of it. */
const made: fc.Arbitrary<Made> = fc
  .record({
    method: token,
    target: targets,
    fields: fc.array(field, { maxLength: 12 }),
    body: fc.option(data, { nil: undefined }),
    pieces: fc.option(fc.array(data.filter((piece) => piece !== '')), { nil: undefined }),
    empty: fc.nat(2),
  })
  .map(({ method, target, fields, body, pieces, empty }) => {
    const lines = ['Host: a.example:80', ...fields.map(({ line }) => line)]
    let coded = ''
    if (pieces !== undefined) {
      lines.push('Transfer-Encoding: chunked')
      coded = `${pieces.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join('')}0\r\n\r\n`
    } else if (body !== undefined) {
      lines.push(`Content-Length: ${String(body.length)}`)
      coded = body
    }
    const head = `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
    const names = fields.flatMap(({ name, text }) => [name, text])
    const length = pieces === undefined ? (body?.length ?? 0) : 'chunked'
    const read: Made['expected'] = {
      head: { method, target, body: length, length: head.length, keepAlive: true },
      body: pieces?.join('') ?? body ?? '',
      whole: true,
    }
    Object.assign(read.head, {
      fields: expect.arrayContaining(['Host', 'a.example:80', ...names]) as string[],
    })
    return { text: '\r\n'.repeat(empty) + head + coded, expected: read }
  })

describe('any good requests', () => {
  it('are read as they were made, wherever they are cut and however they are read', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 4 }), cuts, (requests, places) => {
        const text = requests.map((request) => request.text).join('')
        const whole = decode([text], limits)
        expect(whole.refusal).toBeUndefined()
        expect(whole.requests).toMatchObject(requests.map(({ expected }) => expected))
        for (const portable of [false, true]) {
          for (const pieces of [[text], cut(text, places), Array.from(text)]) {
            expect(decode(pieces, limits, portable)).toEqual(whole)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('anything at all', () => {
  const words = ['GET ', '/', ' HTTP/1.1', '\r\n', 'Host', ': ', 'a', '\r', '\n', ' ', '\t', '\0']
  const lengths = ['Content-Length: 5', 'Transfer-Encoding: ', 'chunked', ', ', '5\r\n', '0\r\n']
  const good = ['GET / HTTP/1.1\r\nHost: a\r\n', 'POST * HTTP/1.0\r\n', 'Expect: 100-continue\r\n']
  const noise = fc
    .array(
      fc.oneof(
        fc.constantFrom(...words, ...lengths, ...good, '\r\n\r\n', '\x7f', '\x80', '[::1]:1'),
        of(visible, 1, 40),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''))

  it('comes to the same, wherever it is cut and however it is read', () => {
    fc.assert(
      fc.property(noise, (text) => {
        const [first, ...others] = decodeEveryWay(text, { maxHeaderSize: 200, maxHeaderCount: 4 })
        for (const other of others) expect(other).toEqual(first)
      }),
      { numRuns: 2000 },
    )
  })

  it('a byte of any value, anywhere in a head, comes to the same for every reader', () => {
    const text =
      'GET /a/long/enough/target/for/vectors HTTP/1.1\r\nHost: a\r\nX-Name: and a value\r\n\r\n'
    for (let at = 0; at < text.length; at += 3) {
      for (let byte = 0; byte < 256; byte++) {
        const other = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1)
        expect(decode([other], limits)).toEqual(decode([other], limits, true))
      }
    }
  })
})

describe('more than a turn has room for', () => {
  it('waits, and is all read', () => {
    const request = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'
    const { requests, refusal } = decode([request.repeat(2000) + post, request.repeat(100)], {
      maxHeaderCount: 16_000,
    })
    expect(refusal).toBeUndefined()
    expect(requests).toHaveLength(2101)
    expect(requests[2000]).toMatchObject({ body: 'hi', whole: true })
  })

  it('thousands of chunks of one byte', () => {
    const chunks = '1\r\nx\r\n'.repeat(9000)
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
    const { requests } = decode([`${head}${chunks}0\r\n\r\n`], { maxBodySize: 10_000 })
    expect(requests).toMatchObject([{ body: 'x'.repeat(9000), whole: true }])
  })

  it('a head of the largest size, byte by byte', () => {
    const most = 65_535
    const head = 'GET / HTTP/1.1\r\nHost: a\r\nX: '
    const text = `${head}${'v'.repeat(most - head.length - 4)}\r\n\r\n`
    const under = { maxHeaderSize: most }
    expect(decode(Array.from(text), under).requests).toMatchObject([{ head: { length: most } }])
    expect(decode(Array.from(`${text.slice(0, -4)}v\r\n\r\n`), under).refusal).toBe(
      '431 ERR_HTTP_HEAD_TOO_LARGE',
    )
  })
})

describe('tryDecoding refuses', () => {
  const { tryDecoding } = addon.http

  it.each([
    ['a head limit of nought', 0, 10, 10],
    ['a head limit beyond 16 bits', 65_536, 10, 10],
    ['no fields', 1024, 0, 10],
    ['more fields than a head can have', 1024, 16_384, 10],
    ['a negative body', 1024, 10, -1],
    ['NaN', 1024, NaN, 10],
  ])('%s', (_what, headBytes, fields, bodyBytes) => {
    expect(() => tryDecoding([], headBytes, fields, bodyBytes)).toThrow(RangeError)
  })

  it('pieces that are none, or too long', () => {
    const hostile: unknown = ['GET']
    expect(() => tryDecoding(hostile as Uint8Array[], 1024, 10, 10)).toThrow(TypeError)
    expect(() => tryDecoding([new Uint8Array(65_537)], 1024, 10, 10)).toThrow(RangeError)
  })
})

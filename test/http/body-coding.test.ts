import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, decode as read } from './decoding'

interface Decoded {
  body: string
  done: boolean
  /** A request behind it was found. */
  next?: boolean
  refusal?: string
}

const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n'

/** Decodes pieces of a body, and of a request behind it. */
function decode(length: number | 'chunked', pieces: readonly string[], limit = 1024): Decoded {
  const coding = 'Transfer-Encoding: chunked'
  const framing = length === 'chunked' ? coding : `Content-Length: ${String(length)}`
  const head = `POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`
  const { requests, refusal } = read([head, ...pieces], { maxBodySize: limit })
  const [request, second] = requests
  return {
    body: request?.body ?? '',
    done: request?.whole ?? false,
    ...(second === undefined ? {} : { next: second.head.target === '/next' }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}

describe('Content-Length (RFC 9112 section 6.2)', () => {
  it.each([
    ['nothing', 0, ''],
    ['a body', 5, 'hello'],
    ['line breaks and NULs, which mean nothing here', 4, '\r\n\0\n'],
    ['what looks like a request', next.length, next],
  ])('%s, and a request behind it', (_what, length, body) => {
    expect(decode(length, [body])).toEqual({ body, done: true })
    expect(decode(length, [body + next])).toEqual({ body, done: true, next: true })
    expect(decode(length, Array.from(body + next))).toEqual({ body, done: true, next: true })
  })

  it('waits for what is missing', () => {
    expect(decode(5, ['hel'])).toEqual({ body: 'hel', done: false })
  })

  it('exactly the limit is taken; one more is refused before any byte', () => {
    expect(decode(8, ['12345678'], 8)).toMatchObject({ done: true })
    expect(decode(9, ['123456789'], 8)).toEqual({
      body: '',
      done: false,
      refusal: '413 ERR_HTTP_BODY_TOO_LARGE',
    })
  })
})

describe('chunked (RFC 9112 section 7.1)', () => {
  it.each([
    ['no chunk', '0\r\n\r\n', ''],
    ['a chunk', '5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['several', '5\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\n\r\n', 'hello, world'],
    ['a size in hex, in both cases', `A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n`, undefined],
    ['zeros before the size', '0005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['line breaks and sizes in the data', '8\r\n\r\n0\r\n\r\n!\r\n0\r\n\r\n', '\r\n0\r\n\r\n!'],
    ['7.1.1: an extension', '5;a\r\nhello\r\n0;b=c\r\n\r\n', 'hello'],
    ['7.1.1: a quoted extension', '5;a="b;c \xe9"\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['7.1.1: white space around an extension', '5 \t; a = b\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['7.1.2: trailers are passed over', '5\r\nhello\r\n0\r\nA: b\r\nC:\r\n\r\n', 'hello'],
  ])('%s', (_what, text, body = '01234567890123456789') => {
    expect(decode('chunked', [text])).toEqual({ body, done: true })
    const both = { body, done: true, next: true }
    expect(decode('chunked', [text + next])).toEqual(both)
    expect(decode('chunked', Array.from(text + next))).toEqual(both)
  })

  it.each([
    ['no size', '\r\nhello\r\n0\r\n\r\n'],
    ['a size that is no number', 'x\r\n'],
    ['a prefix of hex', '0x5\r\nhello\r\n'],
    ['a negative size', '-1\r\n'],
    ['a sign', '+5\r\n'],
    ['an underscore', '1_0\r\n'],
    ['white space before the size', ' 5\r\nhello\r\n'],
    ['white space behind the size', '5 \r\nhello\r\n'],
    ['a size in quotes', '"5"\r\n'],
    ['a fraction', '5.0\r\n'],
    ['a size beyond what a number holds', 'fffffffffffffffff\r\n'],
    ['a size with zeros for ever', `${'0'.repeat(4096)}5\r\n`],
    ['bare LF behind the size', '5\nhello\r\n0\r\n\r\n'],
    ['bare CR behind the size', '5\rhello\r\n0\r\n\r\n'],
    ['no CRLF behind the data', '5\r\nhello0\r\n\r\n'],
    ['bare LF behind the data', '5\r\nhello\n0\r\n\r\n'],
    ['more data than the size says', '4\r\nhello\r\n0\r\n\r\n'],
    ['less data than the size says', '6\r\nhello\r\n0\r\n\r\n'],
    ['a control character in an extension', '5;a=\0\r\nhello\r\n'],
    ['bare CR in an extension', '5;a\rb\r\nhello\r\n'],
    ['an extension beyond 4 KiB', `5;${'a'.repeat(5000)}\r\nhello\r\n`],
    ['an extension beyond 4 KiB that does not end', `5;${'a'.repeat(5000)}`],
    ['a trailer without a colon', '0\r\nx\r\n\r\n'],
    ['a trailer with a space before the colon', '0\r\nx : y\r\n\r\n'],
    ['a folded trailer', '0\r\nx: y\r\n z\r\n\r\n'],
    ['bare LF behind a trailer', '0\r\nx: y\n\r\n'],
    ['bare LF for the end', '0\r\n\n'],
    ['a trailer beyond 4 KiB', `0\r\nx: ${'a'.repeat(5000)}\r\n\r\n`],
    ['trailers beyond 16 KiB', `0\r\n${`x: ${'a'.repeat(4000)}\r\n`.repeat(5)}\r\n`],
  ])('400: %s', (_what, text) => {
    const refusal = '400 ERR_HTTP_BAD_CHUNK'
    expect(decode('chunked', [text])).toMatchObject({ done: false, refusal })
    expect(decode('chunked', Array.from(text))).toMatchObject({ done: false, refusal })
  })

  it.each([
    ['one chunk', '9\r\n123456789\r\n0\r\n\r\n'],
    ['the sum of chunks', '5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n'],
    ['a chunk of which no byte has come', 'ffffffffffff\r\n'],
  ])('413: %s beyond the limit', (_what, text) => {
    const refusal = '413 ERR_HTTP_BODY_TOO_LARGE'
    expect(decode('chunked', [text], 8)).toMatchObject({ refusal })
    expect(decode('chunked', Array.from(text), 8)).toMatchObject({ refusal })
  })

  it('exactly the limit is taken', () => {
    const text = '5\r\n12345\r\n3\r\n678\r\n0\r\n\r\n'
    expect(decode('chunked', [text], 8)).toMatchObject({ body: '12345678', done: true })
  })
})

describe('however the input is split', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 })
  const data = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 })
  const extension = fc.constantFrom('', ';a', ' ; a=b', ';a="b;\\"c"')
  const trailer = fc.constantFrom('', 'A: b\r\n', 'A: b\r\nC: \xff\r\n')

  it('the body is the same, and what follows it: Content-Length', () => {
    fc.assert(
      fc.property(data, cuts, (body, places) => {
        const text = body + next
        const whole = { body, done: true, next: true }
        expect(decode(body.length, [text])).toEqual(whole)
        expect(decode(body.length, cut(text, places))).toEqual(whole)
        expect(decode(body.length, Array.from(text))).toEqual(whole)
      }),
    )
  })

  it('the body is the same, and what follows it: chunked', () => {
    const chunk = fc.tuple(data, extension)
    fc.assert(
      fc.property(fc.array(chunk), trailer, cuts, (chunks, last, places) => {
        const coded = chunks.map(([text, extra]) => {
          return `${text.length.toString(16)}${extra}\r\n${text}\r\n`
        })
        const text = `${coded.join('')}0\r\n${last}\r\n${next}`
        const body = chunks.map(([part]) => part).join('')
        const whole = { body, done: true, next: true }
        expect(decode('chunked', [text], 1e6)).toEqual(whole)
        expect(decode('chunked', cut(text, places), 1e6)).toEqual(whole)
        expect(decode('chunked', Array.from(text), 1e6)).toEqual(whole)
      }),
    )
  })

  it('anything at all comes to the same end', () => {
    const noise = fc
      .array(fc.constantFrom('0', '1', '2', 'a', ';', ' ', ':', '\r', '\n', '\r\n', '\0', 'x'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(noise, cuts, (text, places) => {
        const whole = decode('chunked', [text])
        for (const pieces of [cut(text, places), Array.from(text)]) {
          const split = decode('chunked', pieces)
          expect(split).toMatchObject({ body: whole.body, done: whole.done })
          expect(split.refusal).toBe(whole.refusal)
        }
      }),
    )
  })
})

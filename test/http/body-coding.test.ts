import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, next } from './body-decoding'
import { cut } from './decoding'

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

describe('however the input is split', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 })
  const data = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 })
  const extension = fc.constantFrom('', ';a', ' ; a = b', ';a="b;\\"c"', ';a="" ; b')
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
      .array(fc.constantFrom(...Array.from('012a; :="\\\r\n\0x'), '\r\n', '1;x="'))
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

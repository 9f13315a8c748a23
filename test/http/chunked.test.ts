// The grammar of a chunked body, RFC 9112 section 7.1, rule by rule.

import { describe, expect, it } from 'vitest'
import { decode, next } from './body-decoding'

const hello = 'hello\r\n0\r\n\r\n'
const bad = '400 ERR_HTTP_BAD_CHUNK'

/** Whole and byte by byte. */
function refusalOf(text: string): unknown {
  const whole = decode('chunked', [text])
  expect(decode('chunked', Array.from(text))).toEqual(whole)
  expect(whole.done).toBe(false)
  return whole.refusal
}

describe('accepted', () => {
  it.each([
    ['7.1', 'no chunk', '0\r\n\r\n', ''],
    ['7.1', 'a chunk', `5\r\n${hello}`, 'hello'],
    ['7.1', 'several', '5\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\n\r\n', 'hello, world'],
    ['7.1', 'a size in hex, in both cases', `A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n`],
    ['7.1', 'zeros before the size', '0005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['7.1', 'a size of 16 digits', `0000000000000005\r\n${hello}`, 'hello'],
    [
      '7.1',
      'line breaks and sizes in the data',
      '8\r\n\r\n0\r\n\r\n!\r\n0\r\n\r\n',
      '\r\n0\r\n\r\n!',
    ],
    ['7.1.1', 'an extension without a value', `5;a\r\n${hello}`, 'hello'],
    ['7.1.1', 'several, at the last chunk too', '5;a;b=c;d\r\nhello\r\n0;b=c\r\n\r\n', 'hello'],
    [
      '7.1.1',
      'names and values of all the signs of a token',
      `5;!#$%&'*=+-.^_\`|~09\r\n${hello}`,
      'hello',
    ],
    ['7.1.1', 'a quoted value', `5;a="b;c=\t \xe9[]"\r\n${hello}`, 'hello'],
    ['7.1.1', 'an empty quoted value', `5;a=""\r\n${hello}`, 'hello'],
    ['7.1.1', 'an escaped quote and backslash', `5;a="\\"\\\\"\r\n${hello}`, 'hello'],
    [
      '5.6.3',
      'bad white space, which a recipient has to pass over',
      `5 \t; a\t= b ;c="d" ; e\r\n${hello}`,
      'hello',
    ],
    [
      '7.1.2',
      'trailers, passed over',
      '5\r\nhello\r\n0\r\nA: b\r\nC:\r\nd: \x80 e \r\n\r\n',
      'hello',
    ],
    [
      '7.1.2',
      'trailers that would frame a message, passed over',
      '5\r\nhello\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\nHost: b\r\n\r\n',
      'hello',
    ],
  ])('RFC 9112 %s: %s', (_section, _what, text, body = '01234567890123456789') => {
    expect(decode('chunked', [text])).toEqual({ body, done: true })
    const both = { body, done: true, next: true }
    expect(decode('chunked', [text + next])).toEqual(both)
    expect(decode('chunked', Array.from(text + next))).toEqual(both)
  })
})

describe('refused: sizes and data', () => {
  it.each([
    ['7.1', 'no size', `\r\n${hello}`],
    ['7.1', 'a size that is no number', 'x\r\n'],
    ['7.1', 'a prefix of hex', `0x5\r\n${hello}`],
    ['7.1', 'a suffix of hex', `5h\r\n${hello}`],
    ['7.1', 'a negative size', '-1\r\n'],
    ['7.1', 'a sign', '+5\r\n'],
    ['7.1', 'an underscore', '1_0\r\n'],
    ['7.1', 'a size in quotes', '"5"\r\n'],
    ['7.1', 'a fraction', '5.0\r\n'],
    ['7.1', 'a list', `5,5\r\n${hello}`],
    ['7.1', 'white space before the size', ` 5\r\n${hello}`],
    ['7.1', 'a tab before the size', `\t5\r\n${hello}`],
    ['7.1', 'white space behind the size', `5 \r\n${hello}`],
    ['7.1', 'a tab behind the size', `5\t\r\n${hello}`],
    ['7.1', 'white space within the size', `0 5\r\n${hello}`],
    ['7.1', 'a line break before the size', `\r\n5\r\n${hello}`],
    ['7.1', 'a size of more than 16 digits', 'fffffffffffffffff\r\n'],
    ['7.1', 'a size that a number of 64 bits would take for 4', '10000000000000004\r\nbody\r\n'],
    ['7.1', 'a size of more than 16 digits, zeros in front', `00000000000000005\r\n${hello}`],
    ['7.1', 'a last chunk of more than 16 zeros', `${'0'.repeat(17)}\r\n\r\n`],
    ['2.2', 'bare LF behind the size', `5\n${hello}`],
    ['2.2', 'bare CR behind the size', `5\r${hello}`],
    ['2.2', 'CR CR LF behind the size', `5\r\r\n${hello}`],
    ['7.1', 'no CRLF behind the data', '5\r\nhello0\r\n\r\n'],
    ['2.2', 'bare LF behind the data', '5\r\nhello\n0\r\n\r\n'],
    ['2.2', 'bare CR behind the data', '5\r\nhello\r0\r\n\r\n'],
    ['7.1', 'more data than the size says', `4\r\n${hello}`],
    ['7.1', 'less data than the size says', `6\r\n${hello}`],
    ['5.5', 'a NUL behind the size', `5\0\r\n${hello}`],
  ])('RFC 9112 %s: %s', (_section, _what, text) => {
    expect(refusalOf(text)).toBe(bad)
  })
})

describe('refused: extensions (RFC 9112 section 7.1.1)', () => {
  it.each([
    ['an empty one', '5;'],
    ['an empty one, and white space', '5; '],
    ['an empty one behind another', '5;a;'],
    ['an empty one in front of another', '5;;a'],
    ['white space behind a name', '5;a '],
    ['white space behind a value', '5;a=b '],
    ['white space behind a quoted value', '5;a="b" '],
    ['a name of two words', '5;a b'],
    ['a value of two words', '5;a=b c'],
    ['no semicolon in front', '5 a'],
    ['no name', '5;=b'],
    ['a name in quotes', '5;"a"'],
    ['a name that is no token', '5;a(b'],
    ['no value', '5;a='],
    ['no value in front of another', '5;a=;b'],
    ['two values', '5;a=b=c'],
    ['a value that is no token', '5;a=b/c'],
    ['a value beyond ASCII', '5;a=\xe9'],
    ['a quote within a value', '5;a=b"c"'],
    ['something behind a quoted value', '5;a="b"c'],
    ['two quoted values', '5;a="b""c"'],
    ['a NUL', '5;a=\0'],
    ['a NUL in quotes', '5;a="\0"'],
    ['an escaped NUL', '5;a="\\\0"'],
    ['DEL in quotes', '5;a="\x7f"'],
    ['a comma', '5;a,b'],
    ['one at the last chunk', '0;'],
  ])('%s', (_what, line) => {
    expect(refusalOf(`${line}\r\n${hello}`)).toBe(bad)
  })

  it.each([
    ['an open quote', `5;a="b\r\n${hello}`],
    ['an escaped CR in quotes', `5;a="\\\r\n"\r\n${hello}`],
    ['bare CR', `5;a\rb\r\n${hello}`],
    ['bare LF', `5;a\nb\r\n${hello}`],
    ['bare LF at its end', `5;a\n${hello}`],
    ['bare LF in quotes', `5;a="\n"\r\n${hello}`],
    ['a line beyond 4 KiB', `5;${'a'.repeat(5000)}\r\n${hello}`],
    ['a line beyond 4 KiB that does not end', `5;${'a'.repeat(5000)}`],
    ['white space for ever', `5${' '.repeat(5000)}`],
  ])('%s, whatever follows', (_what, text) => {
    expect(refusalOf(text)).toBe(bad)
  })

  it('more than 16 KiB beyond the data, in however many chunks', () => {
    const chunk = `1;${'a'.repeat(1023)}\r\nx\r\n`
    const end = '0\r\n\r\n'
    expect(decode('chunked', [chunk.repeat(15) + end])).toMatchObject({ done: true })
    expect(refusalOf(chunk.repeat(17) + end)).toBe(bad)
  })

  it('grow with the data: a signature for each chunk of a large body', () => {
    const chunk = `200;signature=${'f'.repeat(64)}\r\n${'x'.repeat(512)}\r\n`
    const text = `${chunk.repeat(1000)}0\r\n\r\n`
    const pieces = text.match(/[^]{1,60000}/g) ?? []
    const { done, body } = decode('chunked', pieces, 1e6)
    expect([done, body.length]).toEqual([true, 512_000])
  })
})

describe('refused: trailers (RFC 9112 section 7.1.2), as the fields of a head', () => {
  it.each([
    ['5', 'no colon', 'x'],
    ['5.1', 'a space before the colon', 'x : y'],
    ['5.1', 'a tab before the colon', 'x\t: y'],
    ['5.1', 'an empty name', ': y'],
    ['5.1', 'a name that is no token', 'x(y): z'],
    ['5.1', 'a name beyond ASCII', '\xe9: y'],
    ['5.2', 'obs-fold', 'x: y\r\n z'],
    ['5.2', 'obs-fold with a tab', 'x: y\r\n\tz'],
    ['5.2', 'white space in front', ' x: y'],
    ['5.5', 'a NUL', 'x: \0'],
    ['5.5', 'a control character', 'x: \x1b'],
    ['5.5', 'DEL', 'x: \x7f'],
    ['2.2', 'bare LF', 'x: y\nz: a'],
    ['2.2', 'bare CR', 'x: y\rz: a'],
    ['2.2', 'CR CR LF', 'x: y\r'],
  ])('RFC 9112 %s: %s', (_section, _what, line) => {
    expect(refusalOf(`0\r\n${line}\r\n\r\n`)).toBe(bad)
  })

  it.each([
    ['bare LF for the end', '0\r\n\n'],
    ['bare CR for the end', '0\r\n\rx'],
    ['bare LF behind the last of them', '0\r\nx: y\n\r\n'],
  ])('RFC 9112 2.2: %s', (_what, text) => {
    expect(refusalOf(text)).toBe(bad)
  })
})

describe('limits', () => {
  it.each([
    ['one chunk', '9\r\n123456789\r\n0\r\n\r\n'],
    ['the sum of chunks', '5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n'],
    ['a chunk of which no byte has come', 'ffffffffffff\r\n'],
    ['a size beyond what a number holds exactly', 'ffffffffffffff\r\n'],
    ['the largest size of 64 bits', 'ffffffffffffffff\r\n'],
    ['the smallest that a signed number takes for less than nought', '8000000000000000\r\n'],
  ])('413: %s beyond the limit', (_what, text) => {
    const refusal = '413 ERR_HTTP_BODY_TOO_LARGE'
    expect(decode('chunked', [text], 8)).toMatchObject({ refusal })
    expect(decode('chunked', Array.from(text), 8)).toMatchObject({ refusal })
  })

  it('exactly the limit is taken', () => {
    const text = '5\r\n12345\r\n3\r\n678\r\n0\r\n\r\n'
    expect(decode('chunked', [text], 8)).toMatchObject({ body: '12345678', done: true })
  })

  it('RFC 6585 5: as many trailers as a head has fields, one more is 431', () => {
    const trailers = (count: number): string => `0\r\n${'x: y\r\n'.repeat(count)}\r\n`
    const read = (text: string): unknown => decode('chunked', [text], 8, { maxHeaderCount: 3 })
    expect(read(trailers(3))).toMatchObject({ done: true })
    expect(read(trailers(4))).toMatchObject({ refusal: '431 ERR_HTTP_HEAD_TOO_LARGE' })
  })

  it('RFC 6585 5: as many bytes of trailers as of a head, one more is 431, ended or not', () => {
    const maxHeaderSize = 128
    const read = (text: string): unknown => decode('chunked', [text], 8, { maxHeaderSize })
    const line = (bytes: number): string => `x: ${'y'.repeat(bytes - 7)}\r\n\r\n`
    const refusal = '431 ERR_HTTP_HEAD_TOO_LARGE'
    expect(read(`0\r\n${line(maxHeaderSize)}`)).toMatchObject({ done: true })
    expect(read(`0\r\n${line(maxHeaderSize + 1)}`)).toMatchObject({ refusal })
    expect(read(`0\r\n${line(5000).trim()}`)).toMatchObject({ refusal })
  })
})

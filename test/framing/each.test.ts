// What one framing has and the others have not.

import { describe, expect, it } from 'vitest'
import {
  delimited,
  lengthPrefixed,
  type LengthType,
  lines,
  type LinesOptions,
} from '../../lib/framing'
import { thrown } from '../multiplexer/scene'
import { collecting } from './framings'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe('lines', () => {
  it('end in LF or CRLF; a lone CR belongs to the line', () => {
    const { decoder, messages } = collecting(lines())
    decoder.push(Buffer.from('one\ntwo\r\n\n\r\nth\rree\r\r\n'))
    expect(messages).toEqual(['one', 'two', '', '', 'th\rree\r'])
  })

  it('a last line needs no end, and is none where nothing is left', () => {
    for (const [stream, expected] of [
      ['a\nb', ['a', 'b']],
      ['a\nb\r', ['a', 'b']],
      ['a\n', ['a']],
      ['', []],
    ] as const) {
      const { decoder, messages } = collecting(lines())
      decoder.push(Buffer.from(stream))
      decoder.end()
      expect(messages).toEqual(expected)
    }
  })

  it('a character that a chunk cuts is put together again', () => {
    const bytes = Buffer.from('Grüße 𝄞 …\n')
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { decoder, messages } = collecting(lines())
      decoder.push(bytes.subarray(0, cut))
      decoder.push(bytes.subarray(cut))
      expect(messages).toEqual(['Grüße 𝄞 …'])
    }
  })

  it('bytes that are no UTF-8 become U+FFFD, and in latin1 every byte is a character', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62, 0x0a])
    const utf8 = collecting(lines())
    utf8.decoder.push(bytes)
    expect(utf8.messages).toEqual(['a\ufffdb'])
    const framing = lines({ encoding: 'latin1' })
    const latin1 = collecting(framing)
    latin1.decoder.push(bytes)
    expect(latin1.messages).toEqual(['aÿb'])
    expect(text(framing.encode('aÿb'))).toBe('aÿb\n')
  })

  it('the CR of a CRLF does not count', () => {
    const { decoder, messages } = collecting(lines({ maxSize: 3 }))
    decoder.push(Buffer.from('123\r'))
    decoder.push(Buffer.from('\n'))
    expect(messages).toEqual(['123'])
    decoder.push(Buffer.from('123\r'))
    expect(thrown(() => decoder.push(Buffer.from('4'))).code).toBe('ERR_MESSAGE_TOO_LARGE')
  })

  it('encode ends them as told, and refuses what would be two', () => {
    expect(text(lines().encode('a'))).toBe('a\n')
    expect(text(lines({ newline: '\r\n' }).encode('a\r'))).toBe('a\r\r\n')
    for (const message of ['a\nb', '\n', 'a\r', 'a\r\n']) {
      expect(thrown(() => lines().encode(message)).code).toBe('ERR_OUT_OF_RANGE')
    }
  })

  it.each([
    [{ encoding: 'utf16le' }, 'RangeError', 'encoding'],
    [{ encoding: 8 }, 'TypeError', 'encoding'],
    [{ newline: '\r' }, 'RangeError', 'newline'],
    [null, 'TypeError', 'options'],
    ['utf8', 'TypeError', 'options'],
  ])('refuse %o', (options, name, what) => {
    const error = thrown(() => lines(options as LinesOptions))
    expect(error.name).toBe(name)
    expect(error.message).toContain(`"${what}"`)
  })
})

describe('delimited', () => {
  it('messages have no delimiter, and a stream that ends without one is cut short', () => {
    const { decoder, messages } = collecting(delimited('--'))
    decoder.push(Buffer.from('a-b--c---d'))
    expect(messages).toEqual(['a-b', 'c'])
    expect(thrown(() => decoder.end()).code).toBe('ERR_MESSAGE_TRUNCATED')
    expect(decoder.failure).toMatchObject({ code: 'ERR_MESSAGE_TRUNCATED' })
  })

  it('encode refuses a message that the delimiter would end too early', () => {
    expect(text(delimited('--').encode('a-b'))).toBe('a-b--')
    for (const message of ['a--b', '--', 'a-']) {
      expect(thrown(() => delimited('--').encode(message)).code).toBe('ERR_OUT_OF_RANGE')
    }
  })

  it('a delimiter of many bytes, nearly repeated, is found byte by byte', () => {
    const delimiter = `${'ab'.repeat(50)}a`
    const body = `${'ab'.repeat(49)}xabaax`
    const framing = delimited(delimiter)
    const { decoder, messages } = collecting(framing)
    for (const byte of [...framing.encode(body), ...framing.encode('')])
      decoder.push(Uint8Array.of(byte))
    expect(messages).toEqual([body, ''])
  })

  it('the delimiter may be changed by its giver afterwards', () => {
    const delimiter = Buffer.from('|')
    const { decoder, messages } = collecting(delimited(delimiter))
    delimiter.fill(0)
    decoder.push(Buffer.from('a|b|'))
    expect(messages).toEqual(['a', 'b'])
  })

  it.each([
    ['', 'RangeError'],
    [new Uint8Array(0), 'RangeError'],
    [10, 'TypeError'],
    [undefined, 'TypeError'],
  ])('refuses %o for a delimiter', (delimiter, name) => {
    const error = thrown(() => delimited(delimiter as string))
    expect(error.name).toBe(name)
    expect(error.message).toContain('"delimiter"')
  })
})

describe('lengthPrefixed', () => {
  it.each<[LengthType, string]>([
    ['u8', '\x03abc'],
    ['u16be', '\0\x03abc'],
    ['u16le', '\x03\0abc'],
    ['u32be', '\0\0\0\x03abc'],
    ['u32le', '\x03\0\0\0abc'],
  ])('%s puts the length in front', (type, expected) => {
    expect(text(lengthPrefixed(type).encode('abc'))).toBe(expected)
  })

  it.each<[LengthType, number]>([
    ['u8', 255],
    ['u16be', 65535],
    ['u16le', 65535],
    ['u32be', 70_000],
    ['u32le', 70_000],
  ])('%s takes a message of %i bytes', (type, length) => {
    const framing = lengthPrefixed(type)
    const { decoder, messages } = collecting(framing)
    const stream = framing.encode(Buffer.alloc(length, 'x'))
    for (let at = 0; at < stream.length; at += 1000) decoder.push(stream.subarray(at, at + 1000))
    expect(messages.map((message) => message.length)).toEqual([length])
  })

  it('maxSize is no more than the length can express', () => {
    expect(lengthPrefixed('u8').maxSize).toBe(255)
    expect(lengthPrefixed('u16le', { maxSize: 100_000 }).maxSize).toBe(65535)
    expect(lengthPrefixed('u32be').maxSize).toBe(1024 * 1024)
    const error = thrown(() => lengthPrefixed('u8').encode('x'.repeat(256)))
    expect(error.code).toBe('ERR_MESSAGE_TOO_LARGE')
  })

  it('a length beyond maxSize is refused once it has come, one within takes no memory', () => {
    const refused = collecting(lengthPrefixed('u32le', { maxSize: 1000 }))
    const error = thrown(() => refused.decoder.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff)))
    expect(error.code).toBe('ERR_MESSAGE_TOO_LARGE')
    const { decoder } = collecting(lengthPrefixed('u32be', { maxSize: 0x7fffffff }))
    decoder.push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 1))
    expect(decoder.buffered).toBe(5)
  })

  it('a stream that ends amid a length or a message is cut short', () => {
    for (const stream of ['\0', '\0\x02', '\0\x02a']) {
      const { decoder } = collecting(lengthPrefixed('u16be'))
      decoder.push(Buffer.from(stream))
      expect(decoder.buffered).toBe(stream.length)
      expect(thrown(() => decoder.end()).code).toBe('ERR_MESSAGE_TRUNCATED')
    }
  })

  it.each([
    ['u64be', 'RangeError'],
    ['toString', 'RangeError'],
    [4, 'TypeError'],
    [undefined, 'TypeError'],
  ])('refuses %o for a type', (type, name) => {
    expect(thrown(() => lengthPrefixed(type as LengthType)).name).toBe(name)
  })

  it('a message that lies whole in its chunk is a view of it, another is not', () => {
    const framing = lengthPrefixed('u8')
    const chunk = new Uint8Array(64)
    chunk.set(framing.encode('abc'), 8)
    const buffers: unknown[] = []
    const decoder = framing.decoder((message) => {
      expect(message).not.toBeInstanceOf(Buffer) // whose slice() copies nothing
      buffers.push(message.buffer)
    })
    decoder.push(chunk.subarray(8, 12))
    decoder.push(chunk.subarray(8, 10))
    decoder.push(chunk.subarray(10, 12))
    expect(buffers[0]).toBe(chunk.buffer)
    expect(buffers[1]).not.toBe(chunk.buffer)
  })
})

// What holds for every framing: sizes, ends, misuse, and what a message costs.

import { describe, expect, it, vi } from 'vitest'
import type { FramingOptions } from '../../lib/framing'
import { thrown } from '../multiplexer/scene'
import { cases, collecting, shown } from './framings'

describe.each(cases)('$name', (one) => {
  it('hands out an empty message', () => {
    const framing = one.make()
    const { decoder, messages } = collecting(framing)
    decoder.push(Buffer.concat([framing.encode(''), framing.encode('x'), framing.encode('')]))
    expect(messages).toEqual(['', 'x', ''])
  })

  it('takes a message of maxSize bytes, and no longer one, cut anywhere', () => {
    const framing = one.make({ maxSize: 5 })
    const larger = one.make({ maxSize: 6 })
    const stream = Buffer.concat([framing.encode('12345'), larger.encode('123456')])
    for (let cut = 0; cut <= stream.length; cut++) {
      const { decoder, messages } = collecting(framing)
      const error = thrown(() => {
        decoder.push(stream.subarray(0, cut))
        decoder.push(stream.subarray(cut))
      })
      expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_MESSAGE_TOO_LARGE' })
      expect(error.message).toContain('5 bytes')
      expect(messages).toEqual(['12345'])
      expect(decoder.failure).toBe(error)
      expect([decoder.closed, decoder.buffered]).toEqual([true, 0])
      expect(thrown(() => decoder.push(stream)).code).toBe('ERR_CLOSED')
      decoder.end()
    }
  })

  it('refuses too large a message before it keeps it', () => {
    const maxSize = 100
    const framing = one.make({ maxSize })
    const stream = one.make().encode('x'.repeat(250))
    const { decoder } = collecting(framing)
    let most = 0
    expect(() => {
      for (const byte of stream) {
        decoder.push(Uint8Array.of(byte))
        most = Math.max(most, decoder.buffered)
      }
    }).toThrow(/longer than the 100 bytes/)
    expect(most).toBeLessThanOrEqual(maxSize + 4)
  })

  it('encode refuses a message beyond maxSize', () => {
    const framing = one.make({ maxSize: 3 })
    expect(framing.encode('123').length).toBeGreaterThan(3)
    expect(thrown(() => framing.encode('1234')).code).toBe('ERR_MESSAGE_TOO_LARGE')
    expect(thrown(() => framing.encode('1ß3')).code).toBe('ERR_MESSAGE_TOO_LARGE')
  })

  it('encode takes strings and bytes alike, and leaves the bytes alone', () => {
    const framing = one.make()
    const bytes = Uint8Array.from(Buffer.from('x Grüße'))
    expect(Buffer.from(framing.encode(bytes))).toEqual(Buffer.from(framing.encode('x Grüße')))
    expect(Buffer.from(bytes).toString()).toBe('x Grüße')
  })

  it.each([1, null, undefined, {}, [1], new ArrayBuffer(1), new Uint16Array(1)])(
    'refuses %o for a message and for a chunk',
    (value) => {
      const framing = one.make()
      const { decoder, messages } = collecting(framing)
      const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
      expect(thrown(() => framing.encode(value as string))).toMatchObject(expected)
      expect(thrown(() => decoder.push(value as Uint8Array))).toMatchObject(expected)
      decoder.push(framing.encode('still there'))
      expect(messages).toEqual(['still there'])
    },
  )

  it.each([
    [{ maxSize: 0 }, 'RangeError'],
    [{ maxSize: -1 }, 'RangeError'],
    [{ maxSize: 1.5 }, 'RangeError'],
    [{ maxSize: NaN }, 'RangeError'],
    [{ maxSize: 2 ** 31 }, 'RangeError'],
    [{ maxSize: '1' }, 'TypeError'],
    [{ maxSize: null }, 'TypeError'],
  ])('refuses %o', (options, name) => {
    const error = thrown(() => one.make(options as FramingOptions))
    expect(error.name).toBe(name)
    expect(error.message).toContain('"maxSize"')
  })

  it.each([undefined, null, 'x', {}])('refuses %o for a receiver', (receive) => {
    const error = thrown(() => one.make().decoder(receive as () => void))
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  })

  it('an empty chunk changes nothing', () => {
    const framing = one.make()
    const { decoder, messages } = collecting(framing)
    const stream = framing.encode('abc')
    decoder.push(stream.subarray(0, 2))
    decoder.push(new Uint8Array(0))
    decoder.push(stream.subarray(2))
    expect(messages).toEqual(['abc'])
  })

  it('a receiver that throws loses no other message, and its exception is thrown at the end', () => {
    const framing = one.make()
    const messages: string[] = []
    const decoder = framing.decoder((message) => {
      messages.push(shown(message))
      if (messages.length === 2) throw new Error('the second')
    })
    const stream = Buffer.concat(['1', '2', '3', '4'].map((text) => framing.encode(text)))
    const half = stream.length - 1
    expect(thrown(() => decoder.push(stream.subarray(0, half))).message).toBe('the second')
    decoder.push(stream.subarray(half))
    expect(messages).toEqual(['1', '2', '3', '4'])
    expect(decoder.failure).toBeUndefined()
  })

  it('several exceptions, and a failure behind them, are an AggregateError', () => {
    const framing = one.make({ maxSize: 3 })
    const decoder = framing.decoder(() => {
      throw new Error('each')
    })
    const stream = Buffer.concat([
      framing.encode('1'),
      framing.encode('2'),
      one.make().encode('1234'),
    ])
    const error = thrown(() => decoder.push(stream))
    expect(error).toBeInstanceOf(AggregateError)
    const codes = (error as AggregateError).errors.map(
      (each: Error & { code?: string }) => each.code,
    )
    expect(codes).toEqual([undefined, undefined, 'ERR_MESSAGE_TOO_LARGE'])
  })

  it('close from within the receiver ends it there; twice is fine', () => {
    const framing = one.make()
    const messages: string[] = []
    const decoder = framing.decoder((message) => {
      messages.push(shown(message))
      decoder.close()
      decoder.close()
    })
    decoder.push(Buffer.concat([framing.encode('1'), framing.encode('2')]))
    expect(messages).toEqual(['1'])
    expect(thrown(() => decoder.push(framing.encode('3'))).code).toBe('ERR_CLOSED')
    decoder.end()
  })

  it('push and end from within the receiver are refused', () => {
    const framing = one.make()
    const errors: (string | undefined)[] = []
    const decoder = framing.decoder(() => {
      errors.push(thrown(() => decoder.push(framing.encode('2'))).code)
      errors.push(thrown(() => decoder.end()).code)
    })
    decoder.push(framing.encode('1'))
    expect(errors).toEqual(['ERR_DECODER_BUSY', 'ERR_DECODER_BUSY'])
    expect(decoder.closed).toBe(false)
  })

  it('end closes; twice is fine', () => {
    const { decoder } = collecting(one.make())
    decoder.end()
    decoder.end()
    expect(decoder.closed).toBe(true)
    expect(thrown(() => decoder.push(new Uint8Array(1))).code).toBe('ERR_CLOSED')
  })

  it('decoders of one framing know nothing of each other', () => {
    const framing = one.make()
    const [first, second] = [collecting(framing), collecting(framing)]
    const stream = framing.encode('message')
    for (const byte of stream) {
      first.decoder.push(Uint8Array.of(byte))
      second.decoder.push(Uint8Array.of(byte))
    }
    expect([first.messages, second.messages]).toEqual([['message'], ['message']])
  })

  it('a message byte by byte costs time in proportion: each byte is copied a few times at most', () => {
    const framing = one.make()
    const length = Math.min(framing.maxSize, 50_000)
    const stream = framing.encode('x'.repeat(length))
    const { decoder, messages } = collecting(framing)
    const copy = vi.spyOn(Buffer.prototype, 'copy')
    try {
      for (let i = 0; i < stream.length; i++) decoder.push(stream.subarray(i, i + 1))
      let copied = 0
      for (const { value } of copy.mock.results) copied += Number(value)
      expect(copied).toBeGreaterThan(length / 2)
      expect(copied).toBeLessThan(4 * length)
    } finally {
      copy.mockRestore()
    }
    expect(messages[0]?.length).toBe(length)
  })
})

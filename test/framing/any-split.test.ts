// Any messages, cut anywhere, come out as they went in.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Framing } from '../../lib/framing'
import { type Case, cases, collecting, pushCut, shown } from './framings'

/** Messages, of few different bytes so that borders and near-borders abound. */
function messagesOf({ text }: Case): fc.Arbitrary<(string | Uint8Array)[]> {
  if (text) {
    const unit = fc.constantFrom('a', 'b', '\r', 'ß', '…', '𝄞', '\n', '')
    return fc.array(fc.oneof(fc.string({ unit, maxLength: 12 }), fc.string({ maxLength: 30 })))
  }
  const byte = fc.constantFrom(0, 0x61, 0x62, 0x0d, 0x0a, 0xff)
  const tight = fc.array(byte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes))
  return fc.array(fc.oneof(tight, fc.uint8Array({ maxLength: 255 })))
}

/** The messages that can be sent, and the stream that they make. */
function encoded(framing: Framing<unknown>, messages: readonly (string | Uint8Array)[]) {
  const sent: string[] = []
  const chunks: Uint8Array[] = []
  for (const message of messages) {
    try {
      chunks.push(framing.encode(message))
      sent.push(shown(message))
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    }
  }
  return { sent, stream: Buffer.concat(chunks) }
}

describe.each(cases)('$name', (one) => {
  const framing = one.make()

  it('gives the same messages whatever the chunks', () => {
    fc.assert(
      fc.property(messagesOf(one), fc.array(fc.nat(600)), (messages, cuts) => {
        const { sent, stream } = encoded(framing, messages)
        const { decoder, messages: got } = collecting(framing)
        pushCut(decoder, stream, cuts)
        expect(decoder.buffered).toBe(0)
        decoder.end()
        expect(got).toEqual(sent)
      }),
      { numRuns: 300 },
    )
  })

  it('gives the same messages for a cut at every border, and byte by byte', () => {
    fc.assert(
      fc.property(messagesOf(one), (messages) => {
        const { sent, stream } = encoded(framing, messages.slice(0, 4))
        for (let cut = 0; cut <= stream.length; cut++) {
          const { decoder, messages: got } = collecting(framing)
          pushCut(decoder, stream, [cut])
          expect(got).toEqual(sent)
        }
        const { decoder, messages: got } = collecting(framing)
        pushCut(decoder, stream, [...stream.keys()])
        expect(got).toEqual(sent)
      }),
      { numRuns: 40 },
    )
  })

  it('gives the same messages, or refusal, for any bytes at all, whatever the chunks', () => {
    const small = one.make({ maxSize: 9 })
    const outcome = (stream: Uint8Array, cuts: readonly number[]): unknown[] => {
      const { decoder, messages } = collecting(small)
      try {
        pushCut(decoder, stream, cuts)
        decoder.end()
        return messages
      } catch (error) {
        expect(error).toBe(decoder.failure)
        expect(decoder.buffered).toBe(0)
        return [...messages, error instanceof Error && 'code' in error ? error.code : error]
      }
    }
    const byte = fc.oneof(fc.constantFrom(0, 1, 0x61, 0x62, 0x0d, 0x0a), fc.nat(255))
    const bytes = fc.array(byte, { maxLength: 60 }).map((list) => Uint8Array.from(list))
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60)), (stream, cuts) => {
        const whole = outcome(stream, [])
        expect(outcome(stream, cuts)).toEqual(whole)
        expect(outcome(stream, [...stream.keys()])).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })
})

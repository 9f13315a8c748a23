import { checkOptions, maxSizeOf, messageBytes } from './checks'
import { checkReceiver, Decoder } from './decoder'
import { outOfRange, tooLarge, wrongType } from './errors'
import type { Framing, FramingOptions } from './framing'

/** An unsigned integer, by its bits and, beyond one byte, its byte order. */
export type LengthType = 'u8' | 'u16be' | 'u16le' | 'u32be' | 'u32le'

interface Prefix {
  readonly size: number
  readonly bigEndian: boolean
}

const prefixes: Record<LengthType, Prefix> = {
  u8: { size: 1, bigEndian: true },
  u16be: { size: 2, bigEndian: true },
  u16le: { size: 2, bigEndian: false },
  u32be: { size: 4, bigEndian: true },
  u32le: { size: 4, bigEndian: false },
}

/**
 * Messages of any bytes, each behind its length, which does not count itself.
 *
 * `maxSize` is lowered to what the length can express. A length beyond it is refused as soon as it
 * has come; one within it takes no memory before the message does.
 *
 * @example
 * const framing = lengthPrefixed('u32be', { maxSize: 65536 })
 */
export function lengthPrefixed(
  type: LengthType,
  options: FramingOptions = {},
): Framing<Uint8Array> {
  const prefix = prefixOf(type)
  checkOptions(options)
  const maxSize = Math.min(maxSizeOf(options), 256 ** prefix.size - 1)
  return {
    maxSize,
    decoder: (receive) => {
      checkReceiver(receive)
      return new LengthPrefixedDecoder(prefix, maxSize, receive)
    },
    encode: (message) => {
      const bytes = messageBytes(message, 'utf8', maxSize)
      const encoded = Buffer.allocUnsafe(prefix.size + bytes.length)
      if (prefix.bigEndian) encoded.writeUIntBE(bytes.length, 0, prefix.size)
      else encoded.writeUIntLE(bytes.length, 0, prefix.size)
      bytes.copy(encoded, prefix.size)
      return encoded
    },
  }
}

function prefixOf(type: unknown): Prefix {
  const names = Object.keys(prefixes).join(', ')
  if (typeof type !== 'string') throw wrongType('type', 'argument', `one of ${names}`, type)
  const entry = Object.entries(prefixes).find(([name]) => name === type)
  if (entry === undefined) throw outOfRange('type', 'argument', `one of ${names}`, type)
  return entry[1]
}

class LengthPrefixedDecoder extends Decoder {
  readonly #prefix: Prefix
  readonly #maxSize: number
  readonly #receive: (message: Uint8Array) => void
  /** Bytes of the length that have come, and what they make so far. */
  #lengthBytes = 0
  #length = 0

  constructor(prefix: Prefix, maxSize: number, receive: (message: Uint8Array) => void) {
    super()
    this.#prefix = prefix
    this.#maxSize = maxSize
    this.#receive = receive
  }

  override get buffered(): number {
    return this.#lengthBytes + this.partial.length
  }

  override close(): void {
    super.close()
    this.#lengthBytes = 0
  }

  protected scan(chunk: Buffer): void {
    const { partial } = this
    for (let at = 0; at < chunk.length;) {
      at = this.#readLength(chunk, at)
      if (this.#lengthBytes < this.#prefix.size) return
      if (this.#length > this.#maxSize) throw tooLarge(this.#maxSize)
      const end = at + this.#length - partial.length
      if (end > chunk.length) {
        partial.append(chunk, at, chunk.length)
        return
      }
      this.#lengthBytes = 0
      let goesOn
      if (partial.length === 0) {
        goesOn = this.deliver(chunk, at, end)
      } else {
        partial.append(chunk, at, end)
        goesOn = this.deliver(partial.take(), 0, this.#length)
      }
      if (!goesOn) return
      at = end
    }
  }

  protected emit(bytes: Buffer, start: number, end: number): void {
    this.#receive(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start))
  }

  /** Reads on in the length where it has not come whole. Answers the index behind. */
  #readLength(chunk: Buffer, from: number): number {
    const { size, bigEndian } = this.#prefix
    if (this.#lengthBytes === 0 && chunk.length - from >= size) {
      this.#length = bigEndian ? chunk.readUIntBE(from, size) : chunk.readUIntLE(from, size)
      this.#lengthBytes = size
      return from + size
    }
    let at = from
    for (; this.#lengthBytes < size && at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (this.#lengthBytes === 0) this.#length = 0
      this.#length = bigEndian
        ? this.#length * 256 + byte
        : this.#length + byte * 256 ** this.#lengthBytes
      this.#lengthBytes++
    }
    return at
  }
}

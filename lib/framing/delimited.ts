import { bytesOf, checkOptions, maxSizeOf, messageBytes } from './checks'
import { checkReceiver, Decoder } from './decoder'
import { outOfRange, tooLarge } from './errors'
import type { Framing, FramingOptions } from './framing'

/**
 * Messages that end in a delimiter: a byte, or several. The delimiter itself is not part of the
 * message, and must not occur in one. A stream that ends without it has ended in the midst of a message.
 *
 * @param delimiter at least one byte; a string is taken as UTF-8
 * @example
 * const framing = delimited('\0')
 */
export function delimited(
  delimiter: string | Uint8Array,
  options: FramingOptions = {},
): Framing<Uint8Array> {
  checkOptions(options)
  const maxSize = maxSizeOf(options)
  const mark = Buffer.from(bytesOf(delimiter, 'delimiter', 'utf8'))
  if (mark.length === 0) throw outOfRange('delimiter', 'argument', 'at least one byte', '')
  const failure = failureFunction(mark)
  return {
    maxSize,
    decoder: (receive) => {
      checkReceiver(receive)
      return new DelimitedDecoder(mark, failure, maxSize, receive)
    },
    encode: (message) => {
      const bytes = messageBytes(message, 'utf8', maxSize)
      const encoded = Buffer.concat([bytes, mark])
      // Also one that the message's end and the delimiter make together would end it too early.
      if (encoded.indexOf(mark) === bytes.length) return encoded
      throw outOfRange('message', 'argument', 'without the delimiter', 'one that has it')
    },
  }
}

/**
 * Looks for a delimiter of any length. What may be the beginning of one at a chunk's end is remembered
 * as the number of its bytes that match (Knuth, Morris and Pratt), so that no byte is looked at
 * again when the next chunk comes.
 * @internal
 */
export abstract class DelimiterDecoder extends Decoder {
  readonly #mark: Buffer
  readonly #failure: Uint32Array
  readonly #maxSize: number
  /** Bytes of the delimiter that the stream ends in so far. */
  #matched = 0

  constructor(mark: Buffer, failure: Uint32Array, maxSize: number) {
    super()
    this.#mark = mark
    this.#failure = failure
    this.#maxSize = maxSize
  }

  /**
   * How many of the last bytes are no part of the message, if its end should be there.
   *
   * @param last the last byte, of the message's or before its end
   * @param matched bytes of a delimiter begun
   */
  protected abstract trailing(last: number | undefined, matched: number): number

  protected scan(chunk: Buffer): void {
    let start = 0
    for (let end = this.#find(chunk, 0); end >= 0; end = this.#find(chunk, start)) {
      if (!this.#complete(chunk, start, end)) return
      start = end
    }
    this.#keep(chunk, start)
  }

  /** The index behind the next delimiter that ends in the chunk, or -1. */
  #find(chunk: Buffer, from: number): number {
    const mark = this.#mark
    let at = from
    while (this.#matched > 0 && at < chunk.length) {
      this.#step(chunk[at++])
      if (this.#matched === mark.length) return at
    }
    if (at === chunk.length) return -1
    const index = chunk.indexOf(mark, at)
    if (index >= 0) return index + mark.length
    for (let i = Math.max(at, chunk.length - mark.length + 1); i < chunk.length; i++) {
      this.#step(chunk[i])
    }
    return -1
  }

  #step(byte: number | undefined): void {
    let matched = this.#matched
    while (matched > 0 && this.#mark[matched] !== byte) matched = this.#failure[matched - 1] ?? 0
    this.#matched = this.#mark[matched] === byte ? matched + 1 : 0
  }

  /** A message ends: its delimiter ends at `end`, and may have begun in an earlier chunk. */
  #complete(chunk: Buffer, start: number, end: number): boolean {
    this.#matched = 0
    const { partial } = this
    const border = end - this.#mark.length
    let size = partial.length + border - start
    size -= this.trailing(border > start ? chunk[border - 1] : partial.last, 0)
    if (size > this.#maxSize) throw tooLarge(this.#maxSize)
    if (partial.length === 0) return this.deliver(chunk, start, start + size)
    if (border > start) partial.append(chunk, start, border)
    return this.deliver(partial.take(), 0, size)
  }

  #keep(chunk: Buffer, start: number): void {
    if (start === chunk.length) return
    const size = this.partial.length + chunk.length - start
    const trailing = this.trailing(chunk[chunk.length - 1], this.#matched)
    if (size - trailing > this.#maxSize) throw tooLarge(this.#maxSize)
    this.partial.append(chunk, start, chunk.length)
  }
}

class DelimitedDecoder extends DelimiterDecoder {
  readonly #receive: (message: Uint8Array) => void

  constructor(
    mark: Buffer,
    failure: Uint32Array,
    maxSize: number,
    receive: (message: Uint8Array) => void,
  ) {
    super(mark, failure, maxSize)
    this.#receive = receive
  }

  protected trailing(_last: number | undefined, matched: number): number {
    return matched
  }

  protected emit(bytes: Buffer, start: number, end: number): void {
    this.#receive(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start))
  }
}

/** For each beginning of the delimiter, how long the longest is that it also ends in. @internal */
export function failureFunction(mark: Buffer): Uint32Array {
  const failure = new Uint32Array(mark.length)
  let matched = 0
  for (let i = 1; i < mark.length; i++) {
    while (matched > 0 && mark[matched] !== mark[i]) matched = failure[matched - 1] ?? 0
    if (mark[matched] === mark[i]) matched++
    failure[i] = matched
  }
  return failure
}

import type { BodyLength } from './head'
import { Refusal } from './refusal'

/** Longest line of a chunk's size with its extensions, and of one trailer field. */
const LONGEST_LINE = 4096
/** Bytes of all trailer fields. */
const LONGEST_TRAILERS = 16 * 1024

const enum Expect {
  Size,
  Data,
  DataEnd,
  Trailer,
  Nothing,
}

// RFC 9112 section 7.1: the size in hex; extensions are passed over, but not control characters.

const sizeLine = /^([0-9A-Fa-f]{1,12})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/

const trailerLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/

/**
 * Takes the bytes behind a head apart into the body's, and says where the body ends: Content-Length or
 * chunked (RFC 9112 sections 6 and 7). Trailers are passed over. Any split of the input gives the same
 * result.
 * @internal
 */
export class BodyDecoder {
  readonly #limit: number
  #expect: Expect
  #left: number
  #line = ''
  #trailers = 0
  #total = 0

  constructor(body: BodyLength, limit: number) {
    this.#limit = limit
    this.#left = body === 'chunked' ? 0 : body
    if (body === 'chunked') this.#expect = Expect.Size
    else this.#expect = body === 0 ? Expect.Nothing : Expect.Data
    this.#chunked = body === 'chunked'
    if (this.#left > limit) throw new Refusal('BODY_TOO_LARGE')
  }

  readonly #chunked: boolean

  /** The body has come whole. */
  get done(): boolean {
    return this.#expect === Expect.Nothing
  }

  /**
   * Takes what belongs to the body from `bytes`.
   *
   * @param onData is given views of `bytes`
   * @returns how many bytes were taken; the rest is the next request's
   * @throws Refusal
   */
  take(bytes: Uint8Array, onData: (data: Uint8Array) => void): number {
    let at = 0
    while (at < bytes.length && this.#expect !== Expect.Nothing) {
      if (this.#expect === Expect.Data) {
        const length = Math.min(this.#left, bytes.length - at)
        onData(bytes.subarray(at, at + length))
        at += length
        this.#left -= length
        if (this.#left === 0) this.#expect = this.#chunked ? Expect.DataEnd : Expect.Nothing
      } else {
        at = this.#takeLine(bytes, at)
      }
    }
    return at
  }

  #takeLine(bytes: Uint8Array, from: number): number {
    const feed = bytes.indexOf(0x0a, from)
    const end = feed < 0 ? bytes.length : feed + 1
    if (this.#line.length + (end - from) > LONGEST_LINE) throw new Refusal('BAD_CHUNK')
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1')
    if (feed < 0) return end
    if (!this.#line.endsWith('\r\n')) throw new Refusal('BAD_CHUNK')
    const line = this.#line.slice(0, -2)
    this.#line = ''
    this.#onLine(line)
    return end
  }

  #onLine(line: string): void {
    if (this.#expect === Expect.DataEnd) {
      if (line !== '') throw new Refusal('BAD_CHUNK')
      this.#expect = Expect.Size
    } else if (this.#expect === Expect.Size) {
      const size = sizeLine.exec(line)?.[1]
      if (size === undefined) throw new Refusal('BAD_CHUNK')
      this.#left = parseInt(size, 16)
      this.#total += this.#left
      if (this.#total > this.#limit) throw new Refusal('BODY_TOO_LARGE')
      this.#expect = this.#left === 0 ? Expect.Trailer : Expect.Data
    } else if (line === '') {
      this.#expect = Expect.Nothing
    } else {
      this.#trailers += line.length
      if (!trailerLine.test(line) || this.#trailers > LONGEST_TRAILERS)
        throw new Refusal('BAD_CHUNK')
    }
  }
}

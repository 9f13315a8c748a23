/** The room that a partial message begins with. */
const LEAST = 64

const nothing = Buffer.alloc(0)

/**
 * The beginning of a message whose end has not come. It grows as bytes come, by doubling: each is
 * copied a bounded number of times however small the pieces, and what a peer only announces takes no
 * memory. Without a partial message there is no buffer.
 * @internal
 */
export class PartialMessage {
  length = 0
  #bytes: Buffer = nothing

  /** The last byte; undefined where there is none. */
  get last(): number | undefined {
    return this.#bytes[this.length - 1]
  }

  append(source: Buffer, start: number, end: number): void {
    const wanted = this.length + end - start
    if (wanted > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2, LEAST))
      this.#bytes.copy(grown, 0, 0, this.length)
      this.#bytes = grown
    }
    source.copy(this.#bytes, this.length, start, end)
    this.length = wanted
  }

  /** Hands its buffer over, and is empty. */
  take(): Buffer {
    const bytes = this.#bytes
    this.clear()
    return bytes
  }

  clear(): void {
    this.#bytes = nothing
    this.length = 0
  }
}

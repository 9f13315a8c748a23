import { codedError } from '../sys/errors'

/** What a body asks of its connection. @internal */
export interface BodySource {
  /** Bytes of the body that may wait here before the client has to. */
  readonly highWaterMark: number
  /** Bytes of a body that are collected, or passed over. */
  readonly maxBodySize: number
  /** The handler has begun to read: `100 Continue` is due. */
  onReading(body: RequestBody): void
  /** It is more than its reader collects. Answers what the reader is told. */
  onTooLarge(body: RequestBody): Error
  /** There is room for more. */
  onRoom(): void
}

/**
 * The body of a request on its way to its reader: pieces that have come and wait.
 * @internal
 */
export class RequestBody {
  readonly #source: BodySource
  #chunks: Uint8Array[] = []
  #waiting = 0
  /** Bytes of it that are known of: the Content-Length, or what has come. */
  #size: number
  #come = 0
  /** Bytes that its reader has taken. */
  #read = 0
  /** More is refused: Infinity but where it is collected. */
  #limit = Infinity
  #reading = false
  #complete: boolean
  #failure: Error | undefined
  #taken = false
  #wake: (() => void) | undefined

  /**
   * @param size the Content-Length; 0 where it is chunked
   * @param complete there is none, or nothing of it is to come
   */
  constructor(source: BodySource, size: number, complete: boolean) {
    this.#source = source
    this.#size = size
    this.#complete = complete
  }

  /** Enough of it waits for its reader. */
  get crowded(): boolean {
    return this.#waiting >= this.#source.highWaterMark
  }

  /** Bytes, as far as they are known of, that no reader has taken: come, or to come. */
  get unread(): number {
    return this.#size - this.#read
  }

  /** Its reader has begun, and has neither come to the end nor given up. */
  get reading(): boolean {
    return this.#reading
  }

  /** @param limit bytes beyond which it is refused */
  read(limit = Infinity): AsyncGenerator<Uint8Array, void, undefined> {
    const again = this.#taken
    if (!again) {
      this.#taken = true
      this.#limit = limit
      if (this.#size > limit && this.#failure === undefined) this.#refuse()
    }
    return this.#pieces(again)
  }

  /** @param data is kept */
  push(data: Uint8Array): void {
    this.#chunks.push(data)
    this.#waiting += data.length
    this.#count(data.length)
    if (this.#size > this.#limit) this.#refuse()
    this.#rouse()
  }

  /** So many bytes have come that nobody reads. */
  passOver(bytes: number): void {
    this.#count(bytes)
  }

  end(): void {
    this.#complete = true
    this.#rouse()
  }

  /** The rest is not coming. */
  fail(error: Error): void {
    if (!this.#complete) this.#failure = error
    this.#rouse()
  }

  /** Nobody reads it any more. */
  discard(): void {
    this.#chunks = []
    this.#waiting = 0
  }

  /** @param again somebody has taken it before */
  async *#pieces(again: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    if (again) throw codedError(new Error('The body was read before'), 'ERR_HTTP_BODY_USED')
    this.#reading = true
    this.#source.onReading(this)
    try {
      for (;;) {
        const chunk = this.#chunks.shift()
        if (chunk !== undefined) {
          this.#waiting -= chunk.length
          this.#read += chunk.length
          if (this.#waiting < this.#source.highWaterMark) this.#source.onRoom()
          yield chunk
        } else if (this.#failure !== undefined) {
          throw this.#failure
        } else if (this.#complete) {
          return
        } else {
          await new Promise<void>((wake) => {
            this.#wake = wake
          })
        }
      }
    } finally {
      this.#reading = false
    }
  }

  #count(bytes: number): void {
    this.#come += bytes
    if (this.#come > this.#size) this.#size = this.#come
  }

  #refuse(): void {
    this.discard()
    this.#failure = this.#source.onTooLarge(this)
  }

  #rouse(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}

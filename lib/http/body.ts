import { codedError } from '../sys/errors'

/** What a body asks of its connection. @internal */
export interface BodySource {
  /** Bytes of the body that may wait here before the client has to. */
  readonly highWaterMark: number
  /** The handler has begun to read: `100 Continue` is due. */
  onReading(): void
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
  #complete: boolean
  #failure: Error | undefined
  #taken = false
  #wake: (() => void) | undefined

  /** @param complete there is none, or nothing of it is to come */
  constructor(source: BodySource, complete: boolean) {
    this.#source = source
    this.#complete = complete
  }

  /** Enough of it waits for its reader. */
  get crowded(): boolean {
    return this.#waiting >= this.#source.highWaterMark
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#taken) throw codedError(new Error('The body was read before'), 'ERR_HTTP_BODY_USED')
    this.#taken = true
    this.#source.onReading()
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#waiting -= chunk.length
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
  }

  /** @param data is kept */
  push(data: Uint8Array): void {
    this.#chunks.push(data)
    this.#waiting += data.length
    this.#rouse()
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

  #rouse(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}

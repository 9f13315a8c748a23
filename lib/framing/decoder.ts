import { viewOf } from './checks'
import { coded, truncated, wrongType } from './errors'
import { PartialMessage } from './partial'

/**
 * Cuts one stream of bytes into messages. Those that lie whole within a chunk are handed out without
 * being copied; the rest of a chunk is copied and waits for the next, `maxSize` bytes at most.
 */
export abstract class Decoder {
  protected readonly partial = new PartialMessage()
  #closed = false
  #busy = false
  #failure: Error | undefined
  /** What the receiver threw during this call. */
  #thrown: unknown[] = none

  /** Bytes that are kept: those of a message whose end has not come. */
  get buffered(): number {
    return this.partial.length
  }

  /** No message comes any more: after `end()`, `close()` or a failure. */
  get closed(): boolean {
    return this.#closed
  }

  /** What was wrong with the stream, where something was. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /**
   * Takes the next bytes of the stream and hands out the messages that end in them.
   *
   * An exception of the receiver's is thrown once the others have been handed out (several: an
   * `AggregateError`), and changes nothing for the stream.
   *
   * @param chunk may be used again when this returns
   * @throws RangeError `ERR_MESSAGE_TOO_LARGE`, once the messages before were handed out; it is `failure`
   *   from then on, and the decoder closed
   * @throws Error `ERR_CLOSED`; `ERR_DECODER_BUSY` from within the receiver
   */
  push(chunk: Uint8Array): void {
    const thrown = this.feed(chunk)
    raise(this.#failure === undefined ? thrown : [...thrown, this.#failure])
  }

  /**
   * The stream has ended. Hands out a last message where the framing has ones that need no end
   * (lines). Twice is fine.
   *
   * @throws Error `ERR_MESSAGE_TRUNCATED` in the midst of a message
   */
  end(): void {
    if (this.#closed) return
    const thrown = this.finish()
    raise(this.#failure === undefined ? thrown : [...thrown, this.#failure])
  }

  /** Forgets what is kept: no message comes any more, also of a chunk under way. Twice is fine. */
  close(): void {
    this.#closed = true
    this.partial.clear()
  }

  /** As {@link push}, but answers what the receiver threw, and leaves a failure to be asked for. @internal */
  feed(chunk: Uint8Array): readonly unknown[] {
    const bytes = viewOf(chunk, 'chunk')
    return this.#run(() => {
      this.scan(bytes)
    })
  }

  /** As {@link end}, in the manner of {@link feed}. @internal */
  finish(): readonly unknown[] {
    return this.#run(() => {
      this.last()
      this.close()
    })
  }

  /** Looks for the ends of messages. */
  protected abstract scan(chunk: Buffer): void
  /** Hands out a message that lies in `bytes`. */
  protected abstract emit(bytes: Buffer, start: number, end: number): void

  /** What is left when the stream ends. */
  protected last(): void {
    if (this.buffered > 0) throw truncated()
  }

  /** Hands out a message. False where the decoder was closed by it. */
  protected deliver(bytes: Buffer, start: number, end: number): boolean {
    try {
      this.emit(bytes, start, end)
    } catch (error) {
      if (this.#thrown === none) this.#thrown = []
      this.#thrown.push(error)
    }
    return !this.#closed
  }

  #run(step: () => void): readonly unknown[] {
    if (this.#busy) {
      throw coded(new Error('The decoder was called by its own receiver'), 'ERR_DECODER_BUSY')
    }
    if (this.#closed) throw coded(new Error('The decoder is closed'), 'ERR_CLOSED')
    this.#busy = true
    try {
      step()
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
      this.close()
    }
    this.#busy = false
    const thrown = this.#thrown
    this.#thrown = none
    return thrown
  }
}

const none: unknown[] = []

/** Throws what there is to throw. @internal */
export function raise(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, 'Several messages failed')
}

/** @internal */
export function checkReceiver(receive: unknown): void {
  if (typeof receive !== 'function') throw wrongType('receive', 'argument', 'a function', receive)
}

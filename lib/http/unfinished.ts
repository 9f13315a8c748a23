import { FileSlice } from '../net/file-slice'
import type { Piece } from './piece'

/**
 * What an answer needs that is not given and sent at once: made for those that are not.
 * @internal
 */
export class Unfinished {
  trailers = ''
  #queue: Piece[] | undefined
  #waiting: (() => void)[] | undefined

  /** Keeps what has to wait for the answers in front. */
  enqueue(data: Piece): void {
    ;(this.#queue ??= []).push(data)
  }

  /** What has waited. */
  takeQueue(): Piece[] {
    const queue = this.#queue ?? []
    this.#queue = undefined
    return queue
  }

  /** What waits is not going to be sent. */
  drop(): void {
    for (const piece of this.takeQueue()) {
      if (piece instanceof FileSlice) piece.release()
    }
  }

  /** `resolve` is called once the client has caught up, or has gone. */
  wait(resolve: () => void): void {
    ;(this.#waiting ??= []).push(resolve)
  }

  wake(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const resolve of waiting) resolve()
  }
}

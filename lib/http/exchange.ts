import type { HttpRequest } from './request'
import { FileSlice } from '../net/file-slice'
import type { HttpResponse } from './response'
import type { Piece, ResponseContext, ResponseSink } from './response-context'

/** What an exchange asks of its connection. @internal */
export interface ExchangeOwner {
  /** Sends, or queues where others have to be answered first. False where the client has to catch up. */
  send(exchange: Exchange, data: Piece): boolean
  /** The answer is complete. */
  settle(exchange: Exchange, close: boolean): void
  /** Another request can follow on the connection, as far as is known now. */
  goesOn(exchange: Exchange): boolean
}

/**
 * A request and what is to be sent for it, once those before it are answered. One object per request
 * and no closures: this is the hot path.
 * @internal
 */
export class Exchange implements ResponseSink, ResponseContext {
  /** Absent for a request that was refused before it could be handled. */
  request: HttpRequest | undefined
  response: HttpResponse | undefined
  /** What waits for its turn. */
  readonly queue: Piece[] = []
  finished = false
  close = false
  /** The request is HEAD: its answer has no body. */
  readonly head: boolean
  /** 0 or 1: the minor of HTTP/1.x. */
  readonly minor: number
  readonly #owner: ExchangeOwner
  readonly #wanted: boolean

  /** @param wanted the request leaves the connection open */
  constructor(owner: ExchangeOwner, wanted: boolean, head: boolean, minor: number) {
    this.#owner = owner
    this.#wanted = wanted
    this.head = head
    this.minor = minor
  }

  get keepAlive(): boolean {
    return this.#wanted && this.#owner.goesOn(this)
  }

  write(data: Piece): boolean {
    return this.#owner.send(this, data)
  }

  get method(): string {
    return this.request?.method ?? ''
  }

  field(name: string): string | undefined {
    return this.request?.header(name)
  }

  /** What waits is not going to be sent. */
  drop(): void {
    for (const piece of this.queue.splice(0)) {
      if (piece instanceof FileSlice) piece.release()
    }
  }

  finish(close: boolean): void {
    this.#owner.settle(this, close)
  }
}

import { FileSlice } from '../net/file-slice'
import { Flag } from './heads'
import type { HttpRequest } from './request'
import { HttpResponse } from './response'
import type { Piece, ResponseSink } from './response-context'

/** What an exchange asks of its connection. @internal */
export interface ExchangeOwner {
  /** Sends, or queues where others have to be answered first. False where the client has to catch up. */
  send(exchange: Exchange, data: Piece): boolean
  /** As {@link send}; undefined, and nothing is sent, where the body is not ASCII or has to wait. */
  sendWhole(exchange: Exchange, head: Uint8Array, body: string): boolean | undefined
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
export class Exchange implements ResponseSink {
  /** Absent for a request that was refused before it could be handled. */
  readonly request: HttpRequest | undefined
  readonly response: HttpResponse | undefined
  /** The one behind it. */
  next: Exchange | undefined
  /** What waits for its turn. */
  queue: Piece[] | undefined
  finished = false
  close = false
  readonly #owner: ExchangeOwner
  readonly #wanted: boolean
  readonly #flags: number

  /** @param wanted the request leaves the connection open */
  constructor(owner: ExchangeOwner, wanted: boolean, request: HttpRequest | undefined) {
    this.#owner = owner
    this.#wanted = wanted
    this.#flags = request === undefined ? Flag.MinorOne : request.flags
    this.request = request
    this.response = request === undefined ? undefined : new HttpResponse(this)
  }

  get isHead(): boolean {
    return (this.#flags & Flag.IsHead) !== 0
  }

  get minorOne(): boolean {
    return (this.#flags & Flag.MinorOne) !== 0
  }

  get second(): number | undefined {
    return this.request?.second
  }

  get keepAlive(): boolean {
    return this.#wanted && this.#owner.goesOn(this)
  }

  get method(): string {
    return this.request?.method ?? ''
  }

  field(name: string): string | undefined {
    return this.request?.header(name)
  }

  /** What waits is not going to be sent. */
  drop(): void {
    for (const piece of this.queue ?? []) {
      if (piece instanceof FileSlice) piece.release()
    }
    this.queue = undefined
  }

  write(data: Piece): boolean {
    return this.#owner.send(this, data)
  }

  writeWhole(head: Uint8Array, body: string): boolean | undefined {
    return this.#owner.sendWhole(this, head, body)
  }

  finish(close: boolean): void {
    this.#owner.settle(this, close)
  }
}

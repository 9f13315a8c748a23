import type { Phase } from './deadline'
import { Refusal } from './refusal'
import type { HttpRequest } from './request'

/** Bytes of a body in each of its times that show that it is no trickle: an upload may take long. */
const LEAST_PER_TIME = 64 * 1024

/** The request whose body is coming. @internal */
export class Receiving {
  readonly request: HttpRequest
  expectsContinue: boolean
  /** It ends the connection. */
  readonly last: boolean
  readonly #mostUnread: number
  /** Bytes since its time began. */
  #came = 0

  /** @param mostUnread bytes of the body that may be passed over */
  constructor(request: HttpRequest, expectsContinue: boolean, last: boolean, mostUnread: number) {
    this.request = request
    this.expectsContinue = expectsContinue
    this.last = last
    this.#mostUnread = mostUnread
  }

  count(bytes: number): void {
    this.#came += bytes
  }

  /** Its time is up. Whether it gets another one. */
  paced(): boolean {
    const enough = this.#came >= LEAST_PER_TIME
    this.#came = 0
    return enough
  }

  /** While the client waits for a reader, the time is the handler's, until it has answered. */
  phase(answered: boolean): Phase {
    return this.request.crowded && !answered ? 'answer' : 'body'
  }

  /** It is this one's body that nobody reads and that there is too much of. */
  overruns(request: HttpRequest | undefined): boolean {
    return this.request === request && !this.request.reading && this.endless
  }

  /** More than may be passed over has not been read, as far as is known: there is no way to the next request. */
  get endless(): boolean {
    return this.request.unread > this.#mostUnread
  }

  /**
   * Another request can follow, as far as is known now. An unread `Expect: 100-continue` body may or may not come: only
   * a new connection is certain.
   */
  get goesOn(): boolean {
    return !this.expectsContinue && (this.request.reading || !this.endless)
  }

  /** The connection ends: whoever still reads learns that this is not all. */
  abandon(): void {
    this.request.onFailure(new Refusal(this.endless ? 'BODY_TOO_LARGE' : 'BODY_CUT_SHORT'))
  }
}

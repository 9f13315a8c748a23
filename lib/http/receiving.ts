import type { Phase } from './deadline'
import { Refusal } from './refusal'
import type { HttpRequest } from './request'

/** The request whose body is coming. @internal */
export class Receiving {
  readonly request: HttpRequest
  expectsContinue: boolean
  /** It ends the connection. */
  readonly last: boolean
  readonly #mostUnread: number

  /** @param mostUnread bytes of the body that may be passed over */
  constructor(request: HttpRequest, expectsContinue: boolean, last: boolean, mostUnread: number) {
    this.request = request
    this.expectsContinue = expectsContinue
    this.last = last
    this.#mostUnread = mostUnread
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

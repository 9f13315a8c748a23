import type { LoggedRequest, LoggedResponse } from './access-log'
import type { Timeouts } from './deadline'
import type { Heads } from './heads'
import type { HttpRequest } from './request'
import type { HttpResponse } from './response'

/** What a connection needs of its server. @internal */
export interface ConnectionOwner {
  /** What the connections of this turn have asked. */
  readonly heads: Heads
  readonly timeouts: Timeouts
  /** Requests that a connection may bring. */
  readonly mostRequests: number
  /** Bytes of a body that are collected, or passed over. */
  readonly maxBodySize: number
  /** No further request is taken. */
  closing: boolean
  handle(request: HttpRequest, response: HttpResponse): void
  /** The answer is complete, or the client has gone; or the request was refused. */
  readonly answered: ((request: LoggedRequest, response: LoggedResponse) => void) | undefined
}

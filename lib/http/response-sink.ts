import type { Piece } from './piece'
import type { HttpRequest } from './request'

/** What a response asks of its connection. @internal */
export interface ResponseSink<Response> {
  /** Sends, or queues where others have to be answered first. False where the client has to catch up. */
  send(response: Response, data: Piece): boolean
  /** As {@link send}; undefined, and nothing is sent, where the body is not ASCII or has to wait. */
  sendWhole(response: Response, head: Uint8Array, body: string): boolean | undefined
  /** The answer is complete. */
  onSettled(response: Response): void
  /** Another request can follow this one on the connection, as far as is known now. */
  goesOn(request: HttpRequest): boolean
}

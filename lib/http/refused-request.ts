import type { Socket } from '../net/socket'
import type { LoggedRequest } from './access-log'
import type { Refusal } from './refusal'

/** A request that no handler gets: what a log can be told of it. @internal */
export class RefusedRequest implements LoggedRequest {
  readonly socket: Socket
  readonly refusal: Refusal
  readonly method: string | undefined
  readonly url: string | undefined
  readonly httpVersion: string | undefined

  /** @param line the request line, a good one; empty where it has not been read */
  constructor(socket: Socket, refusal: Refusal, line = '') {
    this.socket = socket
    this.refusal = refusal
    if (line === '') return
    const [method, url, version] = line.split(' ')
    this.method = method
    this.url = url
    this.httpVersion = version?.slice('HTTP/'.length)
  }

  /** Fields are not kept of what is refused. */
  header(): undefined {
    return undefined
  }
}

import { UdpReactor } from '../net/udp-reactor'
import { Heads } from './heads'
import { HttpServer, type ServeOptions } from './server'

let shared: Reactor | undefined

/**
 * Waits for descriptors with select, poll or epoll, and calls handlers: `register` for any descriptor,
 * `listen` and `connect` for stream sockets, `udp` for datagrams, `serve` for HTTP/1.1. It shares its thread with Node's own
 * loop.
 *
 * Several reactors on epoll may run in one thread; one on select or poll runs alone in its thread,
 * because it waits for the whole of it.
 *
 * @example
 * const reactor = new Reactor()
 * reactor.register(fd, { readable: true }, (events, registration) => { … })
 * await reactor.run()
 */
export class Reactor extends UdpReactor {
  #heads: Heads | undefined

  /**
   * The thread's own reactor: made at the first call, hosted at once, so that it delivers without
   * `run()`. By itself it keeps no process alive; what is registered and referenced does.
   */
  static shared(): Reactor {
    if (shared === undefined || shared.closed) {
      shared = new Reactor()
      shared.hostPerpetually()
    }
    return shared
  }

  /**
   * Serves HTTP/1.1 (RFC 9110, RFC 9112). Works from `run()` or `turn()` on.
   *
   * Requests are taken strictly: whatever two parsers could read differently is 400 and ends the
   * connection. Answers to pipelined requests leave in their order.
   *
   * @throws SystemError EADDRINUSE … as {@link listen}
   */
  serve(options: ServeOptions): HttpServer {
    this.mustBeOpen()
    const closed = (): boolean => this.closed
    return new HttpServer(
      {
        listen: (listenOptions, decoding) => this.listenDecoded(listenOptions, decoding),
        heads: (this.#heads ??= new Heads(this.plane)),
        get closed() {
          return closed()
        },
        failed: (error) => {
          this.failed(error)
        },
      },
      options,
    )
  }
}

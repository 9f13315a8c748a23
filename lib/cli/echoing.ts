import type { Reactor, SocketHandlers } from '../index'

/** Sends back what comes; a peer that does not read is not read from, and one that ends is ended. */
export const echoing: SocketHandlers = {
  data: (socket, chunk) => {
    if (!socket.write(chunk)) socket.pause()
  },
  drain: (socket) => {
    socket.resume()
  },
}

/** Ends every connection behind what is still to be sent. */
export function endAll(reactor: Reactor): void {
  for (const socket of reactor.sockets()) socket.end()
}

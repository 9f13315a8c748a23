import type { Socket, SocketHandlers } from '../index'

/** What an echo server does, and how its connections are ended. */
export interface Echoing {
  readonly handlers: SocketHandlers
  /** Ends every connection behind what is still to be sent. */
  readonly end: () => void
}

/** Sends back what comes; a peer that does not read is not read from. */
export function echoing(): Echoing {
  const sockets = new Set<Socket>()
  return {
    handlers: {
      open: (socket) => {
        sockets.add(socket)
      },
      data: (socket, chunk) => {
        if (!socket.write(chunk)) socket.pause()
      },
      drain: (socket) => {
        socket.resume()
      },
      end: (socket) => {
        socket.end()
      },
      close: (socket) => {
        sockets.delete(socket)
      },
    },
    end() {
      for (const socket of sockets) socket.end()
    },
  }
}

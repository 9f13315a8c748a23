import { Reactor, type Socket } from '../index'
import { readServerOptions, serverHelp, serverOptions } from './server-options'
import { serveUntilSignal } from './serving'
import { type Command, parse } from './usage'

const DEFAULT_PORT = 7000

/** Sends back what it gets, until the peer has sent all. */
export const echo: Command = {
  name: 'echo',
  summary: 'a TCP server that sends back what it gets',
  help: `edgeloop echo [options]

Sends back what it gets. A peer that does not read is not read from: memory stays bounded.

${serverHelp(DEFAULT_PORT)}

try it:  nc 127.0.0.1 ${String(DEFAULT_PORT)}
`,
  async run(words) {
    const options = readServerOptions(parse(words, serverOptions).values, DEFAULT_PORT)
    const { port, hostname, backend, trigger } = options
    const reactor = new Reactor({ backend })
    const sockets = new Set<Socket>()
    const listener = reactor.listen({
      port,
      hostname,
      trigger,
      socket: {
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
    })
    return serveUntilSignal(reactor, listener, 'tcp', options, () => {
      listener.close()
      for (const socket of sockets) socket.end()
    })
  },
}

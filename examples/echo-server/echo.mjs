// @ts-check
// A TCP echo server on the Reactor, which reads no faster than its peers do.
//   node examples/echo-server/echo.mjs [PORT]

import process from 'node:process'
import { Reactor } from 'edgeloop'

const reactor = new Reactor()
const listener = reactor.listen({
  port: Number(process.argv[2] ?? 7000),
  socket: {
    data(socket, chunk) {
      if (!socket.write(chunk)) socket.pause()
    },
    drain(socket) {
      socket.resume()
    },
    error(socket, error) {
      console.log(`${String(socket.remoteAddress)}: ${error.message}`)
    },
  },
})
process.once('SIGINT', () => {
  reactor.close()
})

console.log(`listening on tcp://127.0.0.1:${String(listener.port)} (${reactor.backend})`)
console.log(`try: nc 127.0.0.1 ${String(listener.port)}   end: Ctrl-C`)
await reactor.run()

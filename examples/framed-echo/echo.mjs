// @ts-check
// An echo server that answers line by line, however the lines came: TCP keeps no borders.
//   node examples/framed-echo/echo.mjs [PORT]

import process from 'node:process'
import { Reactor } from 'edgeloop'
import { framed, lines } from 'edgeloop/framing'

const framing = lines({ maxSize: 1024 })
const reactor = new Reactor()
const listener = reactor.listen({
  port: Number(process.argv[2] ?? 7000),
  socket: framed(framing, {
    /** @param {import('edgeloop').Socket} socket @param {string} line */
    message(socket, line) {
      const below = socket.write(framing.encode(`${String(line.length)}: ${line}`))
      if (!below) socket.pause() // it does not read: nor do we
    },
    drain(socket) {
      socket.resume()
    },
    // Too long a line ends here too, with ERR_MESSAGE_TOO_LARGE.
    close(_socket, error) {
      if (error !== undefined) console.log(`closed: ${error.message}`)
    },
  }),
})
process.once('SIGINT', () => {
  reactor.close()
})

console.log(`listening on tcp://127.0.0.1:${String(listener.port)} (${reactor.backend})`)
console.log(`try: nc 127.0.0.1 ${String(listener.port)}   end: Ctrl-C`)
await reactor.run()

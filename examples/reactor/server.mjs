// @ts-check
// A server of node:net, on libuv's own watchers: it knows nothing of the Reactor.

import net from 'node:net'
/** @import { Watch } from './side-by-side.mjs' */

/** @type {Watch} */
export function watch(_reactor, say) {
  const server = net.createServer((socket) => {
    socket.on('error', (error) => {
      say('server', error.message)
    })
    socket.on('data', (chunk) => {
      say('server', `${String(chunk.length)} bytes`)
      socket.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : address
    console.log(`try: nc 127.0.0.1 ${String(port)}`)
  })
  return () => {
    server.close()
  }
}

// @ts-check
// Started by balance.mjs: serves the connections that come over the Unix socket.

import process from 'node:process'
import { Reactor } from 'edgeloop'

const reactor = new Reactor()
/** @type {import('edgeloop').SocketHandlers} */
const echo = {
  open(client) {
    client.write(`worker ${String(process.pid)} echoes\n`)
  },
  data(client, chunk) {
    client.write(chunk)
  },
}

await Promise.all([
  reactor.connect({
    path: `\0${String(process.argv[2])}`,
    handles: true,
    socket: {
      handle(_road, fds) {
        for (const fd of fds) reactor.adopt(fd, { socket: echo })
      },
      close: () => process.exit(),
    },
  }),
  reactor.run(),
])

// @ts-check
// An echo server on select(2): three sets, made anew for each wait.
//   node examples/echo-multiplexers/select.mjs [PORT]

import { select } from 'edgeloop/sys'
import { EchoServer } from './echo.mjs'

const server = new EchoServer('select')
while (true) {
  const readers = [server.stop, server.listener]
  const writers = []
  for (const { fd, hasUnsent } of server.connections.values()) {
    if (hasUnsent) writers.push(fd)
    else readers.push(fd)
  }

  const ready = select(readers, writers)

  if (ready.read.includes(server.stop)) break
  for (const fd of [...ready.read, ...ready.write]) {
    const connection = server.connections.get(fd)
    if (connection?.step() === 'over') server.drop(connection)
  }
  // After the others, so that a number just closed and given anew is not taken for the old one.
  if (ready.read.includes(server.listener)) server.accept()
}
server.close()

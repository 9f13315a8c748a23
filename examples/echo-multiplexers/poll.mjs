// @ts-check
// An echo server on poll(2): one array of descriptors and events, passed whole to each wait.
//   node examples/echo-multiplexers/poll.mjs [PORT]

import { constants, poll } from 'edgeloop/sys'
import { EchoServer } from './echo.mjs'

const { POLLIN, POLLOUT } = constants

const server = new EchoServer('poll')
while (true) {
  const entries = [
    { fd: server.stop, events: POLLIN },
    { fd: server.listener, events: POLLIN },
  ]
  for (const { fd, hasUnsent } of server.connections.values()) {
    entries.push({ fd, events: hasUnsent ? POLLOUT : POLLIN })
  }

  const ready = poll(entries).map(({ fd }) => fd)

  if (ready.includes(server.stop)) break
  for (const fd of ready) {
    // POLLERR and POLLHUP come unasked; the step meets the error itself.
    const connection = server.connections.get(fd)
    if (connection?.step() === 'over') server.drop(connection)
  }
  // After the others, so that a number just closed and given anew is not taken for the old one.
  if (ready.includes(server.listener)) server.accept()
}
server.close()

// @ts-check
// One thread, two ways to wait: a server of node:net, a timer of Node's, and a timerfd on the Reactor.
//   node examples/beside-node/beside.mjs [PORT]

import net from 'node:net'
import process from 'node:process'
import { Reactor } from 'edgeloop'
import { close, constants, eventfd_read, timerfd_create, timerfd_settime } from 'edgeloop/sys'

const counts = { connections: 0, timeouts: 0, expirations: 0 }

const fd = timerfd_create(constants.CLOCK_MONOTONIC, constants.TFD_NONBLOCK)
timerfd_settime(fd, 0, { value: 50, interval: 50 })
// The thread's own reactor: no run(), it delivers as long as Node's loop goes round.
const registration = Reactor.shared().register(fd, { readable: true }, () => {
  const expirations = Number(eventfd_read(fd))
  if (expirations !== -constants.EAGAIN) counts.expirations += expirations
})

const interval = setInterval(() => {
  counts.timeouts++
}, 50)

const server = net.createServer((socket) => {
  counts.connections++
  socket.on('error', (error) => {
    console.log(error.message)
  })
  socket.end(`${JSON.stringify(counts)}\n`)
})
server.listen(Number(process.argv[2] ?? 7000), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : address
  console.log(`listening on tcp://127.0.0.1:${String(port)} (node:net)`)
  console.log(`try: nc 127.0.0.1 ${String(port)}   end: Ctrl-C`)
})

process.once('SIGINT', () => {
  server.close()
  clearInterval(interval)
  registration.close()
  close(fd)
})

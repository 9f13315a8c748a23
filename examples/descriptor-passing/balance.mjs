// @ts-check
// One process accepts, others serve: each connection's descriptor goes to a worker over a Unix socket.
//   node examples/descriptor-passing/balance.mjs [PORT [WORKERS]]

import { fork } from 'node:child_process'
import process from 'node:process'
import { Reactor } from 'edgeloop'

const [port = '7000', count = '2'] = process.argv.slice(2)
const reactor = new Reactor()

/** @type {import('edgeloop').Socket[]} */
const workers = []
const road = reactor.listen({
  path: `\0edgeloop-balance-${String(process.pid)}`, // an abstract name: no file
  socket: {
    open(worker) {
      if (workers.push(worker) === Number(count)) accept()
    },
    close(worker) {
      workers.splice(workers.indexOf(worker), 1)
    },
  },
})

const children = Array.from({ length: Number(count) }, () =>
  fork(new URL('worker.mjs', import.meta.url), [String(road.path?.slice(1))]),
)

function accept() {
  let next = 0
  const listener = reactor.listen({
    port: Number(port),
    socket: {
      open(client) {
        // The worker gets a copy of the descriptor; this process lets go of its own.
        workers[next++ % workers.length]?.sendHandle(client.fd)
        client.destroy()
      },
    },
  })
  console.log(`listening on tcp://127.0.0.1:${String(listener.port)} (${reactor.backend})`)
  console.log(`try: nc 127.0.0.1 ${String(listener.port)}, several times   end: Ctrl-C`)
  console.log(`workers: ${workers.map((worker) => worker.peerCredentials()?.pid).join(', ')}`)
}

process.once('SIGINT', () => {
  for (const child of children) child.kill()
  reactor.close()
})
await reactor.run()

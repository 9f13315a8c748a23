// @ts-check
// A dictionary over UDP: a word comes in one datagram, what it means goes back in another. Nobody
// connects, so one socket serves everybody, and whoever hears nothing asks again.
//   node examples/dictionary-server/dictionary.mjs [PORT]

import process from 'node:process'
import { Reactor } from 'edgeloop'

const meanings = new Map([
  ['select', 'waits for descriptors below 1024; the sets are written anew for each call'],
  ['poll', 'waits for any descriptors; the list is passed and read whole in each call'],
  ['epoll', 'waits for descriptors that the kernel remembers; answers only those that are ready'],
  ['datagram', 'a message that comes whole or not at all, perhaps twice, perhaps out of order'],
])

const reactor = new Reactor()
const socket = reactor.udp({
  port: Number(process.argv[2] ?? 7000),
  maxDatagramSize: 64,
  data(bytes, rinfo, socket) {
    const word = Buffer.from(bytes).toString().trim().toLowerCase()
    const meaning = rinfo.truncated ? undefined : meanings.get(word)
    // False: too many answers wait already. This one is lost, as a datagram may be.
    socket.send(`${word}: ${meaning ?? 'not in this dictionary'}\n`, rinfo)
  },
  error(error) {
    console.log(error.message)
  },
})
process.once('SIGINT', () => {
  const { received, sent, dropped } = socket.stats()
  console.log(`${String(received)} asked, ${String(sent)} answered, ${String(dropped)} dropped`)
  reactor.close()
})

console.log(`listening on udp://127.0.0.1:${String(socket.port)} (${reactor.backend})`)
console.log(`try: echo epoll | nc -u -w1 127.0.0.1 ${String(socket.port)}   end: Ctrl-C`)
await reactor.run()

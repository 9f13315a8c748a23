// @ts-check
// A chat room: lines out of a stream of bytes, and no memory for those who do not read.
//   node examples/chat/chat.mjs [PORT]

import process from 'node:process'
import { StringDecoder } from 'node:string_decoder'
import { Reactor } from 'edgeloop'

/** @typedef {{ name: string, line: string, decoder: StringDecoder }} Guest */
/** @typedef {import('edgeloop').Socket<Guest>} GuestSocket */

const LONGEST_LINE = 1024
/** @type {Set<GuestSocket>} */
const room = new Set()
let guests = 0

/** @param {string} text @param {GuestSocket} [except] */
function tellAll(text, except) {
  for (const socket of room) {
    if (socket === except || socket.write(`${text}\n`)) continue
    // It has not read for a whole high-water mark: others' words are not kept for it.
    room.delete(socket)
    socket.destroy()
  }
}

/** @param {GuestSocket} socket @param {string} text */
function take(socket, text) {
  const guest = socket.data
  if (guest === undefined) return
  const lines = (guest.line + text).split('\n')
  guest.line = lines.pop() ?? ''
  for (const line of lines) tellAll(`${guest.name}: ${line.trimEnd()}`, socket)
  if (guest.line.length > LONGEST_LINE) socket.destroy(new Error('too long a line'))
}

const reactor = new Reactor()
const listener = reactor.listen({
  port: Number(process.argv[2] ?? 7000),
  // More than one turn of the reactor can bring, so that a burst alone drops nobody.
  highWaterMark: 1024 * 1024,
  /** @type {import('edgeloop').SocketHandlers<Guest>} */
  socket: {
    open(socket) {
      const name = `guest ${String(++guests)}`
      socket.data = { name, line: '', decoder: new StringDecoder() }
      socket.write(`you are ${name}, with ${String(room.size)} others\n`)
      tellAll(`${name} is here`)
      room.add(socket)
    },
    data(socket, chunk) {
      // A character may be cut by the border of a chunk: the decoder keeps its beginning.
      take(socket, socket.data?.decoder.write(chunk) ?? '')
    },
    close(socket, error) {
      room.delete(socket)
      tellAll(
        `${String(socket.data?.name)} is gone${error === undefined ? '' : `: ${error.message}`}`,
      )
    },
  },
})
process.once('SIGINT', () => {
  reactor.close()
})

console.log(`listening on tcp://127.0.0.1:${String(listener.port)} (${reactor.backend})`)
console.log(`try: nc 127.0.0.1 ${String(listener.port)}, twice   end: Ctrl-C`)
await reactor.run()

import dgram from 'node:dgram'
import process from 'node:process'

const socket = dgram.createSocket('udp4', (bytes, { port, address }) => {
  socket.send(bytes, port, address)
})
// A send that failed: datagrams may get lost.
socket.on('error', () => undefined)
socket.bind(0, '127.0.0.1', () => {
  const { port } = socket.address()
  process.stdout.write(`listening on udp://127.0.0.1:${String(port)} (node:dgram)\n`)
})
process.on('SIGTERM', () => process.exit(0))

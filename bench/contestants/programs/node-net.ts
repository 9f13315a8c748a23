import net from 'node:net'
import process from 'node:process'

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => socket.write(chunk))
})

server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`listening on tcp://127.0.0.1:${String(address.port)} (node:net)\n`)
})
process.on('SIGTERM', () => process.exit(0))

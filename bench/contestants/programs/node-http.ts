import http from 'node:http'
import process from 'node:process'

const server = http.createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 13 })
  response.end('Hello, World!')
})
// A run may keep a connection quiet for longer than the default of five seconds.
server.keepAliveTimeout = 60_000

server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`listening on http://127.0.0.1:${String(address.port)} (node:http)\n`)
})
process.on('SIGTERM', () => process.exit(0))

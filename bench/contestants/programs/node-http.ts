import { createReadStream, promises as files } from 'node:fs'
import http from 'node:http'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { record } from './record'

const [job = 'http', file = ''] = process.argv.slice(2)

function greet(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 13 })
  response.end('Hello, World!')
}

async function greetLater(response: http.ServerResponse): Promise<void> {
  await Promise.resolve()
  greet(response)
}

function describe({ headers }: http.IncomingMessage, response: http.ServerResponse): void {
  const request = headers['x-request-id']
  const text = JSON.stringify(
    record(headers['user-agent'] ?? '', headers['accept-language'] ?? '', String(request)),
  )
  const length = Buffer.byteLength(text)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length })
  response.end(text)
}

async function send(response: http.ServerResponse): Promise<void> {
  const { size } = await files.stat(file)
  const type = 'application/octet-stream'
  response.writeHead(200, { 'content-type': type, 'content-length': size })
  // A client that goes in the middle is none of a benchmark's business.
  await pipeline(createReadStream(file), response).catch(() => undefined)
}

const server = http.createServer((request, response) => {
  if (file !== '') void send(response)
  else if (job === 'http-headers') describe(request, response)
  else if (job === 'http-async') void greetLater(response)
  else greet(response)
})
// A run may keep a connection quiet for longer than the default of five seconds.
server.keepAliveTimeout = 60_000

server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`listening on http://127.0.0.1:${String(address.port)} (node:http)\n`)
})
process.on('SIGTERM', () => process.exit(0))

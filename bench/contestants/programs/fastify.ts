// PACKAGE JOB [FILE]

import { createReadStream, promises as files } from 'node:fs'
import type http from 'node:http'
import { createRequire } from 'node:module'
import process from 'node:process'
import { record } from './record'

/** What is used here of Fastify. */
interface Reply {
  type(type: string): this
  header(name: string, value: number): this
  send(body: unknown): this
}
type Handler = (request: { headers: http.IncomingHttpHeaders }, reply: Reply) => unknown
interface Application {
  readonly version: string
  get(path: string, handler: Handler): void
  listen(options: { host: string; port: number; backlog: number }): Promise<string>
}
type Fastify = (options: { keepAliveTimeout: number }) => Application

const [package_ = '', job, file = ''] = process.argv.slice(2)
const fastify = createRequire(__filename)(package_) as Fastify

const greet: Handler = (_request, reply) => {
  reply.type('text/plain').send('Hello, World!')
}

const greetLater: Handler = async (_request, reply) => {
  await Promise.resolve()
  return reply.type('text/plain').send('Hello, World!')
}

const describe: Handler = ({ headers }, reply) => {
  const request = String(headers['x-request-id'])
  reply.send(record(headers['user-agent'] ?? '', headers['accept-language'] ?? '', request))
}

const send: Handler = async (_request, reply) => {
  const { size } = await files.stat(file)
  reply.type('application/octet-stream').header('content-length', size)
  return reply.send(createReadStream(file))
}

const handlers: Readonly<Record<string, Handler>> = {
  'http-async': greetLater,
  'http-headers': describe,
}

const application = fastify({ keepAliveTimeout: 60_000 })
application.get('/*', file === '' ? (handlers[job ?? ''] ?? greet) : send)
void application.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }).then((where) => {
  process.stdout.write(`listening on ${where} (Fastify ${application.version})\n`)
})
process.on('SIGTERM', () => process.exit(0))

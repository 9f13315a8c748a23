// PACKAGE JOB

import { createRequire } from 'node:module'
import process from 'node:process'
import { record } from './record'

/** What is used here of uWebSockets.js. */
interface UwsRequest {
  getHeader(name: string): string
}
interface UwsResponse {
  writeHeader(name: string, value: string): this
  end(body: string): this
  onAborted(handler: () => void): this
  cork(handler: () => void): this
}
type Handler = (response: UwsResponse, request: UwsRequest) => void
interface Application {
  get(path: string, handler: Handler): this
  listen(host: string, port: number, handler: (socket: object | false) => void): this
}
interface Uws {
  App(): Application
  us_socket_local_port(socket: object): number
}

const [package_ = '', job] = process.argv.slice(2)
const uws = createRequire(__filename)(package_) as Uws

const greet = (response: UwsResponse): void => {
  response.writeHeader('Content-Type', 'text/plain').end('Hello, World!')
}

async function greetLater(response: UwsResponse): Promise<void> {
  const client = { gone: false }
  response.onAborted(() => {
    client.gone = true
  })
  await Promise.resolve()
  if (client.gone) return
  response.cork(() => {
    greet(response)
  })
}

const describe: Handler = (response, request) => {
  const agent = request.getHeader('user-agent')
  const language = request.getHeader('accept-language')
  const text = JSON.stringify(record(agent, language, request.getHeader('x-request-id')))
  response.writeHeader('Content-Type', 'application/json').end(text)
}

const handlers: Readonly<Record<string, Handler>> = {
  'http-async': (response) => void greetLater(response),
  'http-headers': describe,
}

uws
  .App()
  .get('/*', handlers[job ?? ''] ?? greet)
  .listen('127.0.0.1', 0, (socket) => {
    if (socket === false) throw new Error('cannot listen')
    const port = String(uws.us_socket_local_port(socket))
    process.stdout.write(`listening on http://127.0.0.1:${port} (uWebSockets.js)\n`)
  })
process.on('SIGTERM', () => process.exit(0))

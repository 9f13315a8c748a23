// BACKEND TRIGGER JOB [FILE]: what `edgeloop http --hello` does not answer.

import { Reactor, type Backend, type HttpHandler, type ListenOptions } from 'edgeloop'
import process from 'node:process'
import { record } from './record'

const [backend, trigger, job, file = ''] = process.argv.slice(2)

const describe: HttpHandler = (request, response) => {
  const agent = request.header('user-agent') ?? ''
  const language = request.header('accept-language') ?? ''
  response.send(record(agent, language, request.header('x-request-id') ?? ''))
}

const greetLater: HttpHandler = async (_request, response) => {
  await Promise.resolve()
  response.header('Content-Type', 'text/plain').send('Hello, World!')
}

const send: HttpHandler = (_request, response) => {
  response.sendFile(file)
}

const reactor = new Reactor({ backend: backend as Backend })
const server = reactor.serve({
  hostname: '127.0.0.1',
  port: 0,
  trigger: trigger as NonNullable<ListenOptions['trigger']>,
  handler: file !== '' ? send : job === 'http-headers' ? describe : greetLater,
})
process.on('SIGTERM', () => process.exit(0))
void server.ready.then(() => {
  const where = `http://127.0.0.1:${String(server.port)}`
  process.stdout.write(`listening on ${where} (${String(backend)}, ${String(trigger)})\n`)
})
void reactor.run()

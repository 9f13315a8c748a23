import { type HttpHandler, type HttpResponse, Reactor } from '../index'
import { readServerOptions, serverHelp, serverOptions } from './server-options'
import { serveUntilSignal } from './serving'
import { type Command, parse, UsageError } from './usage'

const DEFAULT_PORT = 8080

function greet(response: HttpResponse): void {
  response.header('Content-Type', 'text/plain').send('Hello, World!')
}

/** Answers every path; what carries a body is answered once it has been read. */
const hello: HttpHandler = (request, response) => {
  if (request.method === 'GET' || request.method === 'HEAD') {
    greet(response)
    return undefined
  }
  return request.bytes().then(() => {
    greet(response)
  })
}

/** Serves HTTP/1.1. */
export const http: Command = {
  name: 'http',
  summary: 'an HTTP/1.1 server',
  help: `edgeloop http --hello [options]

  --hello           answers every path with 200 and "Hello, World!"
${serverHelp(DEFAULT_PORT)}

try it:  curl -i http://127.0.0.1:${String(DEFAULT_PORT)}/
`,
  async run(words) {
    const { values, positionals } = parse(
      words,
      { ...serverOptions, hello: { type: 'boolean' } },
      true,
    )
    const options = readServerOptions(values, DEFAULT_PORT)
    if (positionals.length > 0) {
      throw new UsageError('files are not served yet; --hello answers every path')
    }
    if (values.hello !== true) throw new UsageError('say what to serve: --hello')
    const { port, hostname, backend, trigger } = options
    const reactor = new Reactor({ backend })
    const server = reactor.serve({ port, hostname, trigger, handler: hello })
    return serveUntilSignal(reactor, server, 'http', options, () => {
      void server.close({ graceful: true })
    })
  },
}

import path from 'node:path'
import { Reactor } from '../index'
import { hello } from './hello'
import { readServerOptions, serverHelp, serverOptions } from './server-options'
import { clusterUntilSignal, serveUntilSignal } from './serving'
import { type Command, parse, UsageError } from './usage'

const DEFAULT_PORT = 8080

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
    if (options.workers !== undefined) {
      return clusterUntilSignal(path.join(__dirname, 'http-worker.js'), 'http', options)
    }
    const { port, hostname, backend, trigger } = options
    const reactor = new Reactor({ backend })
    const server = reactor.serve({ port, hostname, trigger, handler: hello })
    return serveUntilSignal(reactor, server, 'http', options, () => {
      void server.close({ graceful: true })
    })
  },
}

import path from 'node:path'
import { Reactor } from '../index'
import { echoing, endAll } from './echoing'
import { readServerOptions, serverHelp, serverOptions } from './server-options'
import { clusterUntilSignal, serveUntilSignal } from './serving'
import { type Command, parse } from './usage'

const DEFAULT_PORT = 7000

/** Sends back what it gets, until the peer has sent all. */
export const echo: Command = {
  name: 'echo',
  summary: 'a TCP server that sends back what it gets',
  help: `edgeloop echo [options]

Sends back what it gets. A peer that does not read is not read from: memory stays bounded.

${serverHelp(DEFAULT_PORT)}

try it:  nc 127.0.0.1 ${String(DEFAULT_PORT)}
`,
  async run(words) {
    const options = readServerOptions(parse(words, serverOptions).values, DEFAULT_PORT)
    if (options.workers !== undefined) {
      return clusterUntilSignal(path.join(__dirname, 'echo-worker.js'), 'tcp', options)
    }
    const { port, hostname, backend, trigger } = options
    const reactor = new Reactor({ backend })
    const listener = reactor.listen({ port, hostname, trigger, socket: echoing })
    return serveUntilSignal(reactor, listener, 'tcp', options, () => {
      listener.close()
      endAll(reactor)
    })
  },
}

import path from 'node:path'
import { Reactor } from '../index'
import { httpOptions, type HttpTask } from './http-task'
import { readServerOptions, serverHelp, serverOptions } from './server-options'
import { clusterUntilSignal, serveUntilSignal } from './serving'
import { adviceFor, givenSiteOption, readSite, siteHelp, siteOptions } from './site'
import { type Command, parse, UsageError } from './usage'

const DEFAULT_PORT = 8080

/** Serves HTTP/1.1. */
export const http: Command = {
  name: 'http',
  summary: 'an HTTP/1.1 server: the files below a directory',
  help: `edgeloop http [ROOT] [options]
edgeloop http --hello [options]

Serves the files below ROOT (.), and nothing outside of it: conditional requests, ranges, MIME types, sendfile(2).

${siteHelp}
  --hello           no files: answers every path with 200 and "Hello, World!"
  --log             a line on stdout for each answer, in the Common Log Format
${serverHelp(DEFAULT_PORT)}

try it:  edgeloop http . --listing --log
         curl -i http://127.0.0.1:${String(DEFAULT_PORT)}/
`,
  async run(words) {
    const { values, positionals } = parse(
      words,
      {
        ...serverOptions,
        ...siteOptions,
        hello: { type: 'boolean' },
        log: { type: 'boolean' },
      },
      true,
    )
    const options = readServerOptions(values, DEFAULT_PORT)
    const [root, extra] = positionals
    if (extra !== undefined) throw new UsageError(`one ROOT only, not '${extra}' too`)
    if (values.hello === true) {
      const given = root === undefined ? givenSiteOption(values) : `'${root}'`
      if (given !== undefined) throw new UsageError(`--hello serves no files: without ${given}`)
    }
    const site = values.hello === true ? undefined : readSite(root ?? '.', values)
    const what = site === undefined ? '' : `serving ${site.root}\n${adviceFor(site)}`
    const { port, hostname, backend } = options
    const task: HttpTask = { trigger: options.trigger, site, log: values.log === true }
    if (options.workers !== undefined) {
      const module = path.join(__dirname, 'http-worker.js')
      return clusterUntilSignal(module, 'http', options, task, what)
    }
    const reactor = new Reactor({ backend })
    const server = reactor.serve({ port, hostname, ...httpOptions(task) })
    const close = (): void => void server.close({ graceful: true })
    return serveUntilSignal(reactor, server, 'http', options, close, what)
  },
}

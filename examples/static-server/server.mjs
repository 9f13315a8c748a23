// @ts-check
// The files below a directory, with what is asked of a site: a path of its own beside them, a page for what is
// not there, a log.
//   node examples/static-server/server.mjs [FOLDER] [PORT]

import process from 'node:process'
import { commonLog, Reactor, serveStatic } from 'edgeloop'

const [folder = '.', port = '8000'] = process.argv.slice(2)
const files = serveStatic(folder, {
  listing: true,
  precompressed: true,
  cacheControl: 'max-age=60',
  otherwise(request, response) {
    response.status(404).send(`There is no ${request.path} here\n`)
  },
})

const reactor = new Reactor()
const server = reactor.serve({
  port: Number(port),
  handler(request, response) {
    if (request.path !== '/time') return files(request, response)
    response.send({ now: new Date() })
    return undefined
  },
  log(request, response) {
    console.log(commonLog(request, response))
  },
})
process.once('SIGINT', () => {
  void server.close({ graceful: true, deadline: 3000 })
})

const address = `http://127.0.0.1:${String(server.port)}`
console.log(`listening on ${address} (${reactor.backend})`)
console.log(`try: curl -i ${address}/ ; curl ${address}/time   end: Ctrl-C`)
await reactor.run()
files.close()
reactor.close()

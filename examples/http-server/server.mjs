// @ts-check
// HTTP/1.1 on the Reactor: an answer, a body that is read, one that comes piece by piece.
//   node examples/http-server/server.mjs [PORT]

import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { Reactor } from 'edgeloop'

const reactor = new Reactor()
const server = reactor.serve({
  port: Number(process.argv[2] ?? 8000),
  maxBodySize: 64 * 1024,
  async handler(request, response) {
    switch (`${request.method} ${request.path}`) {
      case 'GET /':
        response.send({ hello: request.query.get('name') ?? 'World' })
        break
      case 'POST /upper':
        // A body over the limit is answered 413, and the wait for it ends with an error: no catch needed.
        response.send((await request.text()).toUpperCase())
        break
      case 'GET /numbers':
        for (let i = 1; i <= 5 && !response.closed; i++) {
          if (!response.write(`${String(i)}\n`)) await response.drained()
          await setTimeout(100)
        }
        response.end()
        break
      default:
        response.sendStatus(404)
    }
  },
})
process.once('SIGINT', () => {
  void server.close({ graceful: true })
})

const address = `http://127.0.0.1:${String(server.port)}`
console.log(`listening on ${address} (${reactor.backend})`)
console.log(`try: curl '${address}/?name=you' ; curl -d hello ${address}/upper   end: Ctrl-C`)
await reactor.run()
reactor.close()

import { Reactor, type Backend } from 'edgeloop'
import process from 'node:process'

const [backend = '', trigger = ''] = process.argv.slice(2)
const reactor = new Reactor({ backend: backend as Backend })
const { port } = reactor.udp({
  port: 0,
  hostname: '127.0.0.1',
  trigger: trigger === 'edge' ? 'edge' : 'level',
  data(bytes, rinfo, socket) {
    socket.send(bytes, rinfo)
  },
})
process.stdout.write(`listening on udp://127.0.0.1:${String(port)} (${backend}, ${trigger})\n`)
process.on('SIGTERM', () => process.exit(0))
void reactor.run()

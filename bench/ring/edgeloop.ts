import { Reactor, type Backend } from 'edgeloop'
import process from 'node:process'
import { Ring } from './ring'

const [backend, trigger, ...words] = process.argv.slice(2)
const ring = new Ring(words)
const reactor = new Reactor({ backend: backend as Backend })
const options = { readable: true, trigger: trigger === 'edge' ? 'edge' : 'level' } as const
for (const fd of ring.descriptors)
  reactor.register(fd, options, (_, registration) => {
    ring.readable(registration.fd)
  })
ring.start()
void reactor.run()

import { Reactor, type Backend } from 'edgeloop'
import process from 'node:process'
import { ReadyWindow } from './ready'

const [backend, ...words] = process.argv.slice(2)
const window = new ReadyWindow(words)
const reactor = new Reactor({ backend: backend as Backend })
for (const fd of window.descriptors) reactor.register(fd, { readable: true }, window.ready)
window.start()
void reactor.run()

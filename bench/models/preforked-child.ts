import { Epoll } from 'edgeloop'
import { writeSync } from 'node:fs'
import process from 'node:process'
import { loop } from './loop'

writeSync(1, 'ready\n')
/** The listening socket, as the parent passes it. */
loop(new Epoll(), 3, { trigger: 'level', shared: true, until: 0 })
process.exit(0)

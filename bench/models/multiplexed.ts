// One thread, many connections: a multiplexer says which of them are ready.
import { Epoll, Poll, Select } from 'edgeloop'
import { constants } from 'edgeloop/sys'
import process from 'node:process'
import { announce, listening } from './listening'
import { loop } from './loop'

const multiplexers = { select: Select, poll: Poll, epoll: Epoll }

const [name, trigger] = process.argv.slice(2)
const call = name === 'select' || name === 'poll' ? name : 'epoll'
const listener = listening(constants.SOCK_NONBLOCK)
announce(listener, `${call}${trigger === 'edge' ? ', edge' : ''}`)
loop(new multiplexers[call](), listener, { trigger: trigger === 'edge' ? 'edge' : 'level' })

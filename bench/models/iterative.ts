// One connection after the other: accept, echo until its end, accept the next.
import { accept4 } from 'edgeloop/sys'
import { echoUntilEnd } from './blocking'
import { announce, listening } from './listening'

const listener = listening()
announce(listener, 'iterative, blocking')
for (;;) echoUntilEnd(accept4(listener))

// Nobody waits: every connection is asked again and again whether there is something.
import { accept4, close, constants } from 'edgeloop/sys'
import { announce, listening } from './listening'
import { Echo } from './nonblocking'

const { SOCK_NONBLOCK } = constants

const listener = listening(SOCK_NONBLOCK)
const connections: number[] = []
const full = new Set<number>()
const echo = new Echo()
announce(listener, 'non-blocking, polling')

/** Whether the connection goes on. */
function ask(fd: number): boolean {
  const step = full.size > 0 && full.has(fd) ? echo.flush(fd) : echo.receive(fd)
  if (step === 'full') full.add(fd)
  else if (full.size > 0) full.delete(fd)
  return step !== 'ended'
}

for (;;) {
  for (let fd = accept4(listener, SOCK_NONBLOCK); fd >= 0; fd = accept4(listener, SOCK_NONBLOCK))
    connections.push(fd)
  for (let index = connections.length - 1; index >= 0; index -= 1) {
    const fd = connections[index] ?? -1
    if (ask(fd)) continue
    close(fd)
    connections[index] = connections.at(-1) ?? -1
    connections.pop()
  }
}

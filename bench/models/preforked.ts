// Processes that were started before there was work: each waits, with an epoll of its own, on the same listening socket.
import { constants } from 'edgeloop/sys'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { announce, listening } from './listening'

const processes = 4

const listener = listening(constants.SOCK_NONBLOCK)
const children: ChildProcess[] = []
const ready: Promise<unknown>[] = []
for (let number = 0; number < processes; number += 1) {
  // They end with their stdin, however this process ends.
  const child = spawn(process.execPath, [path.join(__dirname, 'preforked-child.js')], {
    stdio: ['pipe', 'pipe', 'inherit', listener],
  })
  children.push(child)
  if (child.stdout !== null) ready.push(once(child.stdout, 'data'))
}
process.on('SIGTERM', () => {
  for (const child of children) child.kill('SIGKILL')
  process.exit(0)
})
void Promise.all(ready).then(() => {
  announce(listener, `${String(processes)} processes, epoll each`)
})

// A process for each connection, which blocks on it.
import { Reactor } from 'edgeloop'
import { accept4, close, constants } from 'edgeloop/sys'
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { announce, listening } from './listening'

const listener = listening(constants.SOCK_NONBLOCK)
const children = new Set<ChildProcess>()

function accept(): void {
  const fd = accept4(listener)
  if (fd < 0) return
  const child = spawn(process.execPath, [path.join(__dirname, 'process-child.js')], {
    stdio: ['ignore', 'ignore', 'inherit', fd],
  })
  close(fd)
  children.add(child)
  child.on('exit', () => children.delete(child))
}

const reactor = new Reactor()
reactor.register(listener, { readable: true }, accept)
void reactor.run()
process.on('SIGTERM', () => {
  for (const child of children) child.kill('SIGKILL')
  process.exit(0)
})
announce(listener, 'a process each')

import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { inPackage } from '../../package'
import { ReadyWindow } from './ready'

/** What is used here of the epoll package, which has no types of its own. */
interface NpmEpoll {
  readonly Epoll: {
    new (handler: (error: Error | null, fd: number, events: number) => void): {
      add(fd: number, events: number): void
    }
    readonly EPOLLIN: number
  }
}

const load = createRequire(path.join(inPackage('scripts', 'npm-epoll'), 'package.json'))
const { Epoll } = load('epoll') as NpmEpoll

const window = new ReadyWindow(process.argv.slice(2))
const poller = new Epoll((error) => {
  if (error !== null) throw error
  window.ready()
})
for (const fd of window.descriptors) poller.add(fd, Epoll.EPOLLIN)
window.start()

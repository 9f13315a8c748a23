// A thread (Worker) for each connection, which blocks on it.
import { Reactor } from 'edgeloop'
import { accept4, constants } from 'edgeloop/sys'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { announce, listening } from './listening'

const listener = listening(constants.SOCK_NONBLOCK)

function accept(): void {
  const fd = accept4(listener)
  if (fd >= 0) new Worker(path.join(__dirname, 'thread-worker.js'), { workerData: fd })
}

const reactor = new Reactor()
reactor.register(listener, { readable: true }, accept)
void reactor.run()
announce(listener, 'a Worker each')

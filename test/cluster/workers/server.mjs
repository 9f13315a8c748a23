// @ts-check
// A Worker that obeys: each chunk is a word, and most are answered.

import process from 'node:process'
import { threadId, workerData } from 'node:worker_threads'
import { Reactor } from 'edgeloop'
import { workerClosing, workerListen } from 'edgeloop/cluster'

/** @type {Record<string, (socket: import('edgeloop').Socket) => void>} */
const words = {
  who: (socket) => socket.write(`${String(threadId)}\n`),
  backend: (socket) => socket.write(`${Reactor.shared().backend}\n`),
  data: (socket) => socket.write(`${JSON.stringify(workerData)}\n`),
  file: (socket) => socket.write(`${String(process.argv[1])}\n`),
  begin: (socket) => socket.write('begun\n'),
  finish: (socket) => {
    socket.end('finished\n')
  },
  exit: () => process.exit(3),
  // A thread that hears of nothing any more.
  hang: () => {
    for (;;);
  },
  crash: () => {
    throw new Error('deliberate')
  },
}

workerListen({
  socket: {
    data(socket, chunk) {
      const word = String(Buffer.from(chunk))
      const obey = words[word]
      if (obey === undefined) socket.write(chunk)
      else obey(socket)
    },
  },
})

// Kept alive by this until it is told that the cluster closes.
const timer = setInterval(() => undefined, 1000)
workerClosing.addEventListener('abort', () => {
  clearInterval(timer)
})

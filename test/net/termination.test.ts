import { expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'

it('a Worker may be terminated while it listens and registers, and the process lives on', async () => {
  const { output } = await runScript(`
    const { Worker } = require('worker_threads')
    const work = ${JSON.stringify(`
      const { parentPort, threadId, workerData } = require('node:worker_threads')
      const load = require('node:module').createRequire(workerData)
      const { Reactor } = load('edgeloop')
      const { pipe2 } = load('edgeloop/sys')
      const reactor = new Reactor({ backend: 'poll' })
      const [fd] = pipe2()
      parentPort.postMessage('at work')
      for (;;) {
        reactor.register(fd, { readable: true }, () => undefined).close()
        reactor.listen({ path: '\\0terminated-' + process.pid + '-' + threadId, socket: {} }).close()
      }
    `)}
    const rounds = async () => {
      for (let i = 0; i < 20; i++) {
        const worker = new Worker(work, { eval: true, workerData: process.cwd() + '/package.json' })
        await new Promise((resolve) => worker.once('message', resolve))
        await worker.terminate()
      }
      console.log('alive')
    }
    rounds()
  `)
  expect(output).toBe('alive')
})

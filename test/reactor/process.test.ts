// What concerns a process as a whole: each in one of its own, against the package as built.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { backends } from './kinds'

const scene = `
  const { Reactor, IN } = require('edgeloop')
  const { pipe2, write, read, constants } = require('edgeloop/sys')
  const fs = require('fs')
  const backend = process.argv[1]
  const pipe = () => pipe2(constants.O_NONBLOCK | constants.O_CLOEXEC)
  const feed = (fd) => write(fd, Buffer.from('x'))
  const take = (fd) => read(fd, Buffer.alloc(64))
  const descriptors = () => fs.readdirSync('/proc/self/fd').length
`

const run = async (script: string, backend: string, node: string[] = []): Promise<string> =>
  (await runScript(scene + script, { args: [backend], node })).output

describe.each(backends)('a process with a reactor on %s', (backend) => {
  it('hears of each exception of a handler as uncaught, and loses nothing of the turn', async () => {
    const output = await run(
      `
      const seen = []
      process.on('uncaughtException', (error) => seen.push(error.message))
      const reactor = new Reactor({ backend })
      let calls = 0
      for (const name of ['a', 'b', 'c']) {
        const [reader, writer] = pipe()
        feed(writer)
        reactor.register(reader, { readable: true, once: true }, () => {
          calls++
          throw new Error(name)
        })
      }
      reactor.run().then(() => console.log(calls, seen.sort().join('')))
      `,
      backend,
    )
    expect(output).toBe('3 abc')
  })

  it('dies of an exception that nobody handles, with its trace', async () => {
    const output = await run(
      `
      const { spawnSync } = require('child_process')
      if (process.argv[2] === undefined) {
        const script = process._eval
        const { status, stderr } = spawnSync(process.execPath, ['-e', script, backend, 'child'])
        console.log(status, /Error: deliberate/.test(String(stderr)))
      } else {
        const reactor = new Reactor({ backend })
        const [reader, writer] = pipe()
        feed(writer)
        reactor.register(reader, { readable: true }, () => { throw new Error('deliberate') })
        reactor.run()
      }
      `,
      backend,
    )
    expect(output).toBe('1 true')
  })

  it('is kept alive by run() and a referenced registration only', async () => {
    const output = await run(
      `
      const reactor = new Reactor({ backend })
      const [reader, writer] = pipe()
      const registration = reactor.register(reader, { readable: true }, () => console.log('never'))
      process.on('exit', () => console.log('exit', reactor.stats().registered))
      reactor.run().then(() => console.log('over'))
      setTimeout(() => registration.unref(), 20).unref()
      `,
      backend,
    )
    expect(output).toBe('over\nexit 1')
  })

  it('exits when a handler says so', async () => {
    const output = await run(
      `
      const reactor = new Reactor({ backend })
      for (let i = 0; i < 3; i++) {
        const [reader, writer] = pipe()
        feed(writer)
        reactor.register(reader, { readable: true }, () => { console.log('once'); process.exit(0) })
      }
      reactor.run()
      `,
      backend,
    )
    expect(output).toBe('once')
  })

  it('serves fs, dns, child processes, immediates and fetch beside it', async () => {
    const output = await run(
      `
      const reactor = new Reactor({ backend })
      const [reader, writer] = pipe()
      const registration = reactor.register(reader, { readable: true }, () => { take(reader); feed(writer) })
      feed(writer)
      const running = reactor.run()
      const server = require('http').createServer((_, answer) => answer.end('fetched'))
      Promise.all([
        fs.promises.readFile('/proc/self/stat'),
        require('dns').promises.lookup('localhost'),
        new Promise((done) => require('child_process').execFile('true', done)),
        new Promise((done) => setImmediate(done)),
        new Promise((done) => setTimeout(done, 10)),
        new Promise((done) => server.listen(0, '127.0.0.1', done))
          .then(() => fetch('http://127.0.0.1:' + server.address().port))
          .then((answer) => answer.text()),
        ...Array.from({ length: 1000 }, async (_, i) => { await null; return i }),
      ]).then(async (all) => {
        console.log(all.length, all[5])
        registration.close()
        await running
        server.close()
        server.closeAllConnections()
      })
      `,
      backend,
    )
    expect(output).toBe('1006 fetched')
  })

  it('gives back its descriptors and memory when reactors are forgotten', async () => {
    const output = await run(
      `
      const wait = () => new Promise((done) => setTimeout(done, 5))
      const round = () => { for (let i = 0; i < 40; i++) new Reactor({ backend }).turn(0) }
      ;(async () => {
        for (let i = 0; i < 3; i++) { round(); gc(); await wait() }
        const before = descriptors()
        for (let i = 0; i < 5; i++) { round(); gc(); await wait() }
        for (let i = 0; i < 50 && descriptors() > before; i++) { gc(); await wait() }
        console.log(descriptors() <= before)
      })()
      `,
      backend,
      ['--expose-gc'],
    )
    expect(output).toBe('true')
  })

  it('runs one in each of several Workers, and survives their termination in mid-turn', async () => {
    const output = await run(
      `
      const { Worker, isMainThread, workerData, parentPort } = require('worker_threads')
      const script = \`
        const { workerData, parentPort } = require('worker_threads')
        const load = require('module').createRequire(workerData.root)
        const { Reactor } = load('edgeloop')
        const { pipe2, write, read, constants } = load('edgeloop/sys')
        const reactor = new Reactor({ backend: workerData.backend })
        const [reader, writer] = pipe2(constants.O_NONBLOCK)
        let turns = 0
        reactor.register(reader, { readable: true }, () => {
          if (++turns === 100) parentPort.postMessage('turning')
        })
        write(writer, Buffer.from('x'))
        reactor.run()
      \`
      const root = load.resolve('edgeloop/package.json')
      ;(async () => {
        for (let round = 0; round < 3; round++) {
          const workers = Array.from({ length: 4 }, () =>
            new Worker(script, { eval: true, workerData: { backend, root } }))
          await Promise.all(workers.map((worker) => new Promise((done) => worker.once('message', done))))
          await Promise.all(workers.map((worker) => worker.terminate()))
        }
        const reactor = new Reactor({ backend })
        const [reader, writer] = pipe()
        reactor.register(reader, { readable: true, once: true }, () => console.log('healthy'))
        feed(writer)
        await reactor.run()
      })()
      `,
      backend,
    )
    expect(output).toBe('healthy')
  })

  it('lets a Worker end by itself with a reactor that was never closed', async () => {
    const output = await run(
      `
      const { Worker } = require('worker_threads')
      const script = \`
        const { workerData } = require('worker_threads')
        const load = require('module').createRequire(workerData.root)
        const { Reactor } = load('edgeloop')
        const { pipe2 } = load('edgeloop/sys')
        const reactor = new Reactor({ backend: workerData.backend })
        reactor.register(pipe2()[0], { readable: true }, () => undefined).unref()
        const [held] = pipe2()
        const registration = reactor.register(held, { readable: true }, () => undefined)
        reactor.run()
        setTimeout(() => process.exit(7), 5)
      \`
      const root = load.resolve('edgeloop/package.json')
      const worker = new Worker(script, { eval: true, workerData: { backend, root } })
      worker.once('exit', (code) => console.log('exit', code))
      `,
      backend,
    )
    expect(output).toBe('exit 7')
  })
})

describe('a process with an idle reactor on epoll', () => {
  it('sees libuv wait: the loop does not count as busy', async () => {
    const output = await run(
      `
      const { performance } = require('perf_hooks')
      const reactor = new Reactor()
      const registration = reactor.register(pipe()[0], { readable: true }, () => undefined)
      reactor.run()
      // A process that waits for a core counts as busy: one window of several has to be quiet.
      let windows = 0
      let before = performance.eventLoopUtilization()
      const timer = setInterval(() => {
        const { utilization } = performance.eventLoopUtilization(before)
        if (utilization >= 0.2 && ++windows < 10) return void (before = performance.eventLoopUtilization())
        clearInterval(timer)
        console.log(utilization < 0.2, reactor.stats().turns)
        registration.close()
      }, 300)
      `,
      'epoll',
    )
    expect(output).toBe('true 0')
  })
})

// Several reactors beside each other: of two copies of the package, and in several threads.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { backends } from '../reactor/kinds'

const root = path.resolve(__dirname, '../..')

/** Two packages, each with an addon of its own, as two dependencies would bring them. */
let folder = ''
const copies = (): string[] => ['one', 'two'].map((name) => path.join(folder, name))

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-copies-'))
  for (const copy of copies()) {
    mkdirSync(path.join(copy, 'build', 'Release'), { recursive: true })
    cpSync(path.join(root, 'package.json'), path.join(copy, 'package.json'))
    cpSync(path.join(root, 'dist'), path.join(copy, 'dist'), { recursive: true })
    const addon = 'build/Release/edgeloop.node'
    cpSync(path.join(root, addon), path.join(copy, addon))
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  }
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const scene = `
  const loaded = (copy) => require('module').createRequire(copy + '/package.json')('edgeloop')
  const [first, second, backend] = process.argv.slice(1)
  const echo = { data(socket, chunk) { socket.write(chunk) } }
  const size = 300000
  /** Sends bytes from one reactor to a server of another, and answers whether they came back. */
  const exchange = async (reactor, port) => {
    const sent = Buffer.alloc(size).map((_, i) => i * 7)
    const got = []
    let bytes = 0
    await new Promise((done, failed) => {
      reactor.connect({ port, socket: {
        data(socket, chunk) {
          got.push(chunk.slice())
          bytes += chunk.length
          if (bytes === size) socket.end()
        },
        close(_, error) { error === undefined ? done() : failed(error) },
      } }).then((socket) => socket.write(sent), failed)
    })
    return Buffer.concat(got).equals(sent)
  }
`

describe('two copies of the package in one thread', () => {
  it('have addons of their own, and talk with each other on epoll', async () => {
    const { output } = await runScript(
      `${scene}
      const [one, two] = [loaded(first), loaded(second)]
      const a = new one.Reactor({ backend: 'epoll' }), b = new two.Reactor({ backend: 'epoll' })
      const [atA, atB] = [a, b].map((reactor) => reactor.listen({ port: 0, socket: echo }))
      a.run()
      b.run()
      ;(async () => {
        const results = await Promise.all([exchange(a, atB.port), exchange(b, atA.port), exchange(a, atA.port)])
        const images = require('fs').readFileSync('/proc/self/maps', 'utf8').match(/\\S+edgeloop\\.node$/gm)
        a.close()
        b.close()
        console.log(one.Reactor !== two.Reactor, new Set(images).size, results.join())
      })()
      `,
      { args: copies() },
    )
    expect(output).toBe('true 2 true,true,true')
  })

  it.each(['select', 'poll'])(
    'exclude each other on %s, as two reactors of one do',
    async (name) => {
      const { output } = await runScript(
        `${scene}
      const a = new (loaded(first).Reactor)({ backend }), b = new (loaded(second).Reactor)({ backend })
      for (const reactor of [a, b]) reactor.listen({ port: 0, socket: echo })
      a.run()
      b.run().catch((error) => {
        a.stop()
        b.run()
        b.close()
        console.log(error.code)
      })
      `,
        { args: [...copies(), name] },
      )
      expect(output).toBe('ERR_REACTOR_RUNNING')
    },
  )

  it('end each with its Worker, also where both are loaded in each', async () => {
    const { output } = await runScript(
      `
      const { Worker } = require('worker_threads')
      const script = ${JSON.stringify(`const { workerData, parentPort } = require('worker_threads')
        process.argv = [process.argv[0], ...workerData]
        ${scene}
        const reactors = [first, second].map((copy) => new (loaded(copy).Reactor)({ backend: 'epoll' }))
        const ports = reactors.map((reactor) => reactor.listen({ port: 0, socket: echo }).port)
        for (const reactor of reactors) reactor.run()
        Promise.all([exchange(reactors[0], ports[1]), exchange(reactors[1], ports[0])]).then((results) => {
          parentPort.postMessage(results.join())
        })`)}
      const one = async () => {
        const worker = new Worker(script, { eval: true, workerData: process.argv.slice(1) })
        const result = await new Promise((done, failed) => worker.once('message', done).once('error', failed))
        await worker.terminate()
        return result
      }
      ;(async () => {
        console.log((await Promise.all([one(), one()])).join(), await one())
      })()
      `,
      { args: copies() },
    )
    expect(output).toBe('true,true,true,true true,true')
  })
})

describe.each(backends)('main thread and Workers with two reactors each, on %s', (backend) => {
  it('each serve all the others', async () => {
    const place = `
      ${scene}
      const { Reactor } = loaded(first)
      // On select and poll one runs alone in its thread: the other goes by turns.
      const two = [new Reactor({ backend }), new Reactor({ backend })]
      const ports = two.map((reactor) => reactor.listen({ port: 0, socket: echo }).port)
      two[0].run()
      let turning
      if (backend === 'epoll') two[1].run()
      else turning = setInterval(() => two[1].turn(0), 1)
      const visitAll = async (all) => (await Promise.all(two.flatMap((reactor) => all.map((port) => exchange(reactor, port))))).join()
      const end = () => {
        clearInterval(turning)
        for (const reactor of two) reactor.close()
      }`
    const { output } = await runScript(
      `
      ${place}
      const { Worker } = require('worker_threads')
      const script = ${JSON.stringify(`const { workerData, parentPort } = require('worker_threads')
        process.argv = [process.argv[0], ...workerData]
        ${place}
        parentPort.on('message', async (all) => {
          if (all !== 'end') return parentPort.postMessage(await visitAll(all))
          end()
          parentPort.close()
        })
        parentPort.postMessage(ports)`)}
      ;(async () => {
        const workers = [1, 2].map(() => new Worker(script, { eval: true, workerData: process.argv.slice(1) }))
        const answer = (worker) => new Promise((done, failed) => worker.once('message', done).once('error', failed))
        const all = [...ports, ...(await Promise.all(workers.map(answer))).flat()]
        const answers = workers.map(answer)
        for (const worker of workers) worker.postMessage(all)
        const results = (await Promise.all([visitAll(all), ...answers])).join().split(',')
        const exits = workers.map((worker) => new Promise((done) => worker.once('exit', done)))
        for (const worker of workers) worker.postMessage('end')
        end()
        console.log(results.length, [...new Set(results)].join(), (await Promise.all(exits)).join())
      })()
      `,
      { args: [root, root, backend] },
    )
    // Six reactors visit six.
    expect(output).toBe('36 true 0,0')
  })
})

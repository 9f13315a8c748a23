// Workers that are terminated in the middle of what a reactor does: no crash, and nothing left open.

import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { backends } from '../reactor/kinds'

/** What the Worker does until it is terminated; it says 'busy' once it is at it. */
const scenes: Record<string, string> = {
  'while a handler spins': `
    reactor.register(full(), { readable: true }, () => { busy(); for (;;); })
    reactor.run()`,
  'while turns follow each other': `
    let turns = 0
    reactor.register(full(), { readable: true }, () => { if (++turns === 50) busy() })
    reactor.run()`,
  'while a promise behind a turn spins': `
    reactor.register(full(), { readable: true }, async () => { await null; busy(); for (;;) await null })
    reactor.run()`,
  'while it is idle': `
    reactor.register(pipe2()[0], { readable: true }, () => undefined)
    reactor.run()
    setTimeout(busy, 5)`,
  'in a blocked turn()': `
    reactor.register(pipe2()[0], { readable: true }, () => undefined)
    busy()
    reactor.turn()`,
  'in a handler of turn()': `
    reactor.register(full(), { readable: true }, () => { busy(); for (;;); })
    reactor.turn()`,
  'with connections under load': `
    const socket = {
      open(socket) { socket.write(Buffer.alloc(4 << 20)) },
      data(socket, chunk) { bytes += chunk.length; socket.write(chunk); if (bytes > 1e6) busy() },
      close() { bytes++ },
    }
    let bytes = 0
    const listener = reactor.listen({ port: 0, socket })
    for (let i = 0; i < 8; i++) reactor.connect({ port: listener.port, socket }).catch(() => undefined)
    reactor.run()`,
  'in a data handler that spins': `
    const listener = reactor.listen({ port: 0, socket: { data() { busy(); for (;;); } } })
    reactor.connect({ port: listener.port, socket: { open(socket) { socket.write('x') } } })
    reactor.run()`,
  'in an HTTP handler': `
    const server = reactor.serve({ port: 0, handler() { busy(); for (;;); } })
    reactor.connect({ port: server.port, socket: {
      open(socket) { socket.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n') },
    } })
    reactor.run()`,
  'with its shared reactor': `
    process.env.EDGELOOP_BACKEND = backend
    const shared = Reactor.shared()
    shared.register(full(), { readable: true }, () => busy())`,
  'in a handler that has closed the reactor': `
    reactor.register(full(), { readable: true }, () => { reactor.close(); busy(); for (;;); })
    reactor.run()`,
  'by an exception of its own in a handler': `
    reactor.register(full(), { readable: true }, () => { busy(); throw new Error('deliberate') })
    reactor.run()`,
  'by process.exit() in a handler': `
    reactor.register(full(), { readable: true }, () => { busy(); process.exit(3) })
    reactor.run()`,
}

const root = path.resolve(__dirname, '../../package.json')

function inWorker(scene: string): string {
  return `
    const { parentPort, workerData: backend } = require('worker_threads')
    const load = require('module').createRequire(${JSON.stringify(root)})
    const { Reactor } = load('edgeloop')
    const { pipe2, write, constants } = load('edgeloop/sys')
    let told = false
    const busy = () => {
      if (!told) parentPort.postMessage('busy')
      told = true
    }
    const full = () => {
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      write(writer, Buffer.from('x'))
      return reader
    }
    const reactor = new Reactor({ backend })
    ${scene}`
}

/** Of two Workers each. */
const ROUNDS = 4

describe.each(backends)('a Worker with a reactor on %s is terminated', (backend) => {
  it.each(Object.entries(scenes))('%s', { timeout: 60_000 }, async (_, scene) => {
    const { output } = await runScript(
      `
      const { Worker } = require('worker_threads')
      const fs = require('fs')
      const [backend, source] = process.argv.slice(1)
      // Pipes stay open by their numbers alone; all else belongs to the reactor.
      const held = () => fs.readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return /eventpoll|socket/.test(fs.readlinkSync('/proc/self/fd/' + fd))
        } catch {
          return false // the descriptor of the listing itself
        }
      }).length
      const one = async () => {
        const worker = new Worker(source, { eval: true, workerData: backend })
        worker.on('error', () => undefined)
        const exit = new Promise((done) => worker.once('exit', done))
        await Promise.race([new Promise((done) => worker.once('message', done)), exit])
        await worker.terminate()
        await exit
      }
      ;(async () => {
        await one()
        const before = held()
        for (let round = 0; round < ${String(ROUNDS)}; round++) await Promise.all([one(), one()])
        console.log(held() - before)
      })()
      `,
      { args: [backend, inWorker(scene)] },
    )
    expect(output).toBe('0')
  })
})

describe.each(backends)('a process whose Worker has a reactor on %s', (backend) => {
  it.each(['in a blocked turn()', 'while turns follow each other', 'with connections under load'])(
    'exits while the Worker is busy: %s',
    async (name) => {
      const { output } = await runScript(
        `
        const { Worker } = require('worker_threads')
        const [backend, source] = process.argv.slice(1)
        const worker = new Worker(source, { eval: true, workerData: backend })
        worker.once('message', () => {
          console.log('busy')
          process.exit(0)
        })
        `,
        { args: [backend, inWorker(scenes[name] ?? '')] },
      )
      expect(output).toBe('busy')
    },
  )

  it('waits its whole time in turn(timeout), in slices or not', async () => {
    const { output } = await runScript(
      `
      const { Worker } = require('worker_threads')
      const [backend, source] = process.argv.slice(1)
      const worker = new Worker(source, { eval: true, workerData: backend })
      worker.once('message', console.log)
      `,
      {
        args: [
          backend,
          inWorker(`
            reactor.register(pipe2()[0], { readable: true }, () => undefined)
            const begun = performance.now()
            const count = reactor.turn(250)
            parentPort.postMessage(count + ' ' + (performance.now() - begun >= 250) + ' ' + reactor.stats().turns)`),
        ],
      },
    )
    expect(output).toBe('0 true 1')
  })
})

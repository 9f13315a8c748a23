// What shows only in the long run, each in a process of its own, against the package as built.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { kinds } from '../reactor/kinds'

const scene = `
  const { Reactor } = require('edgeloop')
  const fs = require('fs'), net = require('net')
  const [backend, trigger] = process.argv.slice(1)
  const descriptors = () => fs.readdirSync('/proc/self/fd').length
  const echo = { data(socket, chunk) { socket.write(chunk) } }
`

describe.each(kinds)('in the long run, on $name', (kind) => {
  const run = async (script: string): Promise<string> =>
    (
      await runScript(scene + script, {
        args: [kind.backend, kind.trigger],
        node: ['--expose-gc'],
      })
    ).output

  it('2,000 connections come and go, and leave neither descriptors nor memory behind', async () => {
    const output = await run(`
      const reactor = new Reactor({ backend })
      const listener = reactor.listen({ port: 0, trigger, socket: echo })
      reactor.run()
      const visit = () => new Promise((resolve, reject) => {
        const peer = net.connect(listener.port, '127.0.0.1', () => peer.write('ping'))
        peer.once('data', () => peer.end())
        peer.once('close', resolve).once('error', reject)
      })
      const visits = async (count) => {
        for (let i = 0; i < count; i += 20) await Promise.all(Array.from({ length: 20 }, visit))
      }
      ;(async () => {
        const round = async () => {
          await visits(500)
          // The server hears of the last ends a turn later than the clients.
          while (reactor.stats().referenced > 1) await new Promise(setImmediate)
          gc()
          return process.memoryUsage().rss
        }
        let rss = await round()
        const before = descriptors()
        // The collector and the compiler take what they need in some of the rounds; a leak is in each.
        const grown = []
        for (let i = 0; i < 3 || (i < 8 && Math.min(...grown) >= 4e6); i++) {
          const last = rss
          rss = await round()
          grown.push(rss - last)
        }
        const { referenced } = reactor.stats()
        console.log(descriptors() - before, referenced, Math.min(...grown) < 4e6 ? 'bounded' : grown)
        reactor.close()
      })()
    `)
    expect(output).toBe('0 1 bounded')
  })

  it('a saturating client does not keep timers from firing', async () => {
    const output = await run(`
      const { spawn } = require('child_process')
      const reactor = new Reactor({ backend })
      let bytes = 0
      const listener = reactor.listen({ port: 0, trigger, socket: {
        data(socket, chunk) { bytes += chunk.length },
      } })
      reactor.run()
      const client = spawn(process.execPath, ['-e', \`
        const socket = require('node:net').connect(\${listener.port}, '127.0.0.1')
        const block = Buffer.alloc(1 << 20)
        const fill = () => { while (socket.write(block)); }
        socket.on('connect', fill).on('drain', fill).on('error', () => process.exit())
        process.stdin.resume().once('end', () => process.exit())
      \`], { stdio: ['pipe', 'inherit', 'inherit'] })
      const watch = setInterval(() => {
        if (bytes === 0) return
        clearInterval(watch)
        let ticks = 0
        const from = bytes
        // How many there are in what time is the machine's affair as well: they come, amid the bytes.
        const timer = setInterval(() => {
          if (++ticks < 30 || bytes - from < 1e6) return
          clearInterval(timer)
          console.log('ticks amid bytes')
          client.stdin.end()
          client.once('exit', () => process.exit())
        }, 10)
      }, 1)
    `)
    expect(output).toBe('ticks amid bytes')
  })

  it('a Worker with a server is terminated amid traffic, and the process stays healthy', async () => {
    const output = await run(`
      const { Worker } = require('worker_threads')
      const { once } = require('events')
      const script = \`
        const { createRequire } = require('node:module')
        const { workerData, parentPort } = require('node:worker_threads')
        const { Reactor } = require(workerData.edgeloop)
        const reactor = new Reactor({ backend: workerData.backend })
        const listener = reactor.listen({ port: 0, trigger: workerData.trigger, socket: {
          data(socket, chunk) { socket.write(chunk) },
        } })
        reactor.run()
        parentPort.postMessage(listener.port)
      \`
      const workerData = { backend, trigger, edgeloop: load.resolve('edgeloop') }
      const round = async () => {
        const worker = new Worker(script, { eval: true, workerData })
        const [port] = await once(worker, 'message')
        const peers = Array.from({ length: 10 }, () => net.connect(port, '127.0.0.1'))
        let bytes = 0
        const over = peers.map((peer) => new Promise((resolve) => {
          peer.on('error', () => {}).once('close', resolve)
          peer.on('data', (chunk) => { bytes += chunk.length; peer.write(chunk) })
          peer.write(Buffer.alloc(10000))
        }))
        while (bytes < 1e6) await new Promise(setImmediate)
        await worker.terminate()
        await Promise.all(over)
      }
      ;(async () => {
        await round()
        const before = descriptors()
        for (let i = 0; i < 4; i++) await round()
        const reactor = new Reactor({ backend })
        const listener = reactor.listen({ port: 0, trigger, socket: echo })
        reactor.run()
        const peer = net.connect(listener.port, '127.0.0.1', () => peer.write('well'))
        const [answer] = await once(peer, 'data')
        peer.destroy()
        await once(peer, 'close')
        reactor.close()
        console.log(String(answer), descriptors() <= before ? 'no leak' : descriptors() - before)
      })()
    `)
    expect(output).toBe('well no leak')
  })
})

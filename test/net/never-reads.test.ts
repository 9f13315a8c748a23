// A peer that never reads costs its server a bounded amount of memory, however much it sends.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { kinds } from '../reactor/kinds'

describe.each(kinds)('peers that never read, on $name', (kind) => {
  it('and send all the time hold no more memory than the mark, where drain is heeded', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const { spawn } = require('child_process')
      const [backend, trigger] = process.argv.slice(1)
      const reactor = new Reactor({ backend })
      const sockets = []
      let most = 0
      const listener = reactor.listen({ port: 0, trigger, socket: {
        open(socket) { sockets.push(socket) },
        data(socket, chunk) {
          if (!socket.write(chunk)) socket.pause()
          most = Math.max(most, socket.bufferedBytes)
        },
        drain(socket) { socket.resume() },
        error() {},
      } })
      reactor.run()
      // They write whatever the kernel takes; what comes back stays in their receive queues.
      const peers = 20
      const client = spawn(process.execPath, ['-e', \`
        const net = require('node:net')
        const block = Buffer.alloc(1 << 16)
        for (let i = 0; i < \${peers}; i++) {
          const peer = net.connect(\${listener.port}, '127.0.0.1').pause().on('error', () => undefined)
          const fill = () => { while (peer.write(block)); }
          peer.on('connect', fill).on('drain', fill)
        }
        process.stdin.resume().once('end', () => process.exit())
      \`], { stdio: ['pipe', 'inherit', 'inherit'] })
      const total = () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
      const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
      ;(async () => {
        const before = process.memoryUsage().rss
        // All stand still: whatever the kernel's queues hold has been sent, and nothing moves any more.
        while (sockets.length < peers || !sockets.every((socket) => socket.paused)) await sleep(10)
        let seen = -1
        while (total() !== seen || !sockets.every((socket) => socket.paused)) {
          seen = total()
          await sleep(200)
        }
        const { backlogBytes } = reactor.stats()
        const grown = process.memoryUsage().rss - before
        console.log(seen > 20 * 65536, sockets.every((socket) => socket.paused),
          most < 2 * 262144 ? 'each bounded' : most, backlogBytes < peers * 2 * 262144 ? 'all bounded' : backlogBytes,
          grown < 40e6 ? 'memory bounded' : grown)
        client.stdin.end()
        reactor.close()
      })()
      `,
      { args: [kind.backend, kind.trigger] },
    )
    expect(output).toBe('true true each bounded all bounded memory bounded')
  })
})

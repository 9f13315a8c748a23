// Faults that a review of the stream plane found, each told as it would have been met.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { runScript } from '../multiplexer/child'
import { thrown } from '../multiplexer/scene'
import { kinds, make } from '../reactor/kinds'
import { deferred, dial, gather, listening, pattern, peerServer, receive, serve } from './peers'

describe.each(kinds)('$name', (kind) => {
  it('a greeting that came before the connection was noticed is not lost', async () => {
    const greeted = deferred()
    const port = await peerServer((peer) => {
      peer.write('hello', () => {
        greeted.resolve()
      })
    })
    const reactor = make(kind.backend)
    let heard = ''
    const connecting = reactor.connect({
      port,
      trigger: kind.trigger,
      socket: {
        data: (_socket, chunk) => {
          heard += Buffer.from(chunk).toString()
        },
      },
    })
    // The reactor does not turn until the greeting lies in the socket: one event tells of both.
    await greeted.promise
    for (let turn = 0; turn < 100 && heard === ''; turn++) {
      reactor.turn(50)
      await setImmediate()
    }
    await connecting
    expect(heard).toBe('hello')
  })

  it('a received chunk that is written behind a large write is copied', async () => {
    const arrived = deferred<Buffer>()
    const port = await peerServer((peer) => {
      void gather(peer).then(arrived.resolve)
    })
    const large = pattern(8 * 1024 * 1024, 7)
    const sent = pattern(512 * 1024)
    const server = serve(kind, {
      data: (_socket, chunk) => {
        target.write(chunk)
      },
      end: (socket) => {
        socket.end()
        target.end()
      },
    })
    const target = await server.reactor.connect({ port, trigger: kind.trigger, socket: {} })
    target.write(large)
    dial(server.port).end(sent)
    const all = await arrived.promise
    expect(all.length).toBe(large.length + sent.length)
    expect(all.subarray(large.length).equals(sent)).toBe(true)
  })

  it('a small chunk may be changed after the call, behind a large one too', async () => {
    const bytes = new Uint8Array(Buffer.from('as it was'))
    const server = serve(kind, {
      open: (socket) => {
        socket.write(pattern(8 * 1024 * 1024))
        socket.write(bytes)
        socket.end()
        bytes.fill(0)
      },
    })
    const heard = await gather(dial(server.port))
    expect(heard.subarray(-9).toString()).toBe('as it was')
  })

  it('what a promise writes behind stop() leaves at once', async () => {
    const server = serve(kind, {
      data: (socket) => {
        void Promise.resolve().then(() => {
          server.reactor.stop()
          socket.write('last words')
        })
      },
    })
    const client = dial(server.port)
    const heard = receive(client, 10)
    client.write('x')
    expect((await heard).toString()).toBe('last words')
  })

  it('a bound socket that is given as fd is made to listen, and stays its file', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    const file = path.join(folder, 'socket')
    const fd = sys.socket(sys.constants.AF_UNIX, sys.constants.SOCK_STREAM)
    sys.bind(fd, { path: file })
    const { listener, reactor } = listening(kind, {}, { fd })
    const opened = reactor.connect({ path: file, trigger: kind.trigger, socket: {} })
    void reactor.run()
    const socket = await opened
    socket.destroy()
    listener.close()
    expect(existsSync(file)).toBe(true)
    rmSync(folder, { recursive: true })
  })

  it("a connected socket is no listener: EINVAL, and it is still its owner's", () => {
    const reactor = make(kind.backend)
    const [one, other] = sys.socketpair(sys.constants.AF_UNIX, sys.constants.SOCK_STREAM)
    const error = thrown(() => reactor.listen({ fd: one, trigger: kind.trigger, socket: {} }))
    expect(error.code).toBe('EINVAL')
    sys.close(one)
    sys.close(other)
  })

  // epoll forgets a descriptor that is closed behind its back, and nobody can tell.
  it.skipIf(kind.backend === 'epoll')(
    'a descriptor closed behind the back of its socket ends it with EBADF',
    async () => {
      const ended = deferred<Error | undefined>()
      const { reactor, port } = listening(kind, {
        open: (socket) => {
          sys.close(socket.fd)
        },
        close: (_socket, error) => {
          ended.resolve(error)
        },
      })
      void reactor.run()
      dial(port)
      expect(await ended.promise).toMatchObject({ code: 'EBADF' })
    },
  )

  it('without its reserve of descriptors a listener waits, does not spin, and goes on', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const fs = require('fs')
      const { spawn } = require('child_process')
      const [backend, trigger] = process.argv.slice(1)
      const reactor = new Reactor({ backend })
      const child = spawn(process.execPath, ['-e', \`
        process.stdin.once('data', (port) => {
          require('node:net').connect(Number(port), '127.0.0.1').on('connect', () => {
            process.stdout.write('connected')
          }).on('error', () => {}).on('close', () => process.exit())
        }).on('end', () => process.exit())
      \`], { stdio: ['pipe', 'pipe', 'inherit'] })
      // One descriptor for the listener, and none for its reserve.
      const taken = []
      try { for (;;) taken.push(fs.openSync('/dev/null')) } catch {}
      fs.closeSync(taken.pop())
      let served = 0
      const listener = reactor.listen({ port: 0, trigger, socket: { open() { served++ } } })
      reactor.run()
      child.stdin.write(String(listener.port))
      child.stdout.once('data', async () => {
        const begun = process.cpuUsage()
        await new Promise((resolve) => setTimeout(resolve, 500))
        const { user, system } = process.cpuUsage(begun)
        const idle = (user + system) / 1000 < 250
        const early = served
        for (const fd of taken) fs.closeSync(fd)
        while (served === 0) await new Promise((resolve) => setTimeout(resolve, 10))
        child.stdin.end()
        reactor.close()
        console.log(early, served, idle ? 'idle' : 'spinning')
      })
      `,
      { args: [kind.backend, kind.trigger], limit: 64 },
    )
    expect(output).toBe('0 1 idle')
  })
})

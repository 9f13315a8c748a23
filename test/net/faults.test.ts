import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type Socket, SystemError } from '../../lib'
import { runScript } from '../multiplexer/child'
import { kinds } from '../reactor/kinds'
import {
  deferred,
  descriptors,
  dial,
  gather,
  listening,
  receive,
  serve,
  turnOfTheLoop,
} from './peers'

describe.each(kinds)('faults on $name', (kind) => {
  it("a peer's reset is told to error and then to close", async () => {
    const calls: unknown[] = []
    const opened = deferred()
    const closed = deferred()
    const { port } = serve(kind, {
      open: () => {
        opened.resolve()
      },
      end: () => calls.push('end'),
      error: (_, error) => calls.push(['error', error]),
      close: (_, error) => {
        calls.push(['close', error])
        closed.resolve()
      },
    })
    const peer = dial(port)
    await opened.promise
    peer.resetAndDestroy()
    await closed.promise
    const error = expect.objectContaining({ code: 'ECONNRESET', syscall: 'read' }) as unknown
    expect(calls).toEqual([
      ['error', error],
      ['close', error],
    ])
  })

  it('a reset reaches a paused socket once it resumes at the latest', async () => {
    const opened = deferred<Socket>()
    const closed = deferred<Error | undefined>()
    const { port } = serve(kind, {
      open: (socket) => {
        socket.pause()
        opened.resolve(socket)
      },
      close: (_, error) => {
        closed.resolve(error)
      },
    })
    const peer = dial(port)
    const socket = await opened.promise
    peer.resetAndDestroy()
    await turnOfTheLoop()
    socket.resume()
    expect(await closed.promise).toMatchObject({ code: 'ECONNRESET' })
  })

  it('a reset while much is queued ends the socket with its error', async () => {
    const opened = deferred()
    const closed = deferred<Error | undefined>()
    const { port } = serve(kind, {
      open: (socket) => {
        socket.write(Buffer.alloc(20_000_000))
        opened.resolve()
      },
      close: (_, error) => {
        closed.resolve(error)
      },
    })
    const peer = dial(port)
    await opened.promise
    peer.resetAndDestroy()
    const error = await closed.promise
    expect(error).toBeInstanceOf(SystemError)
    expect(error).toHaveProperty('code', expect.stringMatching(/^(ECONNRESET|EPIPE)$/))
  })

  it('destroy in data ends it at once: no more data, no end, one close', async () => {
    const calls: string[] = []
    const closed = deferred()
    const { port } = serve(kind, {
      data: (socket) => {
        calls.push('data')
        socket.write('never sent')
        socket.destroy()
        socket.destroy()
        expect(socket.destroyed).toBe(true)
        expect(socket.fd).toBe(-1)
      },
      end: () => calls.push('end'),
      error: () => calls.push('error'),
      close: (_, error) => {
        calls.push(`close ${String(error)}`)
        closed.resolve()
      },
    })
    const peer = dial(port)
    const got: Buffer[] = []
    peer.on('error', () => undefined).on('data', (chunk: Buffer) => got.push(chunk))
    const over = once(peer, 'close')
    peer.end('x')
    await closed.promise
    await over
    expect(calls).toEqual(['data', 'close undefined'])
    expect(got).toEqual([])
  })

  it('destroy(error) reaches error and close', async () => {
    const reason = new Error('the reason')
    const calls: unknown[] = []
    const closed = deferred()
    const { port } = serve(kind, {
      data: (socket) => {
        socket.destroy(reason)
        socket.destroy(new Error('too late'))
      },
      error: (_, error) => calls.push('error', error),
      close: (_, error) => {
        calls.push('close', error)
        closed.resolve()
      },
    })
    const peer = dial(port).on('error', () => undefined)
    peer.write('x')
    await closed.promise
    expect(calls).toEqual(['error', reason, 'close', reason])
  })

  it('a socket destroyed by the handler of another gets nothing more in that turn', async () => {
    const sockets: Socket[] = []
    const calls: string[] = []
    const closed = deferred()
    const { port, reactor } = serve(kind, {
      open: (socket) => {
        sockets.push(socket)
      },
      data: (socket) => {
        calls.push('data')
        for (const other of sockets) if (other !== socket) other.destroy()
      },
      close: () => {
        calls.push('close')
        closed.resolve()
      },
    })
    const peers = [dial(port), dial(port), dial(port)]
    while (sockets.length < peers.length) await turnOfTheLoop()
    reactor.stop()
    for (const peer of peers) peer.on('error', () => undefined).write('x')
    await turnOfTheLoop()
    reactor.turn(1000)
    reactor.turn(0)
    await closed.promise
    expect(calls).toEqual(['data', 'close', 'close'])
  })

  it('a listener closed in a handler takes no more, and its connections go on', async () => {
    const { port, listener } = serve(kind, {
      data: (socket, chunk) => {
        listener.close()
        socket.write(chunk)
      },
    })
    const peer = dial(port)
    for (let i = 0; i < 3; i++) {
      const got = receive(peer, 1)
      peer.write('x')
      await got
    }
    expect(listener.closed).toBe(true)
    const [error] = (await once(dial(port), 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  })

  it('a listener closed in open leaves no connection of the same turn behind', async () => {
    const before = descriptors()
    let opens = 0
    const { port, listener, reactor } = listening(kind, {
      open: (socket) => {
        opens++
        listener.close()
        socket.destroy()
      },
    })
    const peers = Array.from({ length: 5 }, () => dial(port).on('error', () => undefined))
    await Promise.all(peers.map((peer) => once(peer, 'connect')))
    const closes = peers.map(
      (peer) => new Promise((resolve) => peer.resume().once('close', resolve)),
    )
    for (const peer of peers) peer.end()
    void reactor.run()
    await Promise.all(closes)
    expect(opens).toBe(1)
    reactor.close()
    expect(descriptors()).toBeLessThanOrEqual(before)
  })

  it('an exception in any handler is thrown by turn(), and the rest goes on', async () => {
    const calls: string[] = []
    const told = (name: string): never => {
      calls.push(name)
      throw new Error(name)
    }
    const { port, reactor } = listening(
      kind,
      {
        open: () => told('open'),
        data: (socket) => {
          socket.write('answer')
          told('data')
        },
        drain: () => told('drain'),
        end: (socket) => {
          socket.destroy(new Error('made up'))
          told('end')
        },
        error: () => told('error'),
        close: () => told('close'),
      },
      { highWaterMark: 1 },
    )
    const peer = dial(port).on('error', () => undefined)
    const got = receive(peer, 6)
    const messages: string[] = []
    const turns = async (last: string): Promise<void> => {
      while (calls.at(-1) !== last) {
        try {
          reactor.turn(0)
        } catch (error) {
          const all: unknown[] = error instanceof AggregateError ? error.errors : [error]
          messages.push(...all.map((one) => (one as Error).message))
        }
        await turnOfTheLoop()
      }
    }
    await turns('open')
    peer.write('x')
    await turns('drain')
    expect((await got).toString()).toBe('answer')
    peer.end()
    await turns('close')
    expect(calls).toEqual(['open', 'data', 'drain', 'end', 'error', 'close'])
    expect(messages).toEqual(calls)
  })

  it('a write after end() is told to error, and nothing is sent', async () => {
    const failed = deferred<Error>()
    const { port } = serve(kind, {
      open: (socket) => {
        socket.end('last')
        socket.end('no error, nothing')
      },
      data: (socket) => {
        expect(socket.write('late')).toBe(false)
      },
      error: (_, error) => {
        failed.resolve(error)
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.write('x')
    expect(await failed.promise).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' })
    expect((await got).toString()).toBe('last')
  })

  it('after close everything answers and does nothing', async () => {
    const closed = deferred<Socket>()
    let errors = 0
    const { port } = serve(kind, {
      open: (socket) => {
        socket.data = 'mine'
        socket.end()
      },
      error: () => {
        errors++
      },
      close: (socket) => {
        closed.resolve(socket)
      },
    })
    const peer = dial(port)
    peer.resume()
    peer.end()
    const socket = await closed.promise
    expect(socket.write('x')).toBe(false)
    expect(socket.write(Buffer.alloc(100_000))).toBe(false)
    socket.end('x')
    socket.end()
    socket.pause()
    socket.resume()
    socket.destroy(new Error('late'))
    socket.setNoDelay().setKeepAlive()
    expect([socket.fd, socket.bufferedBytes, socket.destroyed]).toEqual([-1, 0, true])
    expect(socket.data).toBe('mine')
    await turnOfTheLoop()
    await turnOfTheLoop()
    expect(errors).toBe(0)
  })

  it('reactor.close() in a data handler is silent and leaves no descriptor', async () => {
    const before = descriptors()
    const calls: string[] = []
    const closed = deferred()
    const { port, reactor } = serve(kind, {
      data: (socket) => {
        calls.push('data')
        socket.write('never')
        reactor.close()
        socket.write('never')
        socket.destroy()
        closed.resolve()
      },
      end: () => calls.push('end'),
      error: () => calls.push('error'),
      close: () => calls.push('close'),
    })
    const peers = [dial(port), dial(port)]
    const over = peers.map((peer) => {
      peer.on('error', () => undefined).resume()
      peer.end('x')
      return new Promise((resolve) => peer.once('close', resolve))
    })
    await closed.promise
    await Promise.all(over)
    await turnOfTheLoop()
    expect(calls).toEqual(['data'])
    expect(descriptors()).toBeLessThanOrEqual(before)
    expect(() => reactor.listen({ socket: {} })).toThrow('closed')
  })

  it('out of descriptors it refuses, does not spin, and goes on afterwards', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const fs = require('fs'), net = require('net')
      const { spawn } = require('child_process')
      const [backend, trigger] = process.argv.slice(1)
      const reactor = new Reactor({ backend })
      const listener = reactor.listen({ port: 0, trigger, socket: {
        data(socket, chunk) { socket.write(chunk) },
      } })
      reactor.run()
      // The clients are another process: their descriptors are not ours.
      const client = spawn(process.execPath, ['-e', \`
        const net = require('node:net')
        const dial = () => net.connect(\${listener.port}, '127.0.0.1').on('error', () => {})
        process.stdin.on('data', (word) => {
          const socket = dial()
          socket.once('connect', () => socket.write('x'))
          socket.once('data', () => { process.stdout.write('served '); socket.end() })
          let served = false
          socket.once('data', () => { served = true })
          socket.once('close', () => { if (!served) process.stdout.write('refused ') })
        })
        process.stdin.once('end', () => process.exit())
        process.stdout.write('ready ')
      \`], { stdio: ['pipe', 'pipe', 'inherit'] })
      const heard = []
      let wake = () => {}
      client.stdout.on('data', (text) => {
        for (const word of String(text).trim().split(' ')) { heard.push(word); wake() }
      })
      const hear = async (count) => {
        while (heard.length < count) await new Promise((resolve) => { wake = resolve })
      }
      ;(async () => {
        await hear(1)
        const taken = []
        try { for (;;) taken.push(fs.openSync('/dev/null')) } catch {}
        client.stdin.write('a')
        await hear(2)
        const before = process.cpuUsage()
        await new Promise((resolve) => setTimeout(resolve, 300))
        const { user, system } = process.cpuUsage(before)
        for (const fd of taken) fs.closeSync(fd)
        client.stdin.write('b')
        await hear(3)
        client.stdin.end()
        reactor.close()
        console.log(heard.join(' '), (user + system) / 1000 < 200 ? 'idle' : 'spinning')
      })()
      `,
      { args: [kind.backend, kind.trigger], limit: 64 },
    )
    expect(output).toBe('ready refused served idle')
  })
})

// What waits for the next turn, tick or run, and what must not be mistaken for it.

import net from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Listener, Reactor, Socket } from '../../lib'
import { kinds, make } from '../reactor/kinds'
import { temporaryFolder } from '../sys/cleanup'
import { deferred, dial, listening, peerServer, serve, turnOfTheLoop } from './peers'

function connected(peer: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    peer.once('connect', () => {
      resolve()
    })
  })
}

/** Turns until something was told, without giving ticks a chance. */
function turnUntil(reactor: Reactor, told: () => boolean): void {
  for (let turn = 0; turn < 100 && !told(); turn++) reactor.turn(20)
}

describe.each(kinds)('synchronous turns on $name', (kind) => {
  it('what was held by pause() comes with the turn after resume()', async () => {
    const calls: string[] = []
    const sockets: Socket[] = []
    const { reactor, port } = listening(kind, {
      open: (socket) => {
        sockets.push(socket)
      },
      data: (socket, chunk) => {
        calls.push(Buffer.from(chunk).toString())
        // Whoever is told first pauses the other, whose data came in the same turn.
        for (const other of sockets) if (other !== socket) other.pause()
      },
    })
    const peers = [dial(port), dial(port)]
    await Promise.all(peers.map(connected))
    turnUntil(reactor, () => sockets.length === 2)
    reactor.turn(0)
    for (const peer of peers) peer.write('x')
    for (let i = 0; i < 20; i++) await turnOfTheLoop()
    reactor.turn(100)
    const paused = sockets.find((socket) => socket.paused)
    expect(paused).toBeDefined()
    const before = calls.length
    // No tick comes between these.
    reactor.turn(0)
    paused?.resume()
    reactor.turn(1000)
    expect(calls.slice(before)).toEqual(['x'])
  })

  it('an exception in a handler that is told so is thrown by that turn', async () => {
    const sockets: Socket[] = []
    let failing = false
    const { reactor, port } = listening(kind, {
      open: (socket) => {
        sockets.push(socket)
      },
      error: () => {
        if (failing) throw new Error('in error')
      },
    })
    const peer = dial(port)
    await connected(peer)
    turnUntil(reactor, () => sockets.length === 1)
    failing = true
    const [socket] = sockets
    socket?.end()
    socket?.write('late')
    expect(() => reactor.turn(0)).toThrow('in error')
    failing = false
    expect(reactor.turn(0)).toBeGreaterThanOrEqual(0)
  })

  it('turn() from within such a handler is refused', async () => {
    const sockets: Socket[] = []
    const codes: unknown[] = []
    const { reactor, port } = listening(kind, {
      open: (socket) => {
        sockets.push(socket)
      },
      error: () => {
        try {
          reactor.turn(0)
        } catch (error) {
          codes.push(error)
        }
      },
    })
    const peer = dial(port)
    await connected(peer)
    turnUntil(reactor, () => sockets.length === 1)
    sockets[0]?.end()
    sockets[0]?.write('late')
    reactor.turn(0)
    expect(codes).toEqual([expect.objectContaining({ code: 'ERR_REACTOR_RUNNING' })])
  })

  it('close() in such a handler ends the turn', async () => {
    const sockets: Socket[] = []
    const { reactor, port } = listening(kind, {
      open: (socket) => {
        sockets.push(socket)
      },
      error: () => {
        reactor.close()
      },
    })
    const peer = dial(port)
    await connected(peer)
    turnUntil(reactor, () => sockets.length === 1)
    sockets[0]?.end()
    sockets[0]?.write('late')
    expect(reactor.turn(0)).toBe(1)
    expect(reactor.closed).toBe(true)
  })
})

describe.each(kinds)('listeners that go while records are held, on $name', (kind) => {
  it('a connection of a closed listener is never given to one that came after it', async () => {
    const calls: string[] = []
    const reactor = make(kind.backend)
    const listeners: Listener[] = []
    const listen = (name: string): Listener => {
      const listener = reactor.listen({
        port: 0,
        trigger: kind.trigger,
        socket: {
          open: () => {
            calls.push(name)
            if (name !== 'first') return
            reactor.stop()
            listeners[0]?.close()
          },
        },
      })
      listeners.push(listener)
      return listener
    }
    const first = listen('first')
    const peers = [dial(first.port ?? 0), dial(first.port ?? 0)]
    for (const peer of peers) peer.on('error', () => undefined)
    await Promise.all(peers.map(connected))
    await reactor.run()
    expect(calls).toEqual(['first'])
    for (let i = 0; i < 3; i++) await turnOfTheLoop()
    // The second connection waits, held, with the number of the closed listener's group.
    const second = listen('second')
    for (let turn = 0; turn < 5; turn++) reactor.turn(10)
    expect(calls).toEqual(['first'])
    const peer = dial(second.port ?? 0)
    await connected(peer)
    turnUntil(reactor, () => calls.length > 1)
    expect(calls).toEqual(['first', 'second'])
  })

  it('many listeners, one after the other, each get their own connections', async () => {
    const { reactor } = serve(kind, {})
    const kept: Socket[] = []
    for (let round = 0; round < 30; round++) {
      const opened = deferred<number>()
      const listener = reactor.listen({
        port: 0,
        trigger: kind.trigger,
        socket: {
          open: () => {
            opened.resolve(round)
          },
        },
      })
      const { port = 0 } = listener
      const socket = await reactor.connect({ port, trigger: kind.trigger, socket: {} })
      expect(await opened.promise).toBe(round)
      listener.close()
      // Every third connection outlives its listener by many others.
      if (round % 3 === 0) kept.push(socket)
      else socket.destroy()
    }
    for (const socket of kept) socket.destroy()
  })
})

describe.each(kinds)('Unix sockets whose peer is gone for good, on $name', (kind) => {
  const at = temporaryFolder()

  it.each([
    ['at once', false],
    ['after a pause', true],
  ])('data and hang-up in one: data, end and close, %s', async (_name, pausing) => {
    const calls: string[] = []
    const closed = deferred()
    const file = at('gone')
    const gone = deferred()
    const server = net.createServer((peer) => {
      peer.on('error', () => undefined)
      peer.once('close', () => {
        gone.resolve()
      })
      peer.write('last words', () => {
        peer.destroy()
      })
    })
    await new Promise<void>((resolve) => {
      server.listen(file, resolve)
    })
    const reactor = make(kind.backend)
    const connecting = reactor.connect({
      path: file,
      trigger: kind.trigger,
      socket: {
        open: (socket) => {
          if (pausing) socket.pause()
        },
        data: (_socket, chunk) => {
          calls.push(Buffer.from(chunk).toString())
        },
        // The hang-up alone must do; select alone can't tell it from the end.
        end: (socket) => {
          calls.push('end')
          if (kind.backend === 'select') socket.end()
        },
        close: () => {
          calls.push('close')
          closed.resolve()
        },
      },
    })
    // The reactor does not turn before: one event tells of all.
    await gone.promise
    server.close()
    void reactor.run()
    const socket = await connecting
    if (pausing) {
      for (let i = 0; i < 20; i++) await turnOfTheLoop()
      expect(calls).toEqual([])
      socket.resume()
    }
    await closed.promise
    expect(calls).toEqual(['last words', 'end', 'close'])
  })
})

describe.each(kinds)('promises on $name', (kind) => {
  it('a rejected promise of an async handler is unhandledRejection, and the socket goes on', async () => {
    const before = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    const rejected = deferred<unknown>()
    process.once('unhandledRejection', rejected.resolve)
    try {
      const failure = new Error('in async data')
      const port = await peerServer((peer) => {
        peer.write('x')
        peer.once('data', () => peer.end())
      })
      const closed = deferred()
      const { reactor } = serve(kind, {})
      await reactor.connect({
        port,
        trigger: kind.trigger,
        socket: {
          // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the case under test
          data: async (socket) => {
            await Promise.resolve()
            socket.write('y')
            throw failure
          },
          close: () => {
            closed.resolve()
          },
        },
      })
      expect(await rejected.promise).toBe(failure)
      await closed.promise
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of before) process.on('unhandledRejection', listener)
    }
  })
})

import net from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { kinds, make } from '../reactor/kinds'
import { temporaryFolder } from '../sys/cleanup'
import { deferred, dial, listening, receive, serve } from './peers'

interface Told {
  localAddress: string | undefined
  localPort: number | undefined
  localFamily: string | undefined
  remoteAddress: string | undefined
  remotePort: number | undefined
  remoteFamily: string | undefined
}

function connected(peer: net.Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    peer.once('connect', resolve).once('error', reject)
  })
}

function over(peer: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    peer.on('error', () => undefined)
    peer.once('close', () => {
      resolve()
    })
    peer.once('end', () => peer.end())
    peer.resume()
  })
}

describe.each(kinds)('maxConnections on $name', (kind) => {
  const at = temporaryFolder()

  it('one more than allowed is closed and told to drop, with both ends', async () => {
    const drops: Told[] = []
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          socket.write('x')
        },
        drop: (info) => {
          drops.push(info)
        },
      },
      { maxConnections: 2 },
    )
    const taken = [dial(port), dial(port)]
    await Promise.all(taken.map((peer) => receive(peer, 1)))
    const third = dial(port)
    const ended = over(third)
    await connected(third)
    const localPort = third.localPort
    await ended
    expect(drops).toEqual([
      {
        localAddress: '127.0.0.1',
        localPort: port,
        localFamily: 'IPv4',
        remoteAddress: '127.0.0.1',
        remotePort: localPort,
        remoteFamily: 'IPv4',
      },
    ])
  })

  it('a burst within one turn is counted right', async () => {
    let opened = 0
    let dropped = 0
    const { reactor, port } = listening(
      kind,
      {
        open: () => {
          opened++
        },
        drop: () => {
          dropped++
        },
      },
      { maxConnections: 7 },
    )
    const burst = Array.from({ length: 20 }, () => dial(port))
    for (const peer of burst) peer.on('error', () => undefined)
    await Promise.all(burst.map(connected))
    // One turn, most likely: the kernel may be a little behind with the last of them.
    while (opened + dropped < burst.length) reactor.turn(1000)
    expect([opened, dropped]).toEqual([7, 13])
  })

  it('without a drop handler they are closed all the same', async () => {
    const { port } = serve(kind, {}, { maxConnections: 0 })
    await over(dial(port))
    await over(dial(port))
  })

  it('who has left makes room; who was dropped never took any', async () => {
    let dropped = 0
    const { reactor, port } = serve(
      kind,
      {
        open: (socket) => {
          socket.write('x')
        },
        drop: () => {
          dropped++
        },
      },
      { maxConnections: 1 },
    )
    for (let round = 0; round < 3; round++) {
      const first = dial(port)
      await receive(first, 1)
      await over(dial(port))
      first.end()
      await over(first)
      while (reactor.stats().sockets > 0) await new Promise(setImmediate)
    }
    expect(dropped).toBe(3)
  })

  it('each listener counts its own, and connecting out counts for none', async () => {
    const opened: Socket[] = []
    const socket = {
      open: (accepted: Socket) => {
        opened.push(accepted)
      },
    }
    const { reactor, port } = serve(kind, socket, { maxConnections: 1 })
    const other = reactor.listen({ port: 0, trigger: kind.trigger, maxConnections: 1, socket })
    const options = { trigger: kind.trigger, socket: {} }
    await reactor.connect({ port, ...options })
    await reactor.connect({ port: other.port ?? 0, ...options })
    while (opened.length < 2) await new Promise(setImmediate)
    expect(opened.map(({ localPort }) => localPort).sort()).toEqual([port, other.port].sort())
  })

  it('an exception in drop is an exception, and the rest goes on', async () => {
    let dropped = 0
    const { reactor, port } = listening(
      kind,
      {
        drop: () => {
          dropped++
          throw new Error('in drop')
        },
      },
      { maxConnections: 0 },
    )
    const burst = [dial(port), dial(port)]
    for (const peer of burst) peer.on('error', () => undefined)
    await Promise.all(burst.map(connected))
    expect(() => reactor.turn(1000)).toThrow(AggregateError)
    expect(dropped).toBe(2)
  })

  it('of a Unix socket only the family is told', async () => {
    const told = deferred<Told>()
    const reactor = make(kind.backend)
    const file = at('drop')
    const listener = reactor.listen({
      path: file,
      trigger: kind.trigger,
      maxConnections: 0,
      socket: {
        drop: told.resolve,
      },
    })
    void reactor.run()
    const ended = over(net.connect(file))
    expect(await told.promise).toEqual({
      localAddress: undefined,
      localPort: undefined,
      localFamily: 'Unix',
      remoteAddress: undefined,
      remotePort: undefined,
      remoteFamily: 'Unix',
    })
    await ended
    listener.close()
  })

  it('is checked like any option', () => {
    const reactor = make(kind.backend)
    const listen = (maxConnections: unknown) => () =>
      reactor.listen({ port: 0, maxConnections: maxConnections as number, socket: {} })
    expect(listen('1')).toThrow(TypeError)
    expect(listen(null)).toThrow(TypeError)
    expect(listen(-1)).toThrow(RangeError)
    expect(listen(NaN)).toThrow(RangeError)
    expect(listen(2 ** 31)).toThrow(RangeError)
  })
})

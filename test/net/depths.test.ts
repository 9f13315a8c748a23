import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { kinds, make } from '../reactor/kinds'
import { deferred, dial, listening, pattern, receive, serve } from './peers'

describe.each(kinds)('stats() on $name', (kind) => {
  it('of a reactor without sockets are zeros, and make none', () => {
    const reactor = make(kind.backend)
    expect(reactor.stats()).toMatchObject({
      turns: 0,
      events: 0,
      crossings: 0,
      waitMs: 0,
      visits: 0,
      registered: 0,
      referenced: 0,
      carried: 0,
      sockets: 0,
      queuedCommands: 0,
      dueSockets: 0,
      backlogBytes: 0,
    })
  })

  it('count turns, events, crossings and the wait', () => {
    const { reactor } = listening(kind, {})
    reactor.turn(20)
    reactor.turn(0)
    const stats = reactor.stats()
    expect(stats.turns).toBe(2)
    expect(stats.events).toBe(0)
    expect(stats.crossings).toBeGreaterThanOrEqual(2)
    expect(stats.waitMs).toBeGreaterThanOrEqual(19)
    expect(stats.registered).toBe(1)
  })

  it('count the visits of libuv while it runs', async () => {
    const { reactor, port } = serve(kind, {
      data: (socket, chunk) => {
        socket.write(chunk)
      },
    })
    const peer = dial(port)
    const answer = receive(peer, 1)
    peer.write('x')
    await answer
    expect(reactor.stats().visits).toBeGreaterThan(0)
  })

  it('know what handlers have queued, and what the kernel did not take', async () => {
    const seen = deferred<[number, number]>()
    const { reactor, port } = serve(kind, {
      open: (socket: Socket) => {
        socket.write('small')
        const before = reactor.stats()
        socket.write(pattern(8 * 1024 * 1024))
        seen.resolve([before.queuedCommands, before.backlogBytes])
      },
    })
    const peer = dial(port)
    peer.pause()
    expect(await seen.promise).toEqual([1, 5])
    const { backlogBytes, sockets } = reactor.stats()
    expect(sockets).toBe(1)
    expect(backlogBytes).toBeGreaterThan(1024 * 1024)
    const all = receive(peer, 5 + 8 * 1024 * 1024)
    peer.resume()
    await all
    while (reactor.stats().backlogBytes > 0) await new Promise(setImmediate)
  })

  it('know the sockets with something to tell', async () => {
    const opened = deferred<Socket>()
    const { reactor, port } = listening(kind, { open: opened.resolve })
    const peer = dial(port)
    await new Promise((resolve) => peer.once('connect', resolve))
    reactor.turn(1000)
    const socket = await opened.promise
    socket.destroy()
    await new Promise(setImmediate)
    expect(reactor.stats()).toMatchObject({ dueSockets: 1, sockets: 0 })
    reactor.turn(0)
    expect(reactor.stats().dueSockets).toBe(0)
  })

  it('of a closed reactor throw ERR_CLOSED', () => {
    const { reactor } = listening(kind, {})
    reactor.close()
    expect(() => reactor.stats()).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }) as Error)
  })
})

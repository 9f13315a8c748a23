// Descriptor numbers come back: what is registered under one whose descriptor was closed is stale.

import { describe, expect, it } from 'vitest'
import type { Reactor, Registration } from '../../lib'
import * as sys from '../../lib/sys'
import { keep } from '../multiplexer/scene'
import { kinds, make, reading } from '../reactor/kinds'
import { dial, listening, receive } from './peers'

const { AF_UNIX, EFD_NONBLOCK, SOCK_NONBLOCK, SOCK_STREAM, POLLNVAL } = sys.constants

/** A registration whose descriptor was closed behind its back, so that the next one has its number. */
function stale(served: ReturnType<typeof listening>): {
  registration: Registration
  events: number[]
} {
  const events: number[] = []
  const [one, other] = sys.socketpair(AF_UNIX, SOCK_STREAM)
  sys.close(Math.max(one, other))
  const fd = Math.min(one, other)
  const registration = served.reactor.register(fd, { readable: false }, (bits) => {
    events.push(bits)
  })
  sys.close(fd)
  return { registration, events }
}

async function turnOnce(reactor: Reactor): Promise<void> {
  reactor.turn(0)
  await new Promise(setImmediate)
}

describe.each(kinds)('numbers that come back, on $name', (kind) => {
  it('an accepted connection takes over the number of a registration that was left behind', async () => {
    const served = listening(kind, {
      open: (socket) => {
        opened.push(socket.fd)
      },
      data: (socket, chunk) => {
        socket.write(chunk)
      },
    })
    const opened: number[] = []
    // Made before the peer, whose own descriptor would have the number otherwise.
    const peer = dial(served.port)
    const { registration, events } = stale(served)
    void served.reactor.run()
    const answer = receive(peer, 4)
    peer.write('ping')
    expect((await answer).toString()).toBe('ping')
    if (opened[0] !== registration.fd) return // somebody else was quicker: nothing to see
    expect(events).toEqual([POLLNVAL])
    expect(registration.closed).toBe(true)
    registration.close()
    const again = receive(peer, 5)
    peer.write('again')
    expect((await again).toString()).toBe('again')
  })

  it('a socket that connects takes it over too, and the old registration is closed', async () => {
    const served = listening(kind, {})
    const { registration, events } = stale(served)
    const connecting = served.reactor.connect({
      port: served.port,
      trigger: kind.trigger,
      socket: {},
    })
    void served.reactor.run()
    const socket = await connecting
    expect(socket.fd).toBe(registration.fd)
    expect(events).toEqual([POLLNVAL])
    expect(() => {
      registration.rearm()
    }).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }) as Error)
    expect(socket.destroyed).toBe(false)
  })

  it('closing the stale registration first leaves the new socket alone', async () => {
    const served = listening(kind, {
      data: (socket, chunk) => {
        socket.write(chunk)
      },
    })
    const { registration, events } = stale(served)
    const connecting = served.reactor.connect({
      port: served.port,
      trigger: kind.trigger,
      socket: {
        open: (socket) => {
          socket.write('x')
        },
        data: (socket) => {
          socket.end()
        },
      },
    })
    await Promise.resolve()
    registration.close()
    void served.reactor.run()
    const socket = await connecting
    while (!socket.destroyed) await new Promise(setImmediate)
    expect(socket.bytesRead).toBe(1)
    expect(events).toEqual([])
  })

  it('a copy of a socket’s descriptor keeps nothing of it in the set', async () => {
    let copy = -1
    const served = listening(kind, {
      open: (socket) => {
        copy = sys.fcntl(socket.fd, sys.constants.F_DUPFD_CLOEXEC, 0)
        socket.destroy()
      },
    })
    const { reactor, port } = served
    const peer = dial(port)
    while (copy < 0) await turnOnce(reactor)
    // The connection lives on in the copy: what comes for it must not end the reactor's waits.
    await new Promise((resolve) => peer.write('hello', resolve))
    expect(sys.poll([{ fd: copy, events: sys.constants.POLLIN }], -1)).toHaveLength(1)
    while (reactor.turn(0) > 0); // the end of its socket
    const before = performance.now()
    expect(reactor.turn(30)).toBe(0)
    expect(performance.now() - before).toBeGreaterThan(25)
    sys.close(copy)
    peer.destroy()
  })

  it('a descriptor that is given to listen and is registered is refused with EEXIST', () => {
    const reactor = make(kind.backend)
    const fd = sys.socket(sys.constants.AF_INET, SOCK_STREAM)
    sys.bind(fd, { address: '127.0.0.1', port: 0 })
    sys.listen(fd, 1)
    reactor.register(fd, { readable: true }, () => undefined)
    expect(() => reactor.listen({ fd, trigger: kind.trigger, socket: {} })).toThrow(
      expect.objectContaining({ code: 'EEXIST' }) as Error,
    )
    sys.close(fd)
  })

  it('what was carried over for a number is not told to the next one that has it', () => {
    const reactor = make(kind.backend)
    // More than a turn has room for: what stands behind is carried over to the next one.
    const sockets = Array.from({ length: 12 }, () => {
      const [ours, theirs] = sys.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)
      expect(sys.send(theirs, Buffer.alloc(100_000))).toBe(100_000)
      keep(theirs)
      return reactor.adopt(ours, { trigger: kind.trigger, socket: {} })
    })
    const told = new Set<number>()
    const watched = Array.from({ length: 20 }, () => {
      const fd = sys.eventfd(1, EFD_NONBLOCK)
      return reactor.register(fd, reading(kind), () => told.add(fd))
    })
    reactor.turn(0)
    const left = watched.filter(({ fd }) => !told.has(fd))
    const [carried] = left
    if (carried === undefined) throw new Error('all were told at once')
    expect(reactor.stats().carried).toBeGreaterThan(0)
    const { fd } = carried
    carried.close()
    sys.close(fd)
    const spare: number[] = []
    let next = sys.eventfd(0, EFD_NONBLOCK)
    for (; next !== fd; next = sys.eventfd(0, EFD_NONBLOCK)) spare.push(next)
    let stale = 0
    const successor = reactor.register(next, reading(kind), () => stale++)
    while (left.some((one) => one !== carried && !told.has(one.fd))) reactor.turn(1000)
    expect(stale).toBe(0)
    for (const one of [...watched.filter((one) => one !== carried), successor]) {
      one.close()
      sys.close(one.fd)
    }
    for (const one of spare) sys.close(one)
    for (const socket of sockets) socket.destroy()
    reactor.turn(0)
  })
})

describe('numbers that come back, on epoll', () => {
  it('a socket closed by others ends with EBADF when its number is given out again', async () => {
    const kind = { name: 'epoll', backend: 'epoll', trigger: 'edge' } as const
    const failures: unknown[] = []
    const served = listening(kind, {})
    void served.reactor.run()
    const first = await served.reactor.connect({
      port: served.port,
      socket: {
        close: (_socket, error) => {
          failures.push(error)
        },
      },
    })
    const { fd } = first
    sys.close(fd)
    const second = await served.reactor.connect({ port: served.port, socket: {} })
    expect(second.fd).toBe(fd)
    while (failures.length === 0) await new Promise(setImmediate)
    expect(failures).toEqual([expect.objectContaining({ code: 'EBADF' })])
    expect(second.destroyed).toBe(false)
  })
})

// The ends of connections: half-closed, closed, reset, refused; and urgent data.

import { describe, expect, it } from 'vitest'
import { ERR, ET, HUP, IN, type Multiplexer, OUT, PRI, RDHUP } from '../../lib'
import { constants, getsockopt, recv, send, shutdown } from '../../lib/sys'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { reset, tcpConnecting, tcpListener, tcpPair, udpPair, unixPair } from './network'
import { byFd, drain, feed, fill, now, shut, soon, SOON, take, thrown, using } from './scene'

expectNoLeak()

const { MSG_OOB, SHUT_RD, SHUT_RDWR, SHUT_WR, SOL_SOCKET, SO_ERROR } = constants

/** Waits until `fd` shows just these bits: those of one event may come one after the other. */
function expectSoon(multiplexer: Multiplexer, fd: number, events: number): void {
  const end = performance.now() + SOON
  let seen = byFd(multiplexer.wait(SOON))
  while (seen[fd] !== events && performance.now() < end) seen = byFd(multiplexer.wait(10))
  expect(seen).toEqual({ [fd]: events })
}

const streams = [
  ['TCP', tcpPair],
  ['Unix', () => unixPair('stream')],
] as const

describe.each(backends)('$name', ({ name, make, shows }) => {
  // select has no bit for it, and refuses it.
  const halfClose = name === 'select' ? 0 : RDHUP

  describe.each(streams)('%s', (_, connected) => {
    it('a peer that shuts down its writing is reported as end of stream, not as hang-up', () => {
      const multiplexer = using(make())
      const [near, far] = connected()
      multiplexer.add(near, IN | halfClose)
      shutdown(far, SHUT_WR)
      expectSoon(multiplexer, near, shows(IN | RDHUP, IN | halfClose))
      expect(take(near)).toBe('')
      // The other direction is as it was.
      multiplexer.modify(near, OUT)
      expectSoon(multiplexer, near, OUT)
      multiplexer.remove(near)
      multiplexer.add(far, IN | halfClose)
      feed(near, 'answer')
      expectSoon(multiplexer, far, IN)
      expect(take(far)).toBe('answer')
    })

    it('data before the end of stream is reported with it', () => {
      const multiplexer = using(make())
      const [near, far] = connected()
      multiplexer.add(near, IN | halfClose)
      feed(far, 'last words')
      shutdown(far, SHUT_WR)
      expectSoon(multiplexer, near, shows(IN | RDHUP, IN | halfClose))
      expect(take(near)).toBe('last words')
      expect(take(near)).toBe('')
    })

    it('RDHUP is not reported unasked', () => {
      const multiplexer = using(make())
      const [near, far] = connected()
      multiplexer.add(near, IN)
      shutdown(far, SHUT_WR)
      expectSoon(multiplexer, near, IN)
    })

    it('shutting down both directions is reported as hang-up', () => {
      const multiplexer = using(make())
      const [near, far] = connected()
      multiplexer.add(near, IN | OUT)
      shutdown(near, SHUT_WR)
      shutdown(far, SHUT_WR)
      expectSoon(multiplexer, near, shows(IN | OUT | HUP, IN | OUT))
    })

    it('shutting down one’s own reading is reported as end of stream', () => {
      const multiplexer = using(make())
      const [near] = connected()
      multiplexer.add(near, IN | halfClose)
      expect(now(multiplexer)).toEqual({})
      shutdown(near, SHUT_RD)
      expectSoon(multiplexer, near, shows(IN | RDHUP, IN | halfClose))
    })

    it('is no longer writable while the peer reads nothing', () => {
      const multiplexer = using(make())
      const [near, far] = connected()
      multiplexer.add(near, OUT)
      expectSoon(multiplexer, near, OUT)
      // What the kernel moves on makes room again: until it is quiet for a while.
      do fill(near)
      while (multiplexer.wait(50).length > 0)
      expect(now(multiplexer)).toEqual({})
      const reader = using(make())
      reader.add(far, IN)
      let room: Record<number, number> = {}
      while (room[near] === undefined) {
        reader.wait(SOON)
        drain(far)
        room = now(multiplexer)
      }
      expect(room).toEqual({ [near]: OUT })
    })
  })

  it('a reset is reported as error and hang-up, and read as ECONNRESET', () => {
    const multiplexer = using(make())
    const [near, far] = tcpPair()
    multiplexer.add(near, IN | OUT | halfClose)
    reset(far)
    const all = IN | OUT | ERR | HUP | RDHUP
    expectSoon(multiplexer, near, shows(all, IN | OUT | halfClose))
    expect(thrown(() => recv(near, Buffer.alloc(8)))).toMatchObject({ code: 'ECONNRESET' })
    // The error has been met; the hang-up stays.
    expectSoon(multiplexer, near, shows(all & ~ERR, IN | OUT | halfClose))
  })

  it('a reset is reported unasked, where the call has bits for it', () => {
    const multiplexer = using(make())
    const [near, far] = tcpPair()
    multiplexer.add(near, 0)
    reset(far)
    if (name === 'select') expect(now(multiplexer)).toEqual({})
    else expectSoon(multiplexer, near, ERR | HUP)
  })

  it('a Unix peer that closes is reported as hang-up', () => {
    const multiplexer = using(make())
    const [near, far] = unixPair('stream')
    multiplexer.add(near, IN | halfClose)
    shut(far)
    expectSoon(multiplexer, near, shows(IN | HUP | RDHUP, IN | halfClose))
  })

  it('a connection that comes about is reported as writable', () => {
    const multiplexer = using(make())
    const { port } = tcpListener()
    const fd = tcpConnecting(port)
    multiplexer.add(fd, OUT)
    expectSoon(multiplexer, fd, OUT)
    expect(getsockopt(fd, SOL_SOCKET, SO_ERROR)).toBe(0)
  })

  it('a connection that is refused is reported as error, and SO_ERROR tells which', () => {
    const multiplexer = using(make())
    const { listener, port } = tcpListener()
    shut(listener)
    const fd = tcpConnecting(port)
    multiplexer.add(fd, OUT)
    expectSoon(multiplexer, fd, shows(OUT | ERR | HUP, OUT))
    expect(getsockopt(fd, SOL_SOCKET, SO_ERROR)).toBe(constants.ECONNREFUSED)
  })

  it('a datagram that nobody takes is reported as error on a connected UDP socket', () => {
    const multiplexer = using(make())
    const [near, far] = udpPair()
    shut(far)
    multiplexer.add(near, IN)
    feed(near)
    expectSoon(multiplexer, near, shows(ERR, IN))
    expect(thrown(() => recv(near, Buffer.alloc(8)))).toMatchObject({ code: 'ECONNREFUSED' })
    expect(now(multiplexer)).toEqual({})
  })

  it('urgent data is reported as priority until it is read', () => {
    const multiplexer = using(make())
    const [near, far] = tcpPair()
    multiplexer.add(near, IN | PRI)
    send(far, Buffer.from('!'), MSG_OOB)
    expectSoon(multiplexer, near, PRI)
    expectSoon(multiplexer, near, PRI)
    const byte = Buffer.alloc(1)
    expect(recv(near, byte, MSG_OOB)).toBe(1)
    expect(byte.toString()).toBe('!')
    expect(now(multiplexer)).toEqual({})
  })

  it('urgent data and other data are told apart', () => {
    const multiplexer = using(make())
    const [near, far] = tcpPair()
    multiplexer.add(near, IN)
    send(far, Buffer.from('!'), MSG_OOB)
    feed(far, 'plain')
    expectSoon(multiplexer, near, IN)
    multiplexer.modify(near, IN | PRI)
    expectSoon(multiplexer, near, IN | PRI)
  })
})

describe.each(backends.filter(({ make }) => make().supports.edge))('$name, edges', ({ make }) => {
  it('half-close is an edge, and is reported once', () => {
    const multiplexer = using(make())
    const [near, far] = tcpPair()
    multiplexer.add(near, IN | RDHUP | ET)
    expect(now(multiplexer)).toEqual({})
    shutdown(far, SHUT_WR)
    expectSoon(multiplexer, near, IN | RDHUP)
    expect(now(multiplexer)).toEqual({})
  })

  it('each segment of data is an edge, read or not', () => {
    const multiplexer = using(make())
    const [near, far] = unixPair('stream')
    multiplexer.add(near, IN | ET)
    for (let i = 0; i < 3; i++) {
      feed(far)
      expect(soon(multiplexer)).toEqual({ [near]: IN })
      expect(now(multiplexer)).toEqual({})
    }
    expect(take(near)).toBe('xxx')
  })

  it('an event tells all that holds at that moment, also what was told before', () => {
    const multiplexer = using(make())
    const [near, far] = unixPair('stream')
    multiplexer.add(near, IN | OUT | ET)
    expect(soon(multiplexer)).toEqual({ [near]: OUT })
    feed(far)
    expect(soon(multiplexer)).toEqual({ [near]: IN | OUT })
    shutdown(far, SHUT_RDWR)
    expectSoon(multiplexer, near, IN | OUT | HUP)
    expect(now(multiplexer)).toEqual({})
  })
})

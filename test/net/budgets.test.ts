// What one socket, one listener and one turn may take, so that nobody waits for long behind the others.

import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { kinds, make } from '../reactor/kinds'
import { feed } from '../multiplexer/scene'
import { expectNoLeak } from '../sys/openDescriptors'
import { opened, pair } from '../sys/opened'
import { listening, pattern } from './peers'

const BUDGET = 256 * 1024

describe.each(kinds)('a turn on $name', (kind) => {
  expectNoLeak()

  /** A socket whose peer has sent these bytes already, and nothing more will announce them. */
  const waiting = (
    reactor: ReturnType<typeof make>,
    bytes: Uint8Array,
    data: (chunk: Uint8Array) => void,
  ): Socket => {
    const [ours, theirs] = sys.socketpair(
      constants.AF_UNIX,
      constants.SOCK_STREAM | constants.SOCK_NONBLOCK,
    )
    opened(theirs)
    sys.setsockopt(theirs, constants.SOL_SOCKET, constants.SO_SNDBUF, 212_992)
    expect(sys.send(theirs, bytes)).toBe(bytes.length)
    return reactor.adopt(ours, {
      trigger: kind.trigger,
      socket: {
        data: (_socket, chunk) => {
          data(chunk)
        },
      },
    })
  }

  it('gives a socket 256 KiB of what it has, and the rest in the next ones, unannounced', () => {
    const reactor = make(kind.backend)
    const bytes = pattern(300_000)
    const got: Buffer[] = []
    const socket = waiting(reactor, bytes, (chunk) => got.push(Buffer.from(chunk)))
    const perTurn: number[] = []
    for (let had = 0; had < bytes.length; had = socket.bytesRead) {
      reactor.turn(1000)
      perTurn.push(socket.bytesRead - had)
    }
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(BUDGET)
    expect(Buffer.concat(got).equals(bytes)).toBe(true)
    expect(reactor.turn(0)).toBe(0)
    expect(reactor.stats().carried).toBe(0)
    socket.destroy()
    reactor.turn(0)
  })

  it('that has no room for all of them serves those first that it left out', () => {
    const reactor = make(kind.backend)
    const bytes = pattern(150_000)
    let turn = 0
    const count = 12
    const last = Array.from({ length: count }, () => 0)
    const gaps: number[] = []
    const sockets = last.map((_, i) =>
      waiting(reactor, bytes, () => {
        gaps.push(turn - (last[i] ?? 0))
        last[i] = turn
      }),
    )
    let left = 0
    while (sockets.some((socket) => socket.bytesRead < bytes.length)) {
      turn++
      reactor.turn(1000)
      left = Math.max(left, reactor.stats().carried)
      expect(turn).toBeLessThan(100)
    }
    // A turn receives 512 KiB at the most: not all have theirs in one.
    expect(left).toBeGreaterThan(0)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil((count * BUDGET) / (512 * 1024)) + 1)
    for (const socket of sockets) socket.destroy()
    reactor.turn(0)
  })

  it('does not let those that have much keep others from theirs', () => {
    const reactor = make(kind.backend)
    const greedy = Array.from({ length: 2 }, () =>
      waiting(reactor, pattern(200_000), () => undefined),
    )
    let modest = 0
    const other = waiting(reactor, Buffer.from('x'), (chunk) => (modest += chunk.length))
    let registered = 0
    const [reader, writer] = pair()
    const registration = reactor.register(
      reader,
      { readable: true, trigger: kind.trigger },
      () => registered++,
    )
    feed(writer)
    reactor.turn(1000)
    expect([modest, registered]).toEqual([1, 1])
    registration.close()
    for (const socket of [...greedy, other]) socket.destroy()
    reactor.turn(0)
  })

  it('accepts 64 connections of a listener, and the rest in the next ones', () => {
    let accepted = 0
    const { reactor, port, listener } = listening(kind, {
      open: (socket) => {
        accepted++
        socket.destroy()
      },
    })
    const count = 100
    const address = { address: '127.0.0.1', port }
    for (let i = 0; i < count; i++) {
      const fd = opened(sys.socket(constants.AF_INET, constants.SOCK_STREAM))
      expect(sys.connect(fd, address)).toBe(0)
    }
    reactor.turn(1000)
    expect(accepted).toBe(64)
    while (accepted < count) reactor.turn(1000)
    expect(accepted).toBe(count)
    listener.close()
    reactor.turn(0)
  })
})

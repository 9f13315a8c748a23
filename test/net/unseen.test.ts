// Connections that nobody has been told of yet: without an `open` handler they have no object until
// there is something to tell. Nobody can see the difference.

import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { kinds } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { opened } from '../sys/opened'
import { listening, type Served } from './peers'

/** A client that has connected and said nothing, and the turn that took it. */
function silentClient({ reactor, port }: Served): number {
  const client = opened(sys.socket(constants.AF_INET, constants.SOCK_STREAM))
  expect(sys.connect(client, { address: '127.0.0.1', port })).toBe(0)
  const before = reactor.stats().sockets
  while (reactor.stats().sockets === before) reactor.turn(1000)
  return client
}

function lastWord(client: number): string {
  const room = Buffer.alloc(100)
  const length = sys.recv(client, room)
  return room.toString('latin1', 0, length)
}

describe.each(kinds)('a connection that says nothing, on $name', (kind) => {
  expectNoLeak()

  it('counts, and keeps the reactor going', () => {
    const served = listening(kind, { data: () => undefined })
    const { reactor } = served
    const alone = reactor.stats().referenced
    silentClient(served)
    expect(reactor.stats()).toMatchObject({ sockets: 1, referenced: alone + 1 })
  })

  it('is among the sockets, and can be written to and ended', () => {
    const served = listening(kind, { data: () => undefined })
    const { reactor } = served
    const client = silentClient(served)
    const [socket, ...others] = [...reactor.sockets()]
    expect(others).toEqual([])
    expect([...reactor.sockets()]).toEqual([socket])
    expect([socket?.readyState, socket?.bytesRead, socket?.bufferedBytes]).toEqual(['open', 0, 0])
    socket?.end('bye')
    reactor.turn(0)
    expect(lastWord(client)).toBe('bye')
    expect(lastWord(client)).toBe('')
  })

  it('is told with its first bytes, and the same object until it is closed', () => {
    const told: [string, Socket][] = []
    const served = listening(kind, {
      data: (socket) => told.push(['data', socket]),
      close: (socket) => told.push(['close', socket]),
    })
    const { reactor } = served
    const client = silentClient(served)
    sys.send(client, Buffer.from('a'))
    while (told.length < 1) reactor.turn(1000)
    sys.send(client, Buffer.from('b'))
    while (told.length < 2) reactor.turn(1000)
    sys.shutdown(client, constants.SHUT_WR)
    while (told.length < 3) reactor.turn(1000)
    expect(told.map(([what]) => what)).toEqual(['data', 'data', 'close'])
    expect(new Set(told.map(([, socket]) => socket)).size).toBe(1)
    expect(reactor.stats().sockets).toBe(0)
  })

  it('is told that it ends where it never spoke', () => {
    const told: string[] = []
    const served = listening(kind, {
      end: (socket) => {
        told.push('end')
        socket.end()
      },
      close: (socket, error) => told.push(`close ${socket.readyState} ${String(error)}`),
    })
    const { reactor } = served
    const client = silentClient(served)
    sys.shutdown(client, constants.SHUT_WR)
    while (told.length < 2) reactor.turn(1000)
    expect(told).toEqual(['end', 'close closed undefined'])
  })

  it('goes as silently as it came where nobody listens for its end', () => {
    const served = listening(kind, { data: () => undefined })
    const { reactor } = served
    const { referenced } = reactor.stats()
    for (let round = 0; round < 3; round++) {
      const clients = [silentClient(served), silentClient(served)]
      for (const client of clients) sys.shutdown(client, constants.SHUT_WR)
      while (reactor.stats().sockets > 0) reactor.turn(1000)
      reactor.turn(0)
      expect(reactor.stats()).toMatchObject({ sockets: 0, referenced })
      expect([...reactor.sockets()]).toEqual([])
    }
  })

  it('is told that it was idle for too long', () => {
    const told: Socket[] = []
    const served = listening(kind, { timeout: (socket) => told.push(socket) }, { idleTimeout: 30 })
    const { reactor } = served
    silentClient(served)
    while (told.length === 0) reactor.turn(1000)
    expect([...reactor.sockets()]).toEqual(told)
  })

  it('stands beside sockets of a listener that tells of each', () => {
    const seen: Socket[] = []
    const served = listening(kind, { data: () => undefined })
    const { reactor } = served
    const listener = reactor.listen({
      port: 0,
      trigger: kind.trigger,
      socket: { open: (socket) => seen.push(socket) },
    })
    silentClient(served)
    silentClient({ reactor, port: listener.port ?? 0, listener })
    silentClient(served)
    expect(seen).toHaveLength(1)
    expect(reactor.stats().sockets).toBe(3)
    expect(new Set(reactor.sockets()).size).toBe(3)
    expect([...reactor.sockets()]).toContain(seen[0])
    listener.close()
  })

  it('is closed with the reactor', () => {
    const served = listening(kind, { close: () => expect.unreachable() })
    const client = silentClient(served)
    served.reactor.close()
    expect(lastWord(client)).toBe('')
  })
})

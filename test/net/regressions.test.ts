// Faults that a review of the stream plane found, each told as it would have been met.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { kinds, make } from '../reactor/kinds'
import { deferred, dial, gather, pattern, peerServer, serve } from './peers'

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
})

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { kinds } from '../reactor/kinds'
import { deferred, dial, gather, pattern, receive, serve, turnOfTheLoop } from './peers'

/** More than the kernel's buffers on both sides of a loopback connection take. */
const FLOOD = 32 * 1024 * 1024

describe.each(kinds)('backpressure on $name', (kind) => {
  it('write() answers false from highWaterMark on', async () => {
    const answers: boolean[] = []
    const buffered: number[] = []
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          for (let i = 0; i < 5; i++) {
            answers.push(socket.write('0123456789'))
            buffered.push(socket.bufferedBytes)
          }
          socket.end()
        },
      },
      { highWaterMark: 30 },
    )
    await gather(dial(port))
    expect(answers).toEqual([true, true, false, false, false])
    expect(buffered).toEqual([10, 20, 30, 40, 50])
  })

  it('a highWaterMark of 0 makes every write answer false', async () => {
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          expect(socket.highWaterMark).toBe(0)
          socket.end(String(socket.write('x')))
        },
      },
      { highWaterMark: 0 },
    )
    expect((await gather(dial(port))).toString()).toBe('xfalse')
  })

  it('drain is called once for each crossing, when nothing is queued', async () => {
    const rounds = 5
    const drains: number[] = []
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          socket.write('1')
          socket.write('2')
          expect(socket.write('345')).toBe(false)
          expect(socket.write('6')).toBe(false)
        },
        drain: (socket) => {
          drains.push(socket.bufferedBytes)
          if (drains.length === rounds) socket.end()
          else expect(socket.write('789')).toBe(false)
        },
      },
      { highWaterMark: 3 },
    )
    const peer = dial(port)
    expect((await gather(peer)).toString()).toBe('123456789789789789')
    expect(drains).toEqual(Array(rounds).fill(0))
  })

  it('no drain is called where the mark was not reached', async () => {
    let drains = 0
    const { port } = serve(kind, {
      data: (socket, chunk) => {
        socket.write(chunk)
      },
      drain: () => {
        drains++
      },
    })
    const peer = dial(port)
    for (let i = 0; i < 10; i++) {
      const got = receive(peer, 100)
      peer.write(pattern(100))
      await got
    }
    expect(drains).toBe(0)
  })

  it('a producer that heeds write() and drain sends all to a slow reader', async () => {
    const block = pattern(10_000, 4)
    const blocks = 1000
    let sent = 0
    let most = 0
    let drains = 0
    const produce = (socket: Socket): void => {
      while (sent < blocks) {
        sent++
        const more = socket.write(block)
        most = Math.max(most, socket.bufferedBytes)
        if (!more) return
      }
      socket.end()
    }
    const { port } = serve(kind, {
      open: produce,
      drain: (socket) => {
        drains++
        produce(socket)
      },
    })
    const peer = dial(port)
    const chunks: Buffer[] = []
    peer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (chunks.length % 8 !== 0) return
      peer.pause()
      setImmediate(() => peer.resume())
    })
    await once(peer, 'end')
    const expected = Buffer.concat(Array.from({ length: blocks }, () => block))
    expect(Buffer.concat(chunks).equals(expected)).toBe(true)
    expect(drains).toBeGreaterThan(0)
    expect(most).toBeLessThan(64 * 1024 + block.length)
  })

  it('write() goes on answering false until the peer has read', async () => {
    const opened = deferred<Socket>()
    const drained = deferred()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
      drain: () => {
        drained.resolve()
      },
    })
    const peer = dial(port)
    peer.pause()
    const socket = await opened.promise
    // In pieces that are copied: more than the kernel takes, and past the mark in one turn.
    const piece = Buffer.alloc(60_000, 'x')
    for (let written = 0; written < FLOOD; written += piece.length) socket.write(piece)
    // What the kernel did not take is known after the next turn.
    await turnOfTheLoop()
    while (socket.bufferedBytes === 0) await turnOfTheLoop()
    const answers = new Set<boolean>()
    for (let i = 0; i < 20; i++) {
      await turnOfTheLoop()
      answers.add(socket.write('y'))
      expect(socket.bufferedBytes).toBeGreaterThan(socket.highWaterMark)
    }
    expect([...answers]).toEqual([false])
    const total = socket.bytesWritten
    const got = receive(peer, total)
    peer.resume()
    await drained.promise
    expect(socket.bufferedBytes).toBe(0)
    expect((await got).length).toBe(total)
  })

  it('write() answers false after a flush that got stuck just past the mark', async () => {
    const opened = deferred<Socket>()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
    })
    const peer = dial(port)
    peer.pause()
    const socket = await opened.promise
    // Each flush crosses the mark, and sooner or later one is not taken whole.
    const piece = Buffer.alloc(64 * 1024, 'x')
    for (let i = 0; i < FLOOD / piece.length; i++) {
      socket.write(piece)
      await turnOfTheLoop()
    }
    expect(socket.bufferedBytes).toBeGreaterThan(FLOOD / 4)
    expect(socket.write('y')).toBe(false)
  })

  it('for a peer that never reads, bufferedBytes grows only by what is written', async () => {
    const opened = deferred<Socket>()
    const closed = deferred()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
      close: () => {
        closed.resolve()
      },
    })
    const peer = dial(port)
    peer.pause()
    const socket = await opened.promise
    socket.write(Buffer.alloc(FLOOD))
    // The kernel takes the last of what it has room for a little later than the first.
    let before = 0
    while (before !== socket.bufferedBytes || before === FLOOD) {
      before = socket.bufferedBytes
      await delay(100)
    }
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(FLOOD)
    for (let i = 1; i <= 10; i++) {
      socket.write(Buffer.alloc(1000))
      await turnOfTheLoop()
      expect(socket.bufferedBytes).toBe(before + i * 1000)
    }
    socket.destroy()
    await closed.promise
    expect(socket.bufferedBytes).toBe(0)
  })

  it('end(data) sends all of it, and then the end', async () => {
    const sent = pattern(8 * 1024 * 1024, 12)
    const { port } = serve(kind, {
      open: (socket) => {
        socket.write('head')
        socket.end(sent)
        expect(socket.write('late')).toBe(false)
      },
    })
    const peer = dial(port)
    peer.pause()
    await once(peer, 'connect')
    for (let i = 0; i < 10; i++) await turnOfTheLoop()
    const got = gather(peer)
    peer.resume()
    expect((await got).equals(Buffer.concat([Buffer.from('head'), sent]))).toBe(true)
  })
})

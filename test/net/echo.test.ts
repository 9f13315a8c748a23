import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Socket, SocketHandlers } from '../../lib'
import { kinds } from '../reactor/kinds'
import { thrown } from '../multiplexer/scene'
import { deferred, dial, gather, pattern, peerServer, pieces, receive, serve } from './peers'

const echo: SocketHandlers = {
  data: (socket, chunk) => {
    socket.write(chunk)
  },
}

describe.each(kinds)('echo on $name', (kind) => {
  it('returns every byte, whatever the sizes of the chunks', async () => {
    const { port } = serve(kind, echo)
    const sent = pattern(1_500_000, 7)
    const peer = dial(port)
    const got = gather(peer)
    for (const piece of pieces(sent, 40_000, 3)) {
      if (!peer.write(piece)) await once(peer, 'drain')
    }
    peer.end()
    expect((await got).equals(sent)).toBe(true)
  })

  it('serves fifty connections at once, each with its own bytes', async () => {
    const { port } = serve(kind, echo)
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const sent = pattern(64 * 1024, i + 1)
        const peer = dial(port)
        const got = gather(peer)
        for (const piece of pieces(sent, 9_000, i + 1)) peer.write(piece)
        peer.end()
        expect((await got).equals(sent)).toBe(true)
      }),
    )
  })

  it('keeps all bytes for a reader that stops and goes on', async () => {
    const { port } = serve(kind, echo)
    const sent = pattern(4 * 1024 * 1024, 11)
    const peer = dial(port)
    const chunks: Buffer[] = []
    let sinceStop = 0
    peer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      sinceStop += chunk.length
      if (sinceStop < 300_000) return
      sinceStop = 0
      peer.pause()
      setTimeout(() => peer.resume(), 5)
    })
    const ended = once(peer, 'end')
    peer.end(sent)
    await ended
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
  })

  it('answers all that came before the peer ended, without an end handler', async () => {
    const { port } = serve(kind, echo)
    const sent = pattern(2 * 1024 * 1024, 5)
    const peer = dial(port)
    const got = gather(peer)
    peer.end(sent)
    expect((await got).equals(sent)).toBe(true)
  })

  it('answers all, and more after the end, with an end handler', async () => {
    let ends = 0
    const { port } = serve(kind, {
      ...echo,
      end: (socket) => {
        ends++
        socket.write('and ')
        setTimeout(() => {
          socket.end('that is all')
        }, 10)
      },
    })
    const sent = pattern(300_000, 5)
    const peer = dial(port)
    const got = gather(peer)
    peer.end(sent)
    expect((await got).equals(Buffer.concat([sent, Buffer.from('and that is all')]))).toBe(true)
    expect(ends).toBe(1)
  })

  it('leaves a socket with an end handler open until it is ended', async () => {
    const halfClosed = deferred<Socket>()
    const { port } = serve(kind, {
      end: (socket) => {
        halfClosed.resolve(socket)
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.end('question')
    const socket = await halfClosed.promise
    expect(socket.destroyed).toBe(false)
    for (let i = 0; i < 5; i++) {
      socket.write(String(i))
      await new Promise(setImmediate)
    }
    socket.end()
    expect((await got).toString()).toBe('01234')
  })

  it('calls open, data, end and close, in this order and nothing else', async () => {
    const calls: string[] = []
    const closed = deferred()
    const { port } = serve(kind, {
      open: () => calls.push('open'),
      data: (_, chunk) => calls.push(`data ${Buffer.from(chunk).toString()}`),
      drain: () => calls.push('drain'),
      end: (socket) => {
        calls.push('end')
        socket.end()
      },
      error: () => calls.push('error'),
      close: (_, error) => {
        calls.push(error === undefined ? 'close' : 'close with an error')
        closed.resolve()
      },
    })
    const peer = dial(port)
    peer.resume()
    peer.end('x')
    await closed.promise
    await new Promise(setImmediate)
    expect(calls).toEqual(['open', 'data x', 'end', 'close'])
  })

  it('sends what is written in open before anything was received', async () => {
    const { port } = serve(kind, {
      open: (socket) => {
        socket.write('220 ')
        socket.end('ready')
      },
    })
    expect((await gather(dial(port))).toString()).toBe('220 ready')
  })

  it('sends the writes of one turn in their order', async () => {
    const { port } = serve(kind, {
      data: (socket) => {
        for (let i = 0; i < 1000; i++) socket.write(`${String(i)};`)
        socket.end()
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.write('go')
    const expected = Array.from({ length: 1000 }, (_, i) => `${String(i)};`).join('')
    expect((await got).equals(Buffer.from(expected))).toBe(true)
  })

  it('sends more writes in one turn than one flush holds', async () => {
    const count = 50_000
    const { port } = serve(kind, {
      data: (socket) => {
        for (let i = 0; i < count; i++) socket.write(String(i % 10))
        socket.end()
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.write('go')
    expect((await got).equals(Buffer.from('0123456789'.repeat(count / 10)))).toBe(true)
  })

  it('mixes the received chunk with other writes, in order', async () => {
    const { port } = serve(kind, {
      data: (socket, chunk) => {
        socket.write('<')
        socket.write(chunk)
        socket.write('|')
        socket.write(chunk.subarray(1, 3))
        socket.write('|')
        socket.write(chunk.slice())
        socket.write('>')
      },
    })
    const peer = dial(port)
    const got = receive(peer, 14)
    peer.write('abcd')
    expect((await got).toString()).toBe('<abcd|bc|abcd>')
  })

  it('accepts a write of the received chunk from a later turn as a copy', async () => {
    const { port } = serve(kind, {
      data: (socket, chunk) => {
        const kept = chunk.slice()
        setTimeout(() => socket.write(kept), 1)
      },
    })
    const peer = dial(port)
    const got = receive(peer, 5)
    peer.write('later')
    expect((await got).toString()).toBe('later')
  })

  it('sends large data by reference whole and in order with small writes', async () => {
    const large = pattern(10 * 1024 * 1024, 21)
    const text = 'åb¢d'.repeat(256 * 1024) // 1 MiB of UTF-16 units
    const { port } = serve(kind, {
      data: (socket) => {
        socket.write('before ')
        socket.write(large)
        socket.write(' between ')
        socket.write(text)
        socket.write(pattern(100, 2))
        socket.write(' after')
        socket.end()
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.write('go')
    const expected = Buffer.concat([
      Buffer.from('before '),
      large,
      Buffer.from(` between ${text}`),
      pattern(100, 2),
      Buffer.from(' after'),
    ])
    expect((await got).equals(expected)).toBe(true)
  })

  it('sends large data of many sockets at once', async () => {
    const large = pattern(700_000, 3)
    const { port } = serve(kind, {
      open: (socket) => {
        socket.write(large)
        socket.end('.')
      },
    })
    const expected = Buffer.concat([large, Buffer.from('.')])
    const all = await Promise.all(Array.from({ length: 10 }, () => gather(dial(port))))
    for (const got of all) expect(got.equals(expected)).toBe(true)
  })

  it('sends what timers, immediates, ticks and promises write', async () => {
    const opened = deferred<Socket>()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
    })
    const peer = dial(port)
    const socket = await opened.promise
    const waysOut: ((write: () => void) => void)[] = [
      (write) => setTimeout(write, 2),
      (write) => setImmediate(write),
      (write) => {
        process.nextTick(write)
      },
      (write) => {
        queueMicrotask(write)
      },
      (write) => void Promise.resolve().then(write),
    ]
    for (const out of waysOut) {
      const got = receive(peer, 4)
      out(() => socket.write('ping'))
      expect((await got).toString()).toBe('ping')
    }
  })

  it('encodes strings as asked', async () => {
    const { port } = serve(kind, {
      open: (socket) => {
        socket.write('é', 'latin1')
        socket.write('é')
        socket.write('00ff', 'hex')
        socket.write('', 'utf8')
        socket.end('AQI=', 'base64')
      },
    })
    expect((await gather(dial(port))).toString('hex')).toBe('e9c3a900ff0102')
  })

  it('refuses what is neither text nor bytes', async () => {
    const opened = deferred<Socket>()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
    })
    dial(port)
    const socket = await opened.promise
    for (const bad of [undefined, null, 1, {}, [1], new ArrayBuffer(1)]) {
      const error = thrown(() => Reflect.apply(socket.write, socket, [bad]) as unknown)
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
    }
    expect(socket.bytesWritten).toBe(0)
  })

  it('counts bytesRead and bytesWritten', async () => {
    const closed = deferred<Socket>()
    const { port } = serve(kind, {
      ...echo,
      close: (socket) => {
        closed.resolve(socket)
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.end(pattern(123_456))
    await got
    const socket = await closed.promise
    expect([socket.bytesRead, socket.bytesWritten]).toEqual([123_456, 123_456])
  })

  it('connects out, and exchanges bytes both ways', async () => {
    const port = await peerServer((peer) => peer.pipe(peer))
    const sent = pattern(500_000, 8)
    const { reactor } = serve(kind, {})
    const chunks: Uint8Array[] = []
    const ended = deferred()
    const calls: string[] = []
    await reactor.connect({
      port,
      trigger: kind.trigger,
      socket: {
        open: (socket) => {
          calls.push('open')
          socket.end(sent)
        },
        data: (_, chunk) => chunks.push(chunk.slice()),
        end: () => {
          calls.push('end')
        },
        close: () => {
          calls.push('close')
          ended.resolve()
        },
      },
    })
    await ended.promise
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
    expect(calls).toEqual(['open', 'end', 'close'])
  })

  it('connects one reactor with itself', async () => {
    const { reactor, port } = serve(kind, echo)
    const sent = pattern(200_000, 9)
    const chunks: Uint8Array[] = []
    const closed = deferred()
    const socket = await reactor.connect({
      port,
      trigger: kind.trigger,
      socket: {
        data: (_, chunk) => chunks.push(chunk.slice()),
        close: () => {
          closed.resolve()
        },
      },
    })
    socket.end(sent)
    await closed.promise
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
  })

  it('goes by turns as well', async () => {
    const { reactor, port } = serve(kind, echo)
    reactor.stop()
    const peer = dial(port)
    const got = gather(peer)
    peer.end('turn by turn')
    while (!peer.readableEnded) {
      reactor.turn(0)
      await new Promise(setImmediate)
    }
    expect((await got).toString()).toBe('turn by turn')
  })
})

import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { type Kind, kinds } from '../reactor/kinds'
import { deferred, dial, gather, pattern, peerServer, serve, turnOfTheLoop } from './peers'

/** Two sockets that become readable in one turn, in which the first to be told pauses the other. */
async function pausedByAnother(
  kind: Kind,
  failure?: Error,
): Promise<{ paused: Socket; got: string[]; closed: Promise<void> }> {
  const sockets: Socket[] = []
  const got: string[] = []
  const closed = deferred()
  let paused: Socket | undefined
  const { port, reactor } = serve(kind, {
    open: (socket) => {
      sockets.push(socket)
    },
    data: (socket, chunk) => {
      if (paused === undefined) {
        paused = sockets.find((other) => other !== socket)
        paused?.pause()
      } else if (socket === paused) {
        got.push(socket.paused ? 'paused' : Buffer.from(chunk).toString())
        if (failure !== undefined) throw failure
      }
    },
    end: (socket) => {
      if (socket === paused) got.push(socket.paused ? 'paused' : 'end')
      socket.end()
    },
    close: (socket) => {
      if (socket !== paused) return
      got.push('close')
      closed.resolve()
    },
  })
  const peers = [dial(port), dial(port)]
  while (sockets.length < 2) await turnOfTheLoop()
  reactor.stop()
  for (const peer of peers) {
    peer.resume()
    peer.end('one')
  }
  await Promise.all(peers.map((peer) => once(peer, 'finish')))
  for (const { fd } of sockets) sys.poll([{ fd, events: sys.constants.POLLIN }])
  reactor.turn(1000)
  void reactor.run()
  if (paused === undefined) throw new Error('nothing was received')
  return { paused, got, closed: closed.promise }
}

describe.each(kinds)('pausing on $name', (kind) => {
  it('pause stops data, and resume gives all of it in order', async () => {
    const sent = pattern(3_000_000, 6)
    const opened = deferred<Socket>()
    const closed = deferred()
    const chunks: Uint8Array[] = []
    let whilePaused = 0
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
        socket.pause()
      },
      data: (socket, chunk) => {
        chunks.push(chunk.slice())
        if (socket.paused) whilePaused++
        if (chunks.length % 5 !== 0) return
        socket.pause()
        setTimeout(() => {
          socket.resume()
        }, 2)
      },
      end: (socket) => {
        if (socket.paused) whilePaused++
        socket.end()
      },
      close: () => {
        closed.resolve()
      },
    })
    const peer = dial(port)
    peer.resume()
    peer.end(sent)
    const socket = await opened.promise
    for (let i = 0; i < 20; i++) await turnOfTheLoop()
    expect(socket.paused).toBe(true)
    expect(chunks).toEqual([])
    socket.resume()
    await closed.promise
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
    expect(whilePaused).toBe(0)
  })

  it('pause and resume in one handler change nothing', async () => {
    const sent = pattern(500_000, 6)
    const { port } = serve(kind, {
      data: (socket, chunk) => {
        socket.pause()
        socket.resume()
        socket.resume()
        socket.write(chunk)
        socket.pause()
        socket.pause()
        socket.resume()
      },
    })
    const peer = dial(port)
    const got = gather(peer)
    peer.end(sent)
    expect((await got).equals(sent)).toBe(true)
  })

  it('a socket paused by the handler of another keeps what came in that turn', async () => {
    const { paused, got, closed } = await pausedByAnother(kind)
    for (let i = 0; i < 5; i++) await turnOfTheLoop()
    expect(got).toEqual([])
    paused.resume()
    await closed
    expect(got).toEqual(['one', 'end', 'close'])
  })

  it('an exception while held data is given does not lose the rest', async () => {
    const failures: unknown[] = []
    const before = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => failures.push(error))
    try {
      const failure = new Error('in data')
      const { paused, got, closed } = await pausedByAnother(kind, failure)
      paused.resume()
      await closed
      expect(got).toEqual(['one', 'end', 'close'])
      expect(failures).toEqual([failure])
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const listener of before) process.on('uncaughtException', listener)
    }
  })

  it('what was held for a paused socket is given also where it was ended already', async () => {
    const calls: string[] = []
    const closed = deferred()
    const pausing = deferred<Socket>()
    const port = await peerServer((peer) => {
      peer.resume()
      peer.once('end', () => peer.end('answer'))
    })
    const { reactor } = serve(kind, {})
    let first = true
    await reactor.connect({
      port,
      trigger: kind.trigger,
      socket: {
        open: (socket) => {
          socket.end('question')
        },
        data: (socket, chunk) => {
          calls.push(Buffer.from(chunk).toString())
          if (!first) return
          first = false
          socket.pause()
          pausing.resolve(socket)
        },
        end: () => {
          calls.push('end')
        },
        close: (_, error) => {
          calls.push(error === undefined ? 'close' : String(error))
          closed.resolve()
        },
      },
    })
    const socket = await pausing.promise
    for (let i = 0; i < 10; i++) await turnOfTheLoop()
    socket.resume()
    await closed.promise
    expect(calls).toEqual(['answer', 'end', 'close'])
  })
})

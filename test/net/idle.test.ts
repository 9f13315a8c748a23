import net from 'node:net'
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { kinds, make } from '../reactor/kinds'
import { deferred, dial, listening, pattern, peerServer, receive, serve } from './peers'

describe.each(kinds)('idleTimeout on $name', (kind) => {
  it('a silent socket times out, and never early', async () => {
    const timed = deferred<number>()
    const { port } = serve(
      kind,
      {
        timeout: (socket) => {
          timed.resolve(performance.now())
          socket.destroy()
        },
      },
      { idleTimeout: 40 },
    )
    const begun = performance.now()
    dial(port)
    expect((await timed.promise) - begun).toBeGreaterThanOrEqual(40)
  })

  it('without a timeout handler the socket is destroyed with ETIMEDOUT', async () => {
    const told: string[] = []
    const ended = deferred<Error | undefined>()
    const { port } = serve(
      kind,
      {
        error: (_socket, error) => {
          told.push(error.message)
        },
        close: (_socket, error) => {
          ended.resolve(error)
        },
      },
      { idleTimeout: 20 },
    )
    dial(port)
    expect(await ended.promise).toMatchObject({ code: 'ETIMEDOUT', syscall: 'read' })
    expect(told).toEqual(['ETIMEDOUT: connection timed out, read'])
  })

  it('what is received puts it off', async () => {
    const ended = deferred<number>()
    const { port } = serve(
      kind,
      {
        data: (socket) => {
          if (socket.bytesRead < 12) socket.write('more')
        },
        close: () => {
          ended.resolve(performance.now())
        },
      },
      { idleTimeout: 500 },
    )
    let last = 0
    const send = (): void => {
      last = performance.now()
      peer.write('x')
    }
    const begun = performance.now()
    const peer = dial(port)
    send()
    peer.on('data', () => setTimeout(send, 50))
    const end = await ended.promise
    expect(end - last).toBeGreaterThanOrEqual(500)
    expect(end - begun).toBeGreaterThanOrEqual(1000)
  })

  it('what the kernel takes puts it off', async () => {
    const ended = deferred<number>()
    let last = 0
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          let writes = 0
          const timer = setInterval(() => {
            last = performance.now()
            socket.write('x')
            if (++writes === 12) clearInterval(timer)
          }, 50)
        },
        close: () => {
          ended.resolve(performance.now())
        },
      },
      { idleTimeout: 500 },
    )
    const begun = performance.now()
    dial(port).resume()
    const end = await ended.promise
    expect(end - last).toBeGreaterThanOrEqual(500)
    expect(end - begun).toBeGreaterThanOrEqual(1000)
  })

  it('is told once, and again after further activity', async () => {
    const told: number[] = []
    const first = deferred()
    const second = deferred()
    const { port } = serve(
      kind,
      {
        timeout: (socket) => {
          told.push(socket.bytesRead)
          ;(told.length === 1 ? first : second).resolve()
        },
      },
      { idleTimeout: 15 },
    )
    const peer = dial(port)
    await first.promise
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(told).toEqual([0])
    peer.write('x')
    await second.promise
    expect(told).toEqual([0, 1])
  })

  it('bytes that came while JavaScript was busy count', async () => {
    const calls: string[] = []
    const got = deferred()
    const { port } = serve(
      kind,
      {
        data: () => {
          calls.push('data')
          got.resolve()
        },
        timeout: () => {
          calls.push('timeout')
        },
      },
      { idleTimeout: 400 },
    )
    const peer = dial(port)
    await new Promise((resolve) => peer.once('connect', resolve))
    await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => peer.write('x', resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500) // busy without burning a core
    await got.promise
    expect(calls).toEqual(['data'])
  })

  it('setTimeout begins the time anew, and 0 ends it', async () => {
    const { reactor } = serve(kind, {})
    const port = await peerServer(() => undefined)
    const timed = deferred<number>()
    const connect = (): Promise<Socket> =>
      reactor.connect({
        port,
        trigger: kind.trigger,
        idleTimeout: 20,
        socket: {
          timeout: () => {
            timed.resolve(performance.now())
          },
        },
      })
    const never = await connect()
    never.setTimeout(0)
    never.setTimeout(0)
    const later = await connect()
    const begun = performance.now()
    expect(later.setTimeout(60)).toBe(later)
    expect((await timed.promise) - begun).toBeGreaterThanOrEqual(59)
    expect(never.destroyed).toBe(false)
    never.destroy()
    expect(never.setTimeout(5)).toBe(never)
  })

  it('goes by turns as well: turn() returns when a socket has timed out', async () => {
    const { reactor, port } = listening(kind, { timeout: () => undefined }, { idleTimeout: 30 })
    const begun = performance.now()
    const peer = dial(port)
    await new Promise((resolve) => peer.once('connect', resolve))
    expect(reactor.turn()).toBe(1)
    // An edge-triggered socket is writable at first: a turn in which nothing is told.
    let told = 0
    while (told === 0) told = reactor.turn()
    expect(told).toBe(1)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(30)
    // Nothing is watched any more: the whole timeout passes.
    expect(reactor.turn(20)).toBe(0)
  })

  it('a turn with less patience than the socket has ends first', async () => {
    const { reactor, port } = listening(kind, {}, { idleTimeout: 5000 })
    const peer = dial(port)
    await new Promise((resolve) => peer.once('connect', resolve))
    expect(reactor.turn()).toBe(1)
    expect(reactor.turn(10)).toBe(0)
  })

  it('a peer that does not read is told of as idle', async () => {
    const ended = deferred<Error | undefined>()
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          socket.write(pattern(8 * 1024 * 1024))
        },
        close: (_socket, error) => {
          ended.resolve(error)
        },
      },
      { idleTimeout: 100 },
    )
    dial(port).pause()
    expect(await ended.promise).toMatchObject({ code: 'ETIMEDOUT' })
  })

  it('a paused socket whose peer goes on sending is idle too', async () => {
    const timed = deferred()
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          socket.pause()
        },
        timeout: () => {
          timed.resolve()
        },
      },
      { idleTimeout: 30 },
    )
    dial(port).write('x')
    await timed.promise
  })

  it.each([
    ['a string', '5', TypeError],
    ['NaN', NaN, RangeError],
    ['a negative', -1, RangeError],
    ['a fraction', 1.5, RangeError],
    ['more than a timer knows', 2 ** 31, RangeError],
    ['null', null, TypeError],
  ])('%s is refused', async (_name, value, type) => {
    const reactor = make(kind.backend)
    const idleTimeout = value as number
    expect(() => reactor.listen({ port: 0, idleTimeout, socket: {} })).toThrow(type)
    await expect(reactor.connect({ port: 1, idleTimeout, socket: {} })).rejects.toThrow(type)
    const { port, reactor: running } = serve(kind, {})
    const socket = await running.connect({ port, trigger: kind.trigger, socket: {} })
    expect(() => socket.setTimeout(idleTimeout)).toThrow(type)
  })

  it('many sockets with different timeouts each time out once, in order of time', async () => {
    const told: number[] = []
    const all = deferred()
    const { reactor } = serve(kind, {})
    const server = net.createServer((peer) => peer.on('error', () => undefined)).listen(0)
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const sockets = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const socket = await reactor.connect<number>({
          port,
          trigger: kind.trigger,
          socket: {
            timeout: (timed) => {
              told.push(timed.data ?? 0)
              if (told.length === 60) all.resolve()
            },
          },
        })
        socket.data = 10 + ((i * 37) % 60) * 16
        return socket
      }),
    )
    // When each is due, at the earliest and (a tick of the wheel, a millisecond begun) at the latest:
    // this process may be kept waiting between two calls.
    const due = new Map<number, { earliest: number; latest: number }>()
    for (const socket of sockets) {
      const time = socket.data ?? 0
      const earliest = performance.now() + time
      socket.setTimeout(time)
      due.set(time, { earliest, latest: performance.now() + time + 9 })
    }
    await all.promise
    expect(new Set(told).size).toBe(60)
    const early = told.filter((time, i) =>
      told
        .slice(i + 1)
        .some((later) => (due.get(time)?.earliest ?? 0) > (due.get(later)?.latest ?? 0)),
    )
    expect(early).toEqual([])
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  it('however many have a timeout, there is no timer for each', async () => {
    const opened: Socket[] = []
    const all = deferred()
    const count = 100
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          opened.push(socket)
          if (opened.length === count) all.resolve()
        },
      },
      { idleTimeout: 60_000 },
    )
    const peers = Array.from({ length: count }, () => dial(port))
    await all.promise
    for (const socket of opened) socket.setTimeout(50_000)
    // The runner of the tests has a few of its own, which come and go.
    expect(timers()).toBeLessThan(before + count / 2)
    for (const peer of peers) peer.destroy()
  })

  it('a closed socket with a timeout leaves its slot to the next one, which has none', async () => {
    const timeouts: unknown[] = []
    const { reactor } = serve(kind, {})
    const port = await peerServer((peer) => {
      peer.write('x')
    })
    const socket = {
      timeout: (timed: Socket) => {
        timeouts.push(timed)
      },
    }
    const first = await reactor.connect({ port, trigger: kind.trigger, idleTimeout: 30, socket })
    first.destroy()
    while (reactor.stats().referenced > 1) await new Promise(setImmediate)
    const second = await reactor.connect({ port, trigger: kind.trigger, socket })
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(timeouts).toEqual([])
    second.destroy()
    const peer = dial(port)
    await receive(peer, 1)
  })
})

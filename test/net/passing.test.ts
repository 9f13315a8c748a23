// Descriptors that travel over Unix sockets, in order with the bytes around them.

import { describe, expect, it } from 'vitest'
import type { Reactor, Socket, SocketHandlers } from '../../lib'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { runScript } from '../multiplexer/child'
import { kinds, type Kind, make } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { opened, pair, thrownBy, until } from '../sys/opened'
import { note, read } from './notes'
import { deferred, descriptors, dial, pattern, serve } from './peers'

const { F_GETFD, FD_CLOEXEC } = constants

/** Two sockets on one reactor, of which the second takes descriptors. */
function joined(
  kind: Kind,
  receiver: SocketHandlers,
  sender: SocketHandlers = {},
): { reactor: Reactor; from: Socket; to: Socket } {
  const reactor = make(kind.backend)
  const [one, other] = sys.socketpair(
    constants.AF_UNIX,
    constants.SOCK_STREAM | constants.SOCK_CLOEXEC,
  )
  const from = reactor.adopt(one, { trigger: kind.trigger, socket: sender })
  const to = reactor.adopt(other, { trigger: kind.trigger, handles: true, socket: receiver })
  return { reactor, from, to }
}

/** Receives until so many bytes have come, and writes down what comes in which order. */
function recorder(bytes: number) {
  const events: string[] = []
  const all = deferred()
  let heard = 0
  const handlers: SocketHandlers = {
    handle: (_socket, fds, truncated) => {
      expect(truncated).toBe(false)
      for (const fd of fds) expect(sys.fcntl(fd, F_GETFD)).toBe(FD_CLOEXEC)
      events.push(`<${fds.map(read).join()}>`)
    },
    data: (_socket, chunk) => {
      events.push(Buffer.from(chunk).toString())
      heard += chunk.length
      if (heard >= bytes) all.resolve()
    },
  }
  return { events, all: all.promise, handlers }
}

describe.each(kinds)('sendHandle ($name)', (kind) => {
  expectNoLeak()

  it('passes a descriptor, of which the caller closes its own at once', async () => {
    const { events, all, handlers } = recorder(1)
    const { reactor, from } = joined(kind, handlers)
    const fd = note('hello')
    expect(from.sendHandle(fd)).toBe(true)
    sys.close(fd)
    void reactor.run()
    await all
    expect(events).toEqual(['<hello>', '\0'])
  })

  it('keeps the order of bytes and descriptors, each with its own bytes', async () => {
    const { events, all, handlers } = recorder(14)
    const { reactor, from } = joined(kind, handlers)
    const fds = ['a', 'b', 'c'].map(note)
    const [a = -1, b = -1, c = -1] = fds
    from.write('one.')
    from.sendHandle([a, b], 'ab')
    from.sendHandle(c, 'c')
    from.write('two.')
    from.write('end')
    for (const fd of fds) sys.close(fd)
    void reactor.run()
    await all
    // The kernel joins what was before with what carries descriptors, never with what follows.
    expect(events).toEqual(['<a,b>', 'one.ab', '<c>', 'c', 'two.end'])
  })

  it('keeps the order where the kernel takes only a part at a time', async () => {
    const before = pattern(3 * 1024 * 1024)
    const chunks: Buffer[] = []
    const marks: string[] = []
    const ended = deferred()
    const { reactor, from } = joined(kind, {
      handle: (_socket, [fd = -1]) => {
        marks.push(read(fd))
      },
      data: (_socket, chunk) => {
        chunks.push(Buffer.from(chunk))
      },
      end: () => {
        ended.resolve()
      },
    })
    from.write(before) // kept by reference
    for (let i = 0; i < 20; i++) {
      const fd = note(`number ${String(i)}`)
      from.sendHandle(fd, `${String(i)};`)
      sys.close(fd)
      from.write(before.subarray(0, 30_000))
    }
    from.end()
    void reactor.run()
    await ended.promise
    const parts: Buffer[] = [before]
    for (let i = 0; i < 20; i++)
      parts.push(Buffer.from(`${String(i)};`), before.subarray(0, 30_000))
    expect(Buffer.concat(chunks).equals(Buffer.concat(parts))).toBe(true)
    expect(marks).toEqual(Array.from({ length: 20 }, (_, i) => `number ${String(i)}`))
  })

  it('closes what comes where there is no handler, and where the socket takes none', async () => {
    const got = deferred()
    const { reactor, from } = joined(kind, {
      data: () => {
        got.resolve()
      },
    })
    const [one, other] = sys.socketpair(constants.AF_UNIX, constants.SOCK_STREAM)
    const plain = reactor.adopt(one, { trigger: kind.trigger, socket: {} })
    const plainGot = deferred()
    reactor.adopt(other, {
      trigger: kind.trigger,
      socket: {
        data: () => {
          plainGot.resolve()
        },
        handle: () => {
          throw new Error('not asked for')
        },
      },
    })
    const fd = opened(note('x'))
    const before = descriptors()
    from.sendHandle([fd, fd])
    plain.sendHandle(fd)
    void reactor.run()
    await Promise.all([got.promise, plainGot.promise])
    await until(() => descriptors() === before)
  })

  it('closes what is queued when the socket is destroyed', async () => {
    const { reactor, from, to } = joined(kind, {})
    to.pause()
    const fd = opened(note('x'))
    const before = descriptors()
    from.write(Buffer.alloc(4 * 1024 * 1024))
    for (let i = 0; i < 10; i++) from.sendHandle([fd, fd], 'behind')
    expect(descriptors()).toBe(before + 20)
    reactor.turn(0)
    from.destroy()
    reactor.turn(0)
    await until(() => descriptors() === before - 1)
  })

  it('closes what is queued, in C++ and in commands, when the reactor is closed', () => {
    const { reactor, from } = joined(kind, {})
    const fd = opened(note('x'))
    const before = descriptors()
    for (let i = 0; i < 500; i++) from.sendHandle(fd, 'x'.repeat(1000))
    reactor.turn(0)
    from.sendHandle([fd, fd, fd])
    reactor.close()
    expect(descriptors()).toBeLessThan(before)
  })

  it('closes what is queued when the peer dies', async () => {
    const closed = deferred<Error | undefined>()
    const { reactor, from, to } = joined(
      kind,
      {},
      {
        close: (_socket, error) => {
          closed.resolve(error)
        },
      },
    )
    to.pause()
    const fd = opened(note('x'))
    const before = descriptors()
    for (let i = 0; i < 200; i++) from.sendHandle(fd, 'x'.repeat(5000))
    reactor.turn(0)
    to.destroy()
    void reactor.run()
    expect(await closed.promise).toMatchObject({ syscall: 'write', code: 'EPIPE' })
    expect(descriptors()).toBe(before - 2)
  })

  it('holds what comes during pause(), and closes it with the socket', async () => {
    const { events, all, handlers } = recorder(1)
    const first = deferred()
    const { reactor, from, to } = joined(kind, {
      ...handlers,
      data: (socket, chunk) => {
        first.resolve()
        if (events.length === 0) {
          socket.pause()
          events.push('paused')
        } else handlers.data?.(socket, chunk)
      },
    })
    const fd = note('later')
    from.write('x')
    void reactor.run()
    await first.promise
    from.sendHandle(fd)
    sys.close(fd)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(events).toEqual(['paused'])
    to.resume()
    await all
    expect(events).toEqual(['paused', '<later>', '\0'])
    to.pause()
    const more = note('never')
    from.sendHandle(more)
    sys.close(more)
    await new Promise((resolve) => setTimeout(resolve, 20))
    to.destroy()
  })

  it('passes 253 at once, and not 254', async () => {
    const count = deferred<number>()
    const { reactor, from } = joined(kind, {
      handle: (_socket, fds) => {
        for (const fd of fds) sys.close(fd)
        count.resolve(fds.length)
      },
    })
    const fd = opened(note('x'))
    const before = descriptors()
    expect(thrownBy(() => from.sendHandle(new Array(254).fill(fd) as number[]))).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
    })
    expect(descriptors()).toBe(before)
    from.sendHandle(new Array(253).fill(fd) as number[])
    void reactor.run()
    expect(await count.promise).toBe(253)
  })

  it('refuses what is no descriptor, and leaves nothing behind', () => {
    const { from } = joined(kind, {})
    const fd = opened(note('x'))
    const before = descriptors()
    expect(thrownBy(() => from.sendHandle([fd, 1_000_000]))).toMatchObject({ code: 'EBADF' })
    for (const wrong of [-1, NaN, 1.5, []]) {
      expect(thrownBy(() => from.sendHandle(wrong))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    }
    for (const wrong of ['1', null, {}, [null]]) {
      expect(thrownBy(() => from.sendHandle(wrong as unknown as number))).toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
      })
    }
    for (const data of ['', Buffer.alloc(0), Buffer.alloc(65537)]) {
      expect(thrownBy(() => from.sendHandle(fd, data))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    }
    expect(thrownBy(() => from.sendHandle(fd, 5 as unknown as string))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
    expect(descriptors()).toBe(before)
    from.destroy()
    expect(from.sendHandle(fd)).toBe(false)
  })

  it('is refused over TCP', async () => {
    const refused = deferred<unknown>()
    const { port } = serve(kind, {
      open: (socket) => {
        refused.resolve(thrownBy(() => socket.sendHandle(0)))
      },
    })
    dial(port)
    expect(await refused.promise).toMatchObject({ code: 'ERR_UNSUPPORTED' })
  })

  it('after end() is told as a late write', async () => {
    const told = deferred<Error>()
    const { reactor, from } = joined(
      kind,
      {},
      {
        error: (_socket, error) => {
          told.resolve(error)
        },
      },
    )
    from.end()
    expect(from.sendHandle(opened(note('x')))).toBe(false)
    void reactor.run()
    expect(await told.promise).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' })
  })

  it('goes over a listener and a connection with `handles`, and adopt() takes what comes', async () => {
    const reactor = make(kind.backend)
    const path = `\0edgeloop-passing-${kind.name}-${String(process.pid)}`
    const said = deferred<string>()
    reactor.listen({
      path,
      trigger: kind.trigger,
      handles: true,
      socket: {
        handle: (_socket, [fd = -1]) => {
          reactor.adopt(fd, {
            trigger: kind.trigger,
            socket: {
              open: (taken) => taken.write('taken over'),
            },
          })
        },
      },
    })
    const socket = await connectTo(reactor, path, kind)
    const [mine, yours] = pair()
    reactor.adopt(sys.dup(mine), {
      trigger: kind.trigger,
      socket: {
        data: (_socket, chunk) => {
          said.resolve(Buffer.from(chunk).toString())
        },
      },
    })
    socket.sendHandle(yours)
    expect(await said.promise).toBe('taken over')
  })
})

async function connectTo(reactor: Reactor, path: string, kind: Kind): Promise<Socket> {
  const connected = reactor.connect({ path, trigger: kind.trigger, socket: {} })
  void reactor.run()
  return await connected
}

it('says so where there is no room for all that comes', async () => {
  const { output } = await runScript(
    `
    const { Reactor } = require('edgeloop')
    const sys = require('edgeloop/sys')
    const { AF_UNIX, SOCK_STREAM } = sys.constants
    const [one, other] = sys.socketpair(AF_UNIX, SOCK_STREAM)
    const reactor = new Reactor()
    const from = reactor.adopt(one, { socket: {} })
    const to = reactor.adopt(other, { handles: true, socket: {
      handle(socket, fds, truncated) {
        console.log(fds.length, truncated)
        for (const fd of fds) sys.close(fd)
      },
      data(socket, chunk) {
        console.log(chunk.length)
        reactor.close()
      },
    } })
    to.pause()
    from.sendHandle(Array.from({ length: 40 }, () => 0))
    reactor.turn(0)
    const taken = []
    // They are on their way, the copies closed; every number is taken when they arrive but a few.
    try { for (;;) taken.push(sys.dup(0)) } catch {}
    for (const fd of taken.splice(-5)) sys.close(fd)
    to.resume()
    while (!reactor.closed) reactor.turn(1000)
    `,
    { limit: 150 },
  )
  expect(output.split('\n')).toEqual(['5 true', '1'])
})

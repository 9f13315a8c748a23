// Unix sockets that keep the borders of messages.

import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { Listener, Reactor, Socket, SocketHandlers } from '../../lib'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { kinds, type Kind, make } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { opened, thrownBy } from '../sys/opened'
import { deferred, pattern } from './peers'

let names = 0

interface Joined {
  reactor: Reactor
  listener: Listener
  client: Socket
}

/** A listener and a connection, both of packets. */
async function joined(
  kind: Kind,
  server: SocketHandlers,
  client: SocketHandlers = {},
  more: { handles?: boolean } = {},
): Promise<Joined> {
  const reactor = make(kind.backend)
  const path = `\0edgeloop-seqpacket-${String(process.pid)}-${String(++names)}`
  const { trigger } = kind
  const type = 'seqpacket'
  const listener = reactor.listen({ path, type, trigger, ...more, socket: server })
  void reactor.run()
  const socket = await reactor.connect({ path, type, trigger, ...more, socket: client })
  return { reactor, listener, client: socket }
}

/** Writes down each message until so many have come. */
function recorder(count: number) {
  const messages: Buffer[] = []
  const all = deferred()
  const data = (_socket: Socket, chunk: Uint8Array): void => {
    messages.push(Buffer.from(chunk))
    if (messages.length === count) all.resolve()
  }
  return { messages, all: all.promise, data }
}

describe.each(kinds)('seqpacket ($name)', (kind) => {
  expectNoLeak()

  it('makes each write a message, of whatever length', async () => {
    const sent = [1, 2, 3, 1000, 65_536, 65_537, 100_000, 5].map((size) => pattern(size, size))
    const { messages, all, data } = recorder(sent.length)
    const { client } = await joined(kind, { data })
    for (const message of sent) client.write(message)
    await all
    expect(messages.map((message) => message.length)).toEqual(sent.map(({ length }) => length))
    for (const [i, message] of messages.entries())
      expect(message.equals(sent[i] ?? message)).toBe(true)
  })

  it('keeps borders and order while the peer does not read', async () => {
    const count = 5000
    const { messages, all, data } = recorder(count)
    let server: Socket | undefined
    const drained = deferred()
    const { client } = await joined(
      kind,
      {
        open: (socket) => {
          server = socket
          socket.pause()
        },
        data,
      },
      {
        drain: () => {
          drained.resolve()
        },
      },
    )
    let below = true
    for (let i = 0; i < count; i++) below = client.write(`message number ${String(i)}`)
    expect(below).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(messages).toHaveLength(0)
    server?.resume()
    await Promise.all([all, drained.promise])
    expect(messages.map(String)).toEqual(
      Array.from({ length: count }, (_, i) => `message number ${String(i)}`),
    )
  })

  it('echoes what lies in the receive slab message by message', async () => {
    const count = 200
    const { messages, all, data } = recorder(count)
    const { client } = await joined(
      kind,
      { data: (socket, chunk) => socket.write(chunk) },
      { data },
    )
    for (let i = 0; i < count; i++) client.write(String(i))
    await all
    expect(messages.map(String)).toEqual(Array.from({ length: count }, (_, i) => String(i)))
  })

  it('tells of a message that is too long, and sends the others', async () => {
    const { messages, all, data } = recorder(3)
    const errors: Error[] = []
    const { client } = await joined(
      kind,
      { data },
      { error: (_socket, error) => errors.push(error) },
    )
    client.write('before')
    client.write(Buffer.alloc(10 * 1024 * 1024))
    client.write('behind')
    client.write('it')
    await all
    expect(messages.map(String)).toEqual(['before', 'behind', 'it'])
    await expect.poll(() => errors).toMatchObject([{ code: 'EMSGSIZE', syscall: 'sendmsg' }])
    expect(client.destroyed).toBe(false)
  })

  it('tells of one whose length fits the queue and not the kernel', async () => {
    const errors: Error[] = []
    const { messages, all, data } = recorder(2)
    const { client } = await joined(
      kind,
      { data },
      { error: (_socket, error) => errors.push(error) },
    )
    sys.setsockopt(client.fd, constants.SOL_SOCKET, constants.SO_SNDBUF, 4608)
    client.write('one')
    client.write(Buffer.alloc(60_000))
    client.write('two')
    await all
    expect(messages.map(String)).toEqual(['one', 'two'])
    await expect.poll(() => errors).toMatchObject([{ code: 'EMSGSIZE' }])
  })

  it('ends like a stream', async () => {
    const events: string[] = []
    const closed = deferred()
    const { client } = await joined(
      kind,
      {
        data: (_socket, chunk) => events.push(Buffer.from(chunk).toString()),
        end: (socket) => {
          events.push('end')
          socket.end('last')
        },
      },
      {
        data: (_socket, chunk) => events.push(Buffer.from(chunk).toString()),
        close: () => {
          closed.resolve()
        },
      },
    )
    client.end('bye')
    await closed.promise
    expect(events).toEqual(['bye', 'end', 'last'])
  })

  it('does not send an empty message; one that comes is the end', async () => {
    const reactor = make(kind.backend)
    const [one, other] = sys.socketpair(constants.AF_UNIX, constants.SOCK_SEQPACKET)
    const { messages, data } = recorder(1)
    const ended = deferred()
    const socket = reactor.adopt(one, {
      trigger: kind.trigger,
      socket: {
        data,
        end: () => {
          ended.resolve()
        },
      },
    })
    opened(other)
    socket.write('')
    socket.write('x')
    sys.send(other, Buffer.from('one'))
    sys.send(other, Buffer.alloc(0))
    void reactor.run()
    await ended.promise
    expect(messages.map(String)).toEqual(['one'])
    const buffer = Buffer.alloc(10)
    expect(sys.recv(other, buffer)).toBe(1)
  })

  it('carries descriptors, each with its message', async () => {
    const events: string[] = []
    const all = deferred()
    const { client } = await joined(
      kind,
      {
        handle: (_socket, fds) => {
          events.push(`<${String(fds.length)}>`)
          for (const fd of fds) sys.close(fd)
        },
        data: (_socket, chunk) => {
          events.push(Buffer.from(chunk).toString())
          if (events.length === 5) all.resolve()
        },
      },
      {},
      { handles: true },
    )
    client.write('none')
    client.sendHandle([client.fd, client.fd], 'two')
    client.write('none again')
    client.sendHandle(client.fd, 'one')
    await expect.poll(() => events).toHaveLength(6)
    expect(events).toEqual(['none', '<2>', 'two', 'none again', '<1>', 'one'])
  })

  it('is known by its descriptor where that is given', async () => {
    const fd = sys.socket(constants.AF_UNIX, constants.SOCK_SEQPACKET)
    const path = `\0edgeloop-seqpacket-${String(process.pid)}-${String(++names)}`
    sys.bind(fd, { path })
    const { messages, all, data } = recorder(2)
    const reactor = make(kind.backend)
    const { trigger } = kind
    reactor.listen({ fd, trigger, socket: { data } })
    void reactor.run()
    const client = await reactor.connect({ path, type: 'seqpacket', trigger, socket: {} })
    client.write('one')
    client.write('two')
    await all
    expect(messages.map(String)).toEqual(['one', 'two'])
  })

  it('fails where the listener is of another type', async () => {
    const { reactor, listener } = await joined(kind, {})
    const { path = '' } = listener
    const { trigger } = kind
    await expect(reactor.connect({ path, trigger, socket: {} })).rejects.toMatchObject({
      code: 'ECONNREFUSED', // names without a file are looked up by their type
    })
  })

  it('is refused for anything but Unix sockets', async () => {
    const reactor = make(kind.backend)
    const type = 'seqpacket'
    expect(thrownBy(() => reactor.listen({ port: 0, type, socket: {} }))).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
    })
    await expect(reactor.connect({ port: 1, type, socket: {} })).rejects.toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
    })
    const wrong = 'dgram' as unknown as 'stream'
    expect(thrownBy(() => reactor.listen({ path: '\0x', type: wrong, socket: {} }))).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
    })
  })
})

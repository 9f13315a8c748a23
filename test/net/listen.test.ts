import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ConnectOptions, type Socket, SystemError } from '../../lib'
import * as sys from '../../lib/sys'
import { keep, thrown } from '../multiplexer/scene'
import { kinds, make } from '../reactor/kinds'
import { deferred, descriptors, dial, gather, listening, serve } from './peers'

const { constants } = sys

async function rejected(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was not rejected')
}

/** What a client hears there until the other side ends. */
function hear(where: net.NetConnectOpts): Promise<string> {
  return gather(net.connect(where)).then(String)
}

const greet = {
  open: (socket: Socket) => {
    socket.end('hello')
  },
}

describe.each(kinds)('listen on $name', (kind) => {
  it('port 0 lets the kernel choose, and the listener tells', async () => {
    const { listener } = serve(kind, greet)
    await listener.ready
    expect(listener.port).toBeGreaterThan(0)
    expect(listener.hostname).toBe('127.0.0.1')
    expect(listener.path).toBeUndefined()
    expect(listener.closed).toBe(false)
    expect(await hear({ port: listener.port ?? 0, host: '127.0.0.1' })).toBe('hello')
  })

  it('an address in use is a SystemError with address and port, and leaks nothing', () => {
    const { reactor, port } = listening(kind, {})
    const before = descriptors()
    for (let i = 0; i < 3; i++) {
      const error = thrown(() => reactor.listen({ port, trigger: kind.trigger, socket: {} }))
      expect(error).toBeInstanceOf(SystemError)
      expect(error).toMatchObject({
        code: 'EADDRINUSE',
        syscall: 'bind',
        address: '127.0.0.1',
        port,
      })
    }
    expect(descriptors()).toBe(before)
  })

  it.each<[string, object, string, string]>([
    ['port', { port: 65536 }, 'RangeError', 'port'],
    ['port', { port: -1 }, 'RangeError', 'port'],
    ['port', { port: 1.5 }, 'RangeError', 'port'],
    ['port', { port: NaN }, 'RangeError', 'port'],
    ['port', { port: 'x' }, 'TypeError', 'port'],
    ['port', { port: null }, 'TypeError', 'port'],
    ['hostname', { hostname: 1 }, 'TypeError', 'hostname'],
    ['path', { path: {} }, 'TypeError', 'path'],
    ['backlog', { backlog: -1 }, 'RangeError', 'backlog'],
    ['backlog', { backlog: '9' }, 'TypeError', 'backlog'],
    ['highWaterMark', { highWaterMark: -1 }, 'RangeError', 'highWaterMark'],
    ['highWaterMark', { highWaterMark: '1' }, 'TypeError', 'highWaterMark'],
    ['trigger', { trigger: 'both' }, 'RangeError', 'trigger'],
    ['trigger', { trigger: 1 }, 'RangeError', 'trigger'],
    ['fd', { fd: -1 }, 'RangeError', 'fd'],
    ['fd', { fd: 'x' }, 'TypeError', 'fd'],
    ['socket', { socket: undefined }, 'TypeError', 'socket'],
    ['socket', { socket: null }, 'TypeError', 'socket'],
    ['socket', { socket: () => undefined }, 'TypeError', 'socket'],
    ['socket.data', { socket: { data: 1 } }, 'TypeError', 'socket.data'],
    ['socket.close', { socket: { close: 'x' } }, 'TypeError', 'socket.close'],
  ])('refuses a bad %s, %o, and leaks nothing', (_, bad, name, option) => {
    const reactor = make(kind.backend)
    reactor.listen({ socket: {} }).close()
    const before = descriptors()
    const error = thrown(() => reactor.listen({ port: 0, socket: {}, ...bad }))
    expect(error.name).toBe(name)
    expect(error.code).toBe(name === 'TypeError' ? 'ERR_INVALID_ARG_TYPE' : 'ERR_OUT_OF_RANGE')
    expect(error.message).toContain(`"${option}"`)
    expect(descriptors()).toBe(before)
    expect(reactor.stats()).toMatchObject({ registered: 0, referenced: 0 })
  })

  it('connect refuses bad options likewise', async () => {
    const reactor = make(kind.backend)
    for (const [bad, code] of [
      [{ port: 65536 }, 'ERR_OUT_OF_RANGE'],
      [{ port: 'x' }, 'ERR_INVALID_ARG_TYPE'],
      [{ timeout: -1 }, 'ERR_OUT_OF_RANGE'],
      [{ timeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
      [{ socket: 1 }, 'ERR_INVALID_ARG_TYPE'],
      [{ trigger: 'both' }, 'ERR_OUT_OF_RANGE'],
    ] as const) {
      const options = Object.assign({ socket: {} }, bad) as unknown as ConnectOptions
      expect(await rejected(reactor.connect(options))).toMatchObject({ code })
    }
    expect(reactor.stats()).toMatchObject({ registered: 0, referenced: 0 })
  })

  it("looks 'localhost' up, and is ready then", async () => {
    const { listener } = serve(kind, greet, { hostname: 'localhost' })
    expect(listener.port).toBeUndefined()
    await listener.ready
    expect(listener.port).toBeGreaterThan(0)
    const heard = await hear({ port: listener.port ?? 0, host: listener.hostname ?? '' })
    expect(heard).toBe('hello')
  })

  it('an unknown host rejects ready', async () => {
    const { listener, reactor } = listening(kind, {}, { hostname: 'no such host.invalid' })
    expect(await rejected(listener.ready)).toMatchObject({ syscall: 'getaddrinfo' })
    expect(reactor.stats().referenced).toBe(0)
  })

  it('an unknown host rejects connect', async () => {
    const reactor = make(kind.backend)
    const attempt = reactor.connect({ port: 1, hostname: 'no such host.invalid', socket: {} })
    expect(await rejected(attempt)).toMatchObject({ syscall: 'getaddrinfo' })
  })

  it('a listener closed before its name was found does not listen', async () => {
    const { listener } = listening(kind, {}, { hostname: 'localhost' })
    const before = descriptors()
    listener.close()
    await listener.ready
    expect(listener.port).toBeUndefined()
    expect(descriptors()).toBeLessThanOrEqual(before)
  })

  it('listens on a path, whose file close removes', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    const file = path.join(folder, 'socket')
    try {
      const { listener, reactor } = serve(kind, greet, { path: file })
      expect([listener.path, listener.port, listener.hostname]).toEqual([
        file,
        undefined,
        undefined,
      ])
      expect(await hear({ path: file })).toBe('hello')
      const closed = deferred()
      let text = ''
      await reactor.connect({
        path: file,
        trigger: kind.trigger,
        socket: {
          data: (_, chunk) => {
            text += Buffer.from(chunk).toString()
          },
          close: () => {
            closed.resolve()
          },
        },
      })
      await closed.promise
      expect(text).toBe('hello')
      const error = thrown(() => reactor.listen({ path: file, trigger: kind.trigger, socket: {} }))
      expect(error).toMatchObject({ code: 'EADDRINUSE', path: file })
      expect(existsSync(file)).toBe(true)
      listener.close()
      expect(existsSync(file)).toBe(false)
      const none = reactor.connect({ path: file, trigger: kind.trigger, socket: {} })
      expect(await rejected(none)).toMatchObject({ code: 'ENOENT', path: file })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('listens on an abstract name', async () => {
    const name = `\0edgeloop-${String(process.pid)}-${kind.name}`
    const { listener, reactor } = serve(kind, greet, { path: name })
    expect(listener.path).toBe(name)
    const closed = deferred()
    const socket = await reactor.connect({
      path: name,
      trigger: kind.trigger,
      socket: {
        close: () => {
          closed.resolve()
        },
      },
    })
    await closed.promise
    expect(socket.bytesRead).toBe(5)
    listener.close()
  })

  it('takes over a descriptor that listens, blocking though it is', async () => {
    const fd = sys.socket(constants.AF_INET, constants.SOCK_STREAM)
    sys.bind(fd, { address: '127.0.0.1', port: 0 })
    sys.listen(fd)
    const { listener, port } = serve(kind, greet, { fd })
    expect(await hear({ port, host: '127.0.0.1' })).toBe('hello')
    expect(await hear({ port, host: '127.0.0.1' })).toBe('hello')
    listener.close()
    expect(thrown(() => sys.getsockname(fd)).code).toBe('EBADF')
  })

  it('close twice is fine, and ends the listening', async () => {
    const { listener, port, reactor } = listening(kind, {})
    const running = reactor.run()
    listener.close()
    listener.close()
    expect(listener.closed).toBe(true)
    await running
    const error = await rejected(hear({ port, host: '127.0.0.1' }))
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('two listeners share a port with reusePort', async () => {
    const { reactor, port } = serve(kind, greet, { reusePort: true })
    const second = reactor.listen({
      port,
      reusePort: true,
      trigger: kind.trigger,
      socket: greet,
    })
    expect(second.port).toBe(port)
    for (let i = 0; i < 8; i++) expect(await hear({ port, host: '127.0.0.1' })).toBe('hello')
  })

  it('edge triggering is refused where the kernel call has none', () => {
    const reactor = make(kind.backend)
    const listen = (): unknown => reactor.listen({ port: 0, trigger: 'edge', socket: {} })
    if (kind.backend === 'epoll') expect(listen).not.toThrow()
    else expect(thrown(listen).code).toBe('ERR_UNSUPPORTED')
  })

  it('a socket knows both ends', async () => {
    const opened = deferred<Socket>()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
    })
    const peer = dial(port)
    const socket = await opened.promise
    expect([socket.localAddress, socket.localPort]).toEqual(['127.0.0.1', port])
    expect([socket.remoteAddress, socket.remotePort, socket.remoteFamily]).toEqual([
      '127.0.0.1',
      peer.localPort,
      'IPv4',
    ])
    socket.destroy()
    expect(socket.remotePort).toBe(peer.localPort)
  })

  it('setNoDelay and setKeepAlive set what the kernel then answers', async () => {
    const opened = deferred<Socket>()
    const { port } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket)
      },
    })
    dial(port)
    const socket = await opened.promise
    const { IPPROTO_TCP, TCP_NODELAY, SOL_SOCKET, SO_KEEPALIVE, TCP_KEEPIDLE } = constants
    const noDelay = (): boolean => sys.getsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY) !== 0
    const keepAlive = (): boolean => sys.getsockopt(socket.fd, SOL_SOCKET, SO_KEEPALIVE) !== 0
    expect([noDelay(), keepAlive()]).toEqual([true, false])
    expect(socket.setNoDelay(false).setKeepAlive(true, 4200)).toBe(socket)
    expect([noDelay(), keepAlive()]).toEqual([false, true])
    expect(sys.getsockopt(socket.fd, IPPROTO_TCP, TCP_KEEPIDLE)).toBe(5)
    socket.setNoDelay().setKeepAlive(false)
    expect([noDelay(), keepAlive()]).toEqual([true, false])
  })

  it('noDelay: false leaves the delay on for accepted sockets', async () => {
    const opened = deferred<Socket>()
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          opened.resolve(socket)
        },
      },
      { noDelay: false },
    )
    dial(port)
    const { fd } = await opened.promise
    expect(sys.getsockopt(fd, constants.IPPROTO_TCP, constants.TCP_NODELAY)).toBe(0)
  })

  it('a descriptor that cannot be listened on is refused, without a trace', () => {
    const { reactor } = listening(kind, {})
    const { registered, referenced } = reactor.stats()
    const [readEnd, writeEnd] = sys.pipe2(0)
    keep(readEnd)
    keep(writeEnd)
    const error = thrown(() => reactor.listen({ fd: readEnd, trigger: kind.trigger, socket: {} }))
    expect(error).toMatchObject({ code: 'ENOTSOCK' })
    expect(reactor.stats()).toMatchObject({ registered, referenced })
  })
})

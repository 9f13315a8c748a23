// Options of sockets: set before they listen or connect, inherited by what is accepted, checked by the
// kernel's own answer.

import { describe, expect, it, vi } from 'vitest'
import { addon } from '../../lib/addon'
import type { BindOptions, ConnectOptions, ListenOptions, Socket, SocketSettings } from '../../lib'
import { SystemError } from '../../lib'
import * as sys from '../../lib/sys'
import { thrown } from '../multiplexer/scene'
import { kinds, make } from '../reactor/kinds'
import { deferred, descriptors, serve } from './peers'

const { constants } = sys
const { SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6 } = constants

type Question = readonly [level: number, name: number, answer: number]

/** What an option is to come to, as getsockopt(2) tells it. */
const settings: [BindOptions, Question[]][] = [
  [{ noDelay: true }, [[IPPROTO_TCP, constants.TCP_NODELAY, 1]]],
  [{ noDelay: false }, [[IPPROTO_TCP, constants.TCP_NODELAY, 0]]],
  [{ keepAlive: true }, [[SOL_SOCKET, constants.SO_KEEPALIVE, 1]]],
  [{ keepAlive: false }, [[SOL_SOCKET, constants.SO_KEEPALIVE, 0]]],
  [{ keepAlive: {} }, [[SOL_SOCKET, constants.SO_KEEPALIVE, 1]]],
  [
    { keepAlive: { idle: 4200, interval: 1, count: 3 } },
    [
      [SOL_SOCKET, constants.SO_KEEPALIVE, 1],
      [IPPROTO_TCP, constants.TCP_KEEPIDLE, 5],
      [IPPROTO_TCP, constants.TCP_KEEPINTVL, 1],
      [IPPROTO_TCP, constants.TCP_KEEPCNT, 3],
    ],
  ],
  [
    { keepAlive: { idle: 32_767_000, count: 127 } },
    [
      [IPPROTO_TCP, constants.TCP_KEEPIDLE, 32767],
      [IPPROTO_TCP, constants.TCP_KEEPCNT, 127],
    ],
  ],
  [{ userTimeout: 1234 }, [[IPPROTO_TCP, constants.TCP_USER_TIMEOUT, 1234]]],
  [{ receiveBufferSize: 9000 }, [[SOL_SOCKET, constants.SO_RCVBUF, 18000]]],
  [{ sendBufferSize: 9000 }, [[SOL_SOCKET, constants.SO_SNDBUF, 18000]]],
  [{ trafficClass: 0x28 }, [[IPPROTO_IP, constants.IP_TOS, 0x28]]],
]

/** Of one connection: no listener hands it down. */
const ownSettings: [SocketSettings, Question[]][] = [
  ...settings,
  [{ priority: 5 }, [[SOL_SOCKET, constants.SO_PRIORITY, 5]]],
  [{ quickAck: true }, [[IPPROTO_TCP, constants.TCP_QUICKACK, 1]]],
  [{ quickAck: false }, [[IPPROTO_TCP, constants.TCP_QUICKACK, 0]]],
]

const refused: [object, 'TypeError' | 'RangeError', string][] = [
  [{ noDelay: 1 }, 'TypeError', 'noDelay'],
  [{ keepAlive: 1 }, 'TypeError', 'keepAlive'],
  [{ keepAlive: null }, 'TypeError', 'keepAlive'],
  [{ keepAlive: { idle: '1' } }, 'TypeError', 'keepAlive.idle'],
  [{ keepAlive: { idle: 0 } }, 'RangeError', 'keepAlive.idle'],
  [{ keepAlive: { idle: 32_767_001 } }, 'RangeError', 'keepAlive.idle'],
  [{ keepAlive: { interval: -1 } }, 'RangeError', 'keepAlive.interval'],
  [{ keepAlive: { count: 128 } }, 'RangeError', 'keepAlive.count'],
  [{ userTimeout: -1 }, 'RangeError', 'userTimeout'],
  [{ userTimeout: NaN }, 'RangeError', 'userTimeout'],
  [{ userTimeout: 2 ** 31 }, 'RangeError', 'userTimeout'],
  [{ receiveBufferSize: 0 }, 'RangeError', 'receiveBufferSize'],
  [{ receiveBufferSize: 2 ** 30 }, 'RangeError', 'receiveBufferSize'],
  [{ sendBufferSize: 1.5 }, 'RangeError', 'sendBufferSize'],
  [{ sendBufferSize: '9' }, 'TypeError', 'sendBufferSize'],
  [{ trafficClass: 256 }, 'RangeError', 'trafficClass'],
  [{ priority: -1 }, 'RangeError', 'priority'],
  [{ mark: 2 ** 32 }, 'RangeError', 'mark'],
  [{ mark: 1n }, 'TypeError', 'mark'],
  [{ bindToDevice: '' }, 'RangeError', 'bindToDevice'],
  [{ bindToDevice: 'x'.repeat(16) }, 'RangeError', 'bindToDevice'],
  [{ bindToDevice: 'l\0' }, 'RangeError', 'bindToDevice'],
  [{ bindToDevice: 1 }, 'TypeError', 'bindToDevice'],
]

const refusedListening: typeof refused = [
  ...refused,
  [{ reusePort: 'yes' }, 'TypeError', 'reusePort'],
  [{ ipv6Only: 0 }, 'TypeError', 'ipv6Only'],
  [{ fastOpen: true }, 'TypeError', 'fastOpen'],
  [{ fastOpen: -1 }, 'RangeError', 'fastOpen'],
  [{ deferAccept: -1 }, 'RangeError', 'deferAccept'],
  [{ deferAccept: '1' }, 'TypeError', 'deferAccept'],
  [{ lookup: 'dns' }, 'TypeError', 'lookup'],
  [{ hostname: '' }, 'RangeError', 'hostname'],
]

const refusedConnecting: typeof refused = [
  ...refused,
  [{ quickAck: 1 }, 'TypeError', 'quickAck'],
  [{ fastOpen: 5 }, 'TypeError', 'fastOpen'],
  [{ localPort: 65536 }, 'RangeError', 'localPort'],
  [{ localPort: '1' }, 'TypeError', 'localPort'],
  [{ localAddress: 'localhost' }, 'RangeError', 'localAddress'],
  [{ localAddress: '' }, 'RangeError', 'localAddress'],
  [{ localAddress: 1 }, 'TypeError', 'localAddress'],
  [{ family: 5 }, 'RangeError', 'family'],
  [{ family: '4' }, 'TypeError', 'family'],
  [{ attemptDelay: 9 }, 'RangeError', 'attemptDelay'],
  [{ attemptDelay: '250' }, 'TypeError', 'attemptDelay'],
  [{ timeout: NaN }, 'RangeError', 'timeout'],
  [{ signal: {} }, 'TypeError', 'signal'],
  [{ signal: null }, 'TypeError', 'signal'],
  [{ lookup: {} }, 'TypeError', 'lookup'],
  [{ hostname: '' }, 'RangeError', 'hostname'],
]

function expectRefusal(error: unknown, name: string, option: string): void {
  expect(error).toMatchObject({
    name,
    code: name === 'TypeError' ? 'ERR_INVALID_ARG_TYPE' : 'ERR_OUT_OF_RANGE',
  })
  expect((error as Error).message).toContain(`"${option}" option must be`)
}

async function rejected(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was not rejected')
}

function answers(fd: number, questions: readonly Question[]): Question[] {
  return questions.map(([level, name]) => [level, name, sys.getsockopt(fd, level, name)])
}

describe.each(kinds)('socket options on $name', (kind) => {
  /** A connection: what was accepted under the one options, and what connected under the others. */
  async function connection(
    listen: Partial<ListenOptions>,
    connect: Partial<ConnectOptions> = {},
  ): Promise<{ accepted: Socket; connected: Socket }> {
    const opened = deferred<Socket>()
    const { reactor, port } = serve(
      kind,
      {
        open: (socket) => {
          opened.resolve(socket)
        },
      },
      listen,
    )
    const hostname = listen.hostname ?? '127.0.0.1'
    const where = { port, hostname, trigger: kind.trigger, socket: {} }
    const connected = await reactor.connect({ ...where, ...connect })
    return { accepted: await opened.promise, connected }
  }

  it.each(settings)(
    '%o of a listener is inherited by what it accepts',
    async (options, expected) => {
      const { accepted } = await connection(options)
      expect(answers(accepted.fd, expected)).toEqual(expected)
    },
  )

  it.each(ownSettings.slice(0, -1))(
    '%o of connect is set before it connects',
    async (options, expected) => {
      const { connected } = await connection({}, options)
      expect(answers(connected.fd, expected)).toEqual(expected)
    },
  )

  it.each(ownSettings)('%o is set by setOptions', async (options, expected) => {
    const { accepted } = await connection({})
    expect(accepted.setOptions(options)).toBe(accepted)
    expect(answers(accepted.fd, expected)).toEqual(expected)
  })

  it.each(refusedListening)('listen refuses %o and leaks nothing', (bad, name, option) => {
    const reactor = make(kind.backend)
    const before = descriptors()
    // The name would have to be looked up: the refusal comes before.
    const error = thrown(() => reactor.listen({ hostname: 'name.invalid', socket: {}, ...bad }))
    expectRefusal(error, name, option)
    expect(descriptors()).toBe(before)
  })

  it.each(refusedConnecting)(
    'connect refuses %o before anything is looked up',
    async (bad, name, option) => {
      const reactor = make(kind.backend)
      const lookup = vi.fn()
      const attempt = reactor.connect({
        port: 1,
        hostname: 'name.invalid',
        lookup,
        socket: {},
        ...bad,
      })
      expectRefusal(await rejected(attempt), name, option)
      expect(lookup).not.toHaveBeenCalled()
      expect(reactor.stats().referenced).toBe(0)
    },
  )

  it.each(refused.filter(([bad]) => !('bindToDevice' in bad)))(
    'setOptions refuses %o and sets nothing',
    async (bad, name, option) => {
      const { accepted } = await connection({})
      const error = thrown(() => accepted.setOptions({ priority: 3, ...bad }))
      expectRefusal(error, name, option)
      expect(sys.getsockopt(accepted.fd, SOL_SOCKET, constants.SO_PRIORITY)).toBe(0)
    },
  )

  it.each([undefined, null, 1, 'port'])('options that are %o are a TypeError', async (options) => {
    const reactor = make(kind.backend)
    const bad = options as unknown as ConnectOptions & ListenOptions & SocketSettings
    const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
    const message = /"options" argument must be an object/
    expect(await rejected(reactor.connect(bad))).toMatchObject(expected)
    expect(thrown(() => reactor.listen(bad))).toMatchObject(expected)
    expect(thrown(() => reactor.listen(bad)).message).toMatch(message)
    const { accepted } = await connection({})
    expect(thrown(() => accepted.setOptions(bad))).toMatchObject(expected)
  })

  it('setOptions of a socket that is closed does nothing', async () => {
    const { accepted } = await connection({})
    accepted.destroy()
    expect(accepted.setOptions({ priority: 1, quickAck: true })).toBe(accepted)
  })

  it('trafficClass is that of both families on IPv6', async () => {
    const { accepted, connected } = await connection(
      { hostname: '::1', trafficClass: 0x48 },
      { trafficClass: 0x68 },
    )
    const classes = (fd: number): number[] => [
      sys.getsockopt(fd, IPPROTO_IPV6, constants.IPV6_TCLASS),
      sys.getsockopt(fd, IPPROTO_IP, constants.IP_TOS),
    ]
    expect(classes(connected.fd)).toEqual([0x68, 0x68])
    expect(classes(accepted.fd)).toEqual([0x48, 0x48])
  })

  it('bindToDevice keeps a listener to its interface', async () => {
    const { accepted } = await connection({ bindToDevice: 'lo' })
    const name = new Uint8Array(16)
    sys.getsockopt(accepted.fd, SOL_SOCKET, constants.SO_BINDTODEVICE, name)
    expect(Buffer.from(name).toString('latin1')).toMatch(/^lo\0/)
  })

  it('what the kernel refuses is a SystemError with the option, and leaks nothing', async () => {
    const reactor = make(kind.backend)
    const before = descriptors()
    const bindToDevice = 'none-such-here'
    const expected = { code: 'ENODEV', syscall: 'setsockopt', option: 'bindToDevice' }
    const error = thrown(() => reactor.listen({ bindToDevice, socket: {} }))
    expect(error).toBeInstanceOf(SystemError)
    expect(error).toMatchObject(expected)
    expect(error.message).toContain('bindToDevice')
    const attempt = reactor.connect({ port: 1, bindToDevice, socket: {} })
    expect(await rejected(attempt)).toMatchObject(expected)
    expect(descriptors()).toBe(before)
  })

  it('an option of TCP on a Unix socket is refused by the kernel', () => {
    const reactor = make(kind.backend)
    const path = `\0edgeloop-options-${String(process.pid)}`
    const error = thrown(() => reactor.listen({ path, userTimeout: 5, socket: {} }))
    expect(error).toMatchObject({ syscall: 'setsockopt', option: 'userTimeout' })
  })

  it('all are set before the socket listens or connects', async () => {
    const set = vi.spyOn(addon.sys, 'setsockopt')
    const reaching = [vi.spyOn(addon.sys, 'listen'), vi.spyOn(addon.sys, 'connect')]
    const all = {
      ...Object.assign({}, ...settings.map(([options]) => options)),
      ...{ noDelay: true, keepAlive: { idle: 1000 }, bindToDevice: 'lo' },
    } as BindOptions
    try {
      const { reactor, port } = serve(
        kind,
        {},
        { ...all, reusePort: true, fastOpen: 5, deferAccept: 1 },
      )
      const listening = set.mock.calls.length
      const own = { fastOpen: true, quickAck: true, priority: 1 }
      const { trigger } = kind
      await reactor.connect({ port, trigger, ...all, ...own, socket: {} })
      const reached = reaching.map(({ mock }) => mock.invocationCallOrder[0] ?? Number.NaN)
      const orders = set.mock.invocationCallOrder
      expect(orders.slice(0, listening).length).toBeGreaterThan(10)
      expect(Math.max(...orders.slice(0, listening))).toBeLessThan(reached[0] ?? Number.NaN)
      expect(orders.slice(listening).length).toBeGreaterThan(10)
      expect(Math.max(...orders.slice(listening))).toBeLessThan(reached[1] ?? Number.NaN)
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('backlog, fastOpen and deferAccept are told to the kernel', async () => {
    const set = vi.spyOn(addon.sys, 'setsockopt')
    const listen = vi.spyOn(addon.sys, 'listen')
    try {
      const { accepted } = await connection(
        { backlog: 7, fastOpen: 5, deferAccept: 1500 },
        { trigger: kind.trigger, socket: { open: (socket) => socket.write('first') } },
      )
      const calls = set.mock.calls.map(([, level, name, value]) => [level, name, value])
      expect(calls).toContainEqual([IPPROTO_TCP, constants.TCP_FASTOPEN, 5])
      expect(calls).toContainEqual([IPPROTO_TCP, constants.TCP_DEFER_ACCEPT, 2])
      expect(listen).toHaveBeenCalledWith(expect.any(Number), 7)
      expect(accepted.destroyed).toBe(false)
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('a connection is not announced before its first bytes under deferAccept', async () => {
    const events: string[] = []
    const got = deferred()
    const { reactor, port } = serve(
      kind,
      {
        open: () => events.push('open'),
        data: () => {
          events.push('data')
          got.resolve()
        },
      },
      { deferAccept: 60_000 },
    )
    const client = await reactor.connect({ port, trigger: kind.trigger, socket: {} })
    events.push('connected')
    client.write('x')
    await got.promise
    expect(events).toEqual(['connected', 'open', 'data'])
  })

  it('reusePort does without on a kernel that has no such option', () => {
    const real = addon.sys.setsockopt
    const set = vi.spyOn(addon.sys, 'setsockopt').mockImplementation((fd, level, name, value) => {
      const old = level === SOL_SOCKET && name === constants.SO_REUSEPORT
      return old ? -constants.ENOPROTOOPT : real(fd, level, name, value)
    })
    try {
      const { reactor, port } = serve(kind, {}, { reusePort: true })
      expect(port).toBeGreaterThan(0)
      const second = (): unknown => reactor.listen({ port, reusePort: true, socket: {} })
      expect(thrown(second)).toMatchObject({ code: 'EADDRINUSE', syscall: 'bind' })
    } finally {
      set.mockRestore()
    }
  })
})

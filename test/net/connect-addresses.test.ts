// One connection, many addresses: RFC 8305.

import type net from 'node:net'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { type ConnectOptions, type Socket, SystemError } from '../../lib'
import { kinds, make } from '../reactor/kinds'
import { deferred, descriptors, peerServer, turnOfTheLoop } from './peers'
import {
  answering,
  hangingPort,
  recorder,
  refusingPort,
  rejected,
  running,
  serverAt,
} from './racing'

describe.each(kinds)('connect to a name with several addresses on $name', (kind) => {
  const { trigger } = kind

  it('goes on with the next address where one refuses', async () => {
    const port = await peerServer(() => undefined)
    const { calls, socket } = recorder()
    const lookup = answering('127.0.0.2', '::1', '127.0.0.1')
    const reactor = running(kind)
    const found = await reactor.connect({ hostname: 'a.test', port, lookup, trigger, socket })
    expect(found.remoteAddress).toBe('127.0.0.1')
    expect(calls).toEqual(['open 127.0.0.1'])
  })

  it('goes on beside an address that does not answer, and closes what has lost', async () => {
    const port = hangingPort()
    const server = await serverAt('::1', port)
    try {
      const reactor = running(kind)
      const before = descriptors()
      const { calls, socket } = recorder()
      const begun = performance.now()
      const found = await reactor.connect({
        hostname: 'a.test',
        port,
        lookup: answering('127.0.0.1', '::1'),
        attemptDelay: 40,
        trigger,
        socket,
      })
      expect(performance.now() - begun).toBeGreaterThanOrEqual(38)
      expect(found.remoteAddress).toBe('::1')
      expect(calls).toEqual(['open ::1'])
      await turnOfTheLoop()
      await turnOfTheLoop()
      // Its own, and its peer's, which belongs to this process too.
      expect(descriptors()).toBeLessThanOrEqual(before + 2)
    } finally {
      server.close()
    }
  })

  it('the slower of two attempts that both succeed is never seen', async () => {
    // Without turns meanwhile, both are connected when the next one looks.
    const port = await peerServer(() => undefined)
    const server = await serverAt('::1', port)
    try {
      const reactor = make(kind.backend)
      const { calls, socket } = recorder()
      const looked = deferred()
      const lookup: net.LookupFunction = (hostname, options, done) => {
        answering('127.0.0.1', '::1')(hostname, options, (...answer) => {
          done(...answer)
          looked.resolve()
        })
      }
      const attempt = reactor.connect({
        hostname: 'a.test',
        port,
        lookup,
        attemptDelay: 10,
        trigger,
        socket,
      })
      await looked.promise
      // However late both timers are, the one of the second attempt comes first.
      await new Promise((resolve) => setTimeout(resolve, 60))
      reactor.turn(1000)
      const found = await attempt
      expect(calls).toHaveLength(1)
      await turnOfTheLoop()
      reactor.turn(0)
      reactor.turn(0)
      expect(calls).toHaveLength(1)
      expect(reactor.stats().referenced).toBe(1)
      found.destroy()
      reactor.turn(0)
      reactor.turn(0)
      expect(reactor.stats().referenced).toBe(0)
    } finally {
      server.close()
    }
  })

  it('is an AggregateError of all attempts, in their order, where all fail', async () => {
    const port = refusingPort()
    const { calls, socket } = recorder()
    const reactor = running(kind)
    const error = await rejected(
      reactor.connect({
        hostname: 'a.test',
        port,
        // Of each family by turns, beginning with the first one's.
        lookup: answering('127.0.0.1', '127.0.0.2', '::1'),
        trigger,
        socket,
      }),
    )
    expect(error).toBeInstanceOf(AggregateError)
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    const { errors } = error as AggregateError
    expect(errors).toMatchObject(
      ['127.0.0.1', '::1', '127.0.0.2'].map((tried) => ({
        code: 'ECONNREFUSED',
        syscall: 'connect',
        address: tried,
        port,
      })),
    )
    expect(calls).toEqual(['error', 'close -1'])
    expect(reactor.stats().referenced).toBe(1)
  })

  it('is a plain SystemError where there was only one', async () => {
    const lookup = answering('127.0.0.9')
    const port = await peerServer(() => undefined)
    const { calls, socket } = recorder()
    const attempt = running(kind).connect({ hostname: 'a.test', port, lookup, trigger, socket })
    const error = await rejected(attempt)
    expect(error).toBeInstanceOf(SystemError)
    expect(error).toMatchObject({ code: 'ECONNREFUSED', address: '127.0.0.9', port })
    expect(calls).toEqual(['error', 'close -1'])
  })

  it('one timeout covers all attempts', async () => {
    const port = hangingPort()
    const reactor = running(kind)
    const { calls, socket } = recorder()
    const error = await rejected(
      reactor.connect({
        hostname: 'a.test',
        port,
        lookup: answering('127.0.0.1', '127.0.0.3', '127.0.0.1', '127.0.0.1'),
        attemptDelay: 20,
        timeout: 1500,
        trigger,
        socket,
      }),
    )
    expect(error).toBeInstanceOf(AggregateError)
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    const codes = (error as AggregateError).errors.map((one: SystemError) => one.code)
    expect(codes[0]).toBe('ECONNREFUSED') // 127.0.0.3, the only one that answers
    expect(new Set(codes.slice(1))).toEqual(new Set(['ETIMEDOUT']))
    expect(calls).toEqual(['error', 'close -1'])
  })

  it('the timeout covers the look-up, which alone only rejects', async () => {
    const { calls, socket } = recorder()
    const attempt = running(kind).connect({
      hostname: 'a.test',
      port: 80,
      lookup: () => undefined,
      timeout: 20,
      trigger,
      socket,
    })
    expect(await rejected(attempt)).toMatchObject({
      code: 'ETIMEDOUT',
      address: 'a.test',
      port: 80,
    })
    expect(calls).toEqual([])
  })

  it.each<[string, net.LookupFunction, object]>([
    [
      'fails',
      (_h, _o, done) => {
        done(new Error('no such luck'), '')
      },
      { message: 'no such luck' },
    ],
    [
      'throws',
      () => {
        throw new Error('at once')
      },
      { message: 'at once' },
    ],
    ['answers nothing', answering(), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
    ['answers a name', answering('b.test'), { code: 'ERR_INVALID_ARG_TYPE' }],
    [
      'answers null',
      (_h, _o, done) => {
        done(null, null as unknown as string)
      },
      { code: 'ERR_INVALID_ARG_TYPE' },
    ],
  ])('a look-up that %s only rejects', async (_, lookup, expected) => {
    const { calls, socket } = recorder()
    const reactor = running(kind)
    const attempt = reactor.connect({ hostname: 'a.test', port: 1, lookup, trigger, socket })
    expect(await rejected(attempt)).toMatchObject(expected)
    expect(calls).toEqual([])
    expect(reactor.stats().referenced).toBe(1)
  })

  it('a look-up in the older style, of one address, will do; listen takes one too', async () => {
    const port = await peerServer(() => undefined)
    const lookup: net.LookupFunction = (_hostname, _options, done) => {
      done(null, '127.0.0.1', 4)
    }
    const reactor = running(kind)
    const socket = await reactor.connect({ hostname: 'a.test', port, lookup, trigger, socket: {} })
    expect(socket.remoteAddress).toBe('127.0.0.1')
    const listener = reactor.listen({ hostname: 'a.test', lookup, trigger, socket: {} })
    await listener.ready
    expect(listener.hostname).toBe('127.0.0.1')
  })

  it('takes only addresses of the family asked for, or of localAddress', async () => {
    const port = await peerServer(() => undefined)
    const asked: unknown[] = []
    const lookup: net.LookupFunction = (hostname, options, done) => {
      asked.push([hostname, options.all, options.family])
      answering('::1', '127.0.0.1')(hostname, options, done)
    }
    const reactor = running(kind)
    const common = { hostname: 'a.test', port, lookup, trigger, socket: {} }
    const four = await reactor.connect({ ...common, family: 4 })
    expect(four.remoteAddress).toBe('127.0.0.1')
    const local = await reactor.connect({ ...common, localAddress: '127.0.0.5' })
    expect(local.localAddress).toBe('127.0.0.5')
    expect(asked).toEqual([
      ['a.test', true, 4],
      ['a.test', true, 4],
    ])
  })

  it('connects from the address and port told', async () => {
    const port = await peerServer(() => undefined)
    const reactor = running(kind)
    const first = await reactor.connect({ port, localAddress: '127.0.0.7', trigger, socket: {} })
    expect(first.localAddress).toBe('127.0.0.7')
    first.destroy()
    // Below those that the kernel gives out: a port that a connection was on is not free for minutes.
    let localPort = 25_000 + (process.pid % 5_000)
    const from = async (more: Partial<ConnectOptions>): Promise<Socket> => {
      for (;;) {
        const options = { port, ...more, localPort: ++localPort, trigger, socket: {} }
        const socket = await reactor.connect(options).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'EADDRINUSE', syscall: 'bind' })
        })
        if (socket !== undefined) return socket
      }
    }
    const second = await from({ localAddress: '127.0.0.8' })
    expect([second.localAddress, second.localPort]).toEqual(['127.0.0.8', localPort])
    const any = await from({})
    expect([any.localAddress, any.localPort]).toEqual(['127.0.0.1', localPort])
    const third = reactor.connect({ port, localAddress: '192.0.2.1', trigger, socket: {} })
    expect(await rejected(third)).toMatchObject({ code: 'EADDRNOTAVAIL', syscall: 'bind' })
  })
})

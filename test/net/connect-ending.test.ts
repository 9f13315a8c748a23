// Attempts to connect that are given up, and what happens to their sockets.

import { describe, expect, it } from 'vitest'
import { kinds, make } from '../reactor/kinds'
import { deferred, descriptors, peerServer, turnOfTheLoop } from './peers'
import { answering, hangingPort, recorder, rejected, running } from './racing'

describe.each(kinds)('an attempt to connect on $name', (kind) => {
  const { trigger } = kind

  it('an aborted signal gives up at once, a later one nothing', async () => {
    const reactor = running(kind)
    const signal = AbortSignal.abort('because')
    const expected = { name: 'AbortError', code: 'ABORT_ERR', cause: 'because' }
    const { calls, socket } = recorder()
    const attempt = reactor.connect({ port: 1, signal, trigger, socket })
    expect(await rejected(attempt)).toMatchObject(expected)
    expect(calls).toEqual([])
    const port = await peerServer(() => undefined)
    const controller = new AbortController()
    const late = await reactor.connect({ port, signal: controller.signal, trigger, socket: {} })
    controller.abort()
    await turnOfTheLoop()
    expect(late.destroyed).toBe(false)
  })

  it('a signal aborts attempts under way, and the look-up', async () => {
    const reactor = running(kind)
    const before = descriptors()
    const port = hangingPort()
    const { calls, socket } = recorder()
    const controller = new AbortController()
    const { signal } = controller
    const attempt = rejected(reactor.connect({ port, signal, trigger, socket }))
    const lookup = (): undefined => undefined
    const looking = rejected(
      reactor.connect({ hostname: 'a.test', port, lookup, signal, trigger, socket: {} }),
    )
    await turnOfTheLoop()
    const hanging = descriptors()
    controller.abort()
    expect(await attempt).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' })
    expect(await looking).toMatchObject({ name: 'AbortError' })
    expect(calls).toEqual(['error', 'close -1'])
    await turnOfTheLoop()
    expect(descriptors()).toBe(hanging - 1)
    expect(descriptors()).toBeGreaterThan(before)
    expect(reactor.stats().referenced).toBe(1)
  })

  it('reactor.close() rejects a race under way and calls nothing', async () => {
    const port = hangingPort()
    const reactor = running(kind)
    const { calls, socket } = recorder()
    const attempt = rejected(
      reactor.connect({
        hostname: 'a.test',
        port,
        lookup: answering('127.0.0.1', '127.0.0.1'),
        attemptDelay: 10,
        trigger,
        socket,
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 30))
    reactor.close()
    expect(await attempt).toMatchObject({ code: 'ERR_CLOSED' })
    expect(calls).toEqual([])
  })

  it('settles where open throws, and where open destroys the socket', async () => {
    const port = await peerServer(() => undefined)
    const reactor = make(kind.backend)
    const caught = deferred<unknown>()
    const attempt = reactor.connect({
      port,
      trigger,
      socket: {
        open: () => {
          throw new Error('in open')
        },
      },
    })
    void (async () => {
      for (;;) {
        await turnOfTheLoop()
        try {
          if (reactor.turn(0) > 0) return
        } catch (error) {
          caught.resolve(error)
          return
        }
      }
    })()
    expect(await caught.promise).toMatchObject({ message: 'in open' })
    expect((await attempt).destroyed).toBe(false)
    const destroyed = running(kind).connect({
      port,
      trigger,
      socket: {
        open: (socket) => {
          socket.destroy()
        },
      },
    })
    expect(await rejected(destroyed)).toMatchObject({ code: 'ERR_CLOSED' })
  })
})

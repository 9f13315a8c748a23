import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { type Registration, Reactor } from '../../lib'
import { feed, pipe, shut, take } from '../multiplexer/scene'
import { backends, kinds, make, reading } from './kinds'

const tick = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(kinds)('run on $name', (kind) => {
  it('delivers beside timers, promises and I/O of Node, until nothing is registered', async () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const seen: string[] = []
    const registration = reactor.register(reader, reading(kind), () => {
      seen.push(take(reader))
      if (seen.length === 3) registration.close()
    })
    let fed = 0
    const feeder = setInterval(() => {
      feed(writer, String(++fed))
    }, 2)
    await reactor.run()
    clearInterval(feeder)
    expect(seen.join('')).toMatch(/^123/)
  })

  it('resolves at once with nothing referenced', async () => {
    const reactor = make(kind.backend)
    await reactor.run()
    const [reader] = pipe()
    reactor.register(reader, reading(kind), () => undefined).unref()
    await reactor.run()
  })

  it('serves unreferenced registrations until the last referenced one has gone', async () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const [holder] = pipe()
    let calls = 0
    reactor
      .register(reader, reading(kind), () => {
        take(reader)
        calls++
        if (calls === 2) hold.close()
        else feed(writer)
      })
      .unref()
    const hold = reactor.register(holder, reading(kind), () => undefined)
    feed(writer)
    await reactor.run()
    expect(calls).toBe(2)
  })

  it('is over when the last registration is unreferenced or a once has fired', async () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const registration = reactor.register(reader, reading(kind), () => undefined)
    setTimeout(() => registration.unref(), 5)
    await reactor.run()
    registration.close()
    const [other, feeder] = pipe()
    let fired = 0
    reactor.register(other, { ...reading(kind), once: true }, () => fired++)
    feed(feeder)
    await reactor.run()
    expect(fired).toBe(1)
    feed(writer)
  })

  it('answers the same promise while it runs', async () => {
    const reactor = make(kind.backend)
    const [reader] = pipe()
    const registration = reactor.register(reader, reading(kind), () => undefined)
    const first = reactor.run()
    expect(reactor.run()).toBe(first)
    registration.close()
    await first
  })

  it('stops: registrations stand, nothing is delivered until the next run', async () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    let calls = 0
    const registration = reactor.register(reader, reading(kind), () => {
      calls++
      take(reader)
      reactor.stop()
    })
    feed(writer)
    await reactor.run()
    expect(calls).toBe(1)
    feed(writer)
    await tick(5)
    expect(calls).toBe(1)
    await reactor.run()
    expect(calls).toBe(2)
    expect(registration.closed).toBe(false)
  })

  it('keeps for the next run what a stop in mid-turn left undelivered', async () => {
    const reactor = make(kind.backend)
    const seen: number[] = []
    const all: Registration[] = []
    for (let i = 0; i < 3; i++) {
      const [reader, writer] = pipe()
      feed(writer)
      const registration = reactor.register(reader, reading(kind), () => {
        seen.push(reader)
        registration.close()
        reactor.stop()
      })
      all.push(registration)
    }
    for (let runs = 1; runs <= 3; runs++) {
      await reactor.run()
      expect(seen).toHaveLength(runs)
      await tick(2)
      expect(seen).toHaveLength(runs)
    }
    expect(new Set(seen).size).toBe(3)
  })

  it('delivers by turn what a stop in mid-turn left undelivered', async () => {
    const reactor = make(kind.backend)
    let calls = 0
    for (let i = 0; i < 2; i++) {
      const [reader, writer] = pipe()
      feed(writer)
      reactor.register(reader, reading(kind), () => {
        calls++
        take(reader)
        reactor.stop()
      })
    }
    await reactor.run()
    expect(calls).toBe(1)
    expect(reactor.turn(0)).toBe(1)
    expect(calls).toBe(2)
  })

  it('runs promises and ticks of a handler before the next turn', async () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const order: string[] = []
    const registration = reactor.register(reader, reading(kind), () => {
      order.push(`handler ${take(reader, 1)}`)
      if (order.length > 4) {
        registration.close()
        return
      }
      process.nextTick(() => order.push('tick'))
      void Promise.resolve().then(() => {
        order.push('promise')
        feed(writer, '2')
      })
    })
    feed(writer, '1')
    await reactor.run()
    expect(order.slice(0, 4)).toEqual(['handler 1', 'tick', 'promise', 'handler 2'])
  })

  it('calls a handler in the async context of its register', async () => {
    const reactor = make(kind.backend)
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    for (const name of ['a', 'b']) {
      const [reader, writer] = pipe()
      feed(writer)
      storage.run(name, () => {
        reactor.register(reader, { ...reading(kind), once: true }, () => {
          seen.push(storage.getStore())
        })
      })
    }
    await storage.run('run', () => reactor.run())
    expect(seen.sort()).toEqual(['a', 'b'])
  })

  it('is not starved by immediates, and does not starve them', async () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    let immediates = 0
    let events = 0
    let going = true
    const chain = (): void => {
      immediates++
      if (going) setImmediate(chain)
    }
    setImmediate(chain)
    const registration = reactor.register(reader, reading(kind), () => {
      take(reader)
      if (++events === 100) registration.close()
      else feed(writer)
    })
    feed(writer)
    await reactor.run()
    expect(events).toBe(100)
    const before = immediates
    while (immediates === before) await tick(2)
    going = false
  })

  it('lets a timer through although a descriptor is ready at all times', async () => {
    const reactor = make(kind.backend)
    const [, writer] = pipe()
    let calls = 0
    const handler = (_: number, self: Registration): void => {
      calls++
      self.rearm()
    }
    const options = { writable: true, trigger: kind.trigger }
    const registration = reactor.register(writer, options, handler)
    const running = reactor.run()
    // On a busy machine the first timers may be due before the first turns.
    do await tick(10)
    while (calls <= 10)
    registration.close()
    await running
  })
})

describe('several reactors in one thread', () => {
  it('run side by side on epoll', async () => {
    const seen: string[] = []
    const running = ['one', 'two'].map((name) => {
      const reactor = make('epoll')
      const [reader, writer] = pipe()
      reactor.register(reader, { readable: true, once: true }, () => seen.push(name))
      feed(writer)
      return reactor.run()
    })
    await Promise.all(running)
    expect(seen.sort()).toEqual(['one', 'two'])
  })

  it.each(['select', 'poll'] as const)('exclude each other where one is on %s', async (backend) => {
    const alone = make(backend)
    const other = make('epoll')
    const registrations = [alone, other].map((reactor) =>
      reactor.register(pipe()[0], { readable: true }, () => undefined),
    )
    const [holdsAlone, holdsOther] = registrations
    const running = alone.run()
    await expect(other.run()).rejects.toMatchObject({ code: 'ERR_REACTOR_RUNNING' })
    holdsAlone?.close()
    await running
    const second = other.run()
    alone.register(pipe()[0], { readable: true }, () => undefined)
    await expect(alone.run()).rejects.toMatchObject({ code: 'ERR_REACTOR_RUNNING' })
    holdsOther?.close()
    await second
  })
})

describe.each(backends)('run on %s', (backend) => {
  it('rejects of a closed reactor, and resolves when it is closed while running', async () => {
    const reactor = make(backend)
    reactor.register(pipe()[0], { readable: true }, () => undefined)
    const running = reactor.run()
    setTimeout(() => {
      reactor.close()
    }, 2)
    await running
    await expect(reactor.run()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })
})

describe('Reactor.shared', () => {
  it('is one per thread, delivers without run, and is made anew once closed', async () => {
    const reactor = Reactor.shared()
    expect(Reactor.shared()).toBe(reactor)
    const [reader, writer] = pipe()
    const delivered = new Promise<void>((resolve) => {
      const registration = reactor.register(reader, { readable: true }, () => {
        take(reader)
        registration.close()
        resolve()
      })
    })
    feed(writer)
    await delivered
    const [again, feeder] = pipe()
    const registration = reactor.register(again, { readable: true }, () => {
      registration.close()
    })
    feed(feeder)
    await reactor.run()
    reactor.close()
    expect(Reactor.shared()).not.toBe(reactor)
    Reactor.shared().close()
    shut(again)
  })
})

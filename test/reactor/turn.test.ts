import { afterEach, describe, expect, it } from 'vitest'
import { Reactor } from '../../lib'
import { feed, pipe, thrown } from '../multiplexer/scene'
import { backends, kinds, make, reading } from './kinds'

const SOON = 20_000

describe.each(kinds)('turn on $name', (kind) => {
  it('delivers every ready descriptor and answers how many', () => {
    const reactor = make(kind.backend)
    const pipes = Array.from({ length: 5 }, pipe)
    const seen = new Set<number>()
    for (const [reader] of pipes) reactor.register(reader, reading(kind), () => seen.add(reader))
    for (const [, writer] of pipes) feed(writer)
    expect(reactor.turn(SOON)).toBe(5)
    expect(seen.size).toBe(5)
  })

  it('throws what a handler threw, once all have been called', () => {
    const reactor = make(kind.backend)
    const [readerA, writerA] = pipe()
    const [readerB, writerB] = pipe()
    let calls = 0
    const oops = new Error('oops')
    reactor.register(readerA, reading(kind), () => {
      calls++
      throw oops
    })
    reactor.register(readerB, reading(kind), () => calls++)
    feed(writerA)
    feed(writerB)
    expect(thrown(() => reactor.turn(SOON))).toBe(oops)
    expect(calls).toBe(2)
  })

  it('throws an AggregateError of all that several handlers threw', () => {
    const reactor = make(kind.backend)
    const errors = [new Error('one'), new Error('two')]
    for (const error of errors) {
      const [reader, writer] = pipe()
      feed(writer)
      reactor.register(reader, reading(kind), () => {
        throw error
      })
    }
    const together = thrown(() => reactor.turn(SOON))
    expect(together).toBeInstanceOf(AggregateError)
    expect(new Set((together as AggregateError).errors)).toEqual(new Set(errors))
  })

  it('refuses to be called from inside a handler', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    let code: unknown
    reactor.register(reader, reading(kind), () => {
      code = (thrown(() => reactor.turn(0)) as { code?: string }).code
    })
    feed(writer)
    reactor.turn(SOON)
    expect(code).toBe('ERR_REACTOR_RUNNING')
  })

  it('is silent for the rest once a handler has closed the reactor', () => {
    const reactor = make(kind.backend)
    let calls = 0
    for (let i = 0; i < 3; i++) {
      const [reader, writer] = pipe()
      feed(writer)
      reactor.register(reader, reading(kind), () => {
        calls++
        reactor.close()
      })
    }
    reactor.turn(SOON)
    expect(calls).toBe(1)
    expect(reactor.closed).toBe(true)
  })
})

describe.each(backends)('turn on %s', (backend) => {
  it('waits for its timeout, never less, with nothing registered', () => {
    const reactor = make(backend)
    for (const timeout of [0, 0.5, 20.25]) {
      const begun = process.hrtime.bigint()
      expect(reactor.turn(timeout)).toBe(0)
      expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeGreaterThanOrEqual(timeout)
    }
  })

  it('refuses timeouts that are none', () => {
    const reactor = make(backend)
    const turn = reactor.turn.bind(reactor) as (timeout: unknown) => number
    for (const wrong of [NaN, -2, -Infinity, -0.5]) {
      expect(thrown(() => turn(wrong))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    }
    for (const wrong of ['1', true, 1n, {}]) {
      expect(thrown(() => turn(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }
  })

  it('counts what it does', () => {
    const reactor = make(backend)
    const [reader, writer] = pipe()
    reactor.register(reader, { readable: true }, () => undefined)
    feed(writer)
    reactor.turn(SOON)
    reactor.turn(5)
    const stats = reactor.stats()
    expect(stats).toMatchObject({ registered: 1, referenced: 1 })
    expect(stats.turns).toBe(2)
    expect(stats.events).toBeGreaterThanOrEqual(1)
    expect(stats.crossings).toBeGreaterThanOrEqual(2)
  })

  it('gives a closed reactor one answer', () => {
    const reactor = make(backend)
    const [reader] = pipe()
    reactor.register(reader, { readable: true }, () => undefined)
    reactor.close()
    reactor.close()
    const uses = [
      () => reactor.turn(0),
      () => reactor.stats(),
      () => reactor.register(reader, { readable: true }, () => undefined),
      () => reactor.listen({ port: 0, socket: {} }),
      () => reactor.serve({ port: 0, handler: () => undefined }),
    ]
    for (const use of uses) expect(thrown(use)).toMatchObject({ code: 'ERR_CLOSED' })
    reactor.stop()
  })
})

describe('the backend', () => {
  const before = process.env['EDGELOOP_BACKEND']

  afterEach(() => {
    if (before === undefined) delete process.env['EDGELOOP_BACKEND']
    else process.env['EDGELOOP_BACKEND'] = before
  })

  const backendOf = (options?: object): string => {
    const reactor = new Reactor(options)
    reactor.close()
    return reactor.backend
  }

  it('is epoll unless told', () => {
    delete process.env['EDGELOOP_BACKEND']
    expect(backendOf()).toBe('epoll')
  })

  it('is what EDGELOOP_BACKEND says, unless the options say otherwise', () => {
    process.env['EDGELOOP_BACKEND'] = 'poll'
    expect(backendOf()).toBe('poll')
    expect(backendOf({ backend: 'select' })).toBe('select')
  })

  it('is refused where it is unknown, whoever names it', () => {
    const unknown = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }
    expect(thrown(() => backendOf({ backend: 'kqueue' }))).toMatchObject(unknown)
    process.env['EDGELOOP_BACKEND'] = 'kqueue'
    expect(thrown(() => backendOf())).toMatchObject(unknown)
    expect(thrown(() => backendOf({ backend: 7 }))).toMatchObject({ name: 'TypeError' })
  })
})

import { describe, expect, it } from 'vitest'
import { HUP, IN, OUT, type Registration } from '../../lib'
import { close, constants, dup } from '../../lib/sys'
import { expectSystemError, feed, fill, keep, pipe, shut, take, thrown } from '../multiplexer/scene'
import { backends, kinds, make, reading } from './kinds'

const SOON = 20_000

describe.each(kinds)('registration on $name', (kind) => {
  it('is told that its descriptor became readable, with itself', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const calls: [number, Registration][] = []
    const registration = reactor.register(reader, reading(kind), (events, self) => {
      calls.push([events, self])
    })
    expect(reactor.turn(0)).toBe(0)
    feed(writer)
    expect(reactor.turn(SOON)).toBe(1)
    expect(calls).toEqual([[IN, registration]])
    expect(registration.fd).toBe(reader)
  })

  it('is told of what was ready before it was registered', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    feed(writer)
    let calls = 0
    reactor.register(reader, reading(kind), () => calls++)
    expect(reactor.turn(SOON)).toBe(1)
    expect(calls).toBe(1)
  })

  it('is told in every turn of what it leaves unread under level triggering, once under edge', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    feed(writer, 'abc')
    reactor.register(reader, reading(kind), () => undefined)
    expect(reactor.turn(SOON)).toBe(1)
    expect(reactor.turn(0)).toBe(kind.trigger === 'level' ? 1 : 0)
    feed(writer, 'd')
    expect(reactor.turn(SOON)).toBe(1)
  })

  it('is told again after rearm of what it left unread', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    feed(writer, 'abc')
    const registration = reactor.register(reader, reading(kind), () => undefined)
    expect(reactor.turn(SOON)).toBe(1)
    registration.rearm()
    expect(reactor.turn(SOON)).toBe(1)
  })

  it('with once is told once, and again after rearm or modify', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    feed(writer)
    const options = { ...reading(kind), once: true }
    const registration = reactor.register(reader, options, () => undefined)
    expect(reactor.turn(SOON)).toBe(1)
    feed(writer)
    expect(reactor.turn(0)).toBe(0)
    registration.rearm()
    expect(reactor.turn(SOON)).toBe(1)
    expect(reactor.turn(0)).toBe(0)
    registration.modify({ readable: true })
    expect(reactor.turn(SOON)).toBe(1)
    expect(reactor.turn(0)).toBe(0)
  })

  it('with once stays silent about a hang-up, too, until it is re-armed', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    feed(writer)
    const options = { ...reading(kind), once: true }
    const registration = reactor.register(reader, options, () => undefined)
    expect(reactor.turn(SOON)).toBe(1)
    shut(writer)
    expect(reactor.turn(0)).toBe(0)
    registration.rearm()
    expect(reactor.turn(SOON)).toBe(1)
  })

  it('changes by modify only the directions that are named', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    let seen = 0
    const registration = reactor.register(
      writer,
      { readable: true, writable: true, trigger: kind.trigger },
      (events) => {
        seen = events
      },
    )
    expect(reactor.turn(SOON)).toBe(1)
    expect(seen & OUT).toBe(OUT)
    registration.modify({ writable: false })
    expect(reactor.turn(0)).toBe(0)
    registration.modify({ writable: true })
    expect(reactor.turn(SOON)).toBe(1)
    expect(seen & OUT).toBe(OUT)
    shut(reader)
  })

  it('is paused by modify with both directions off, and goes on afterwards', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    let calls = 0
    const registration = reactor.register(reader, reading(kind), () => calls++)
    registration.modify({ readable: false, writable: false })
    feed(writer)
    expect(reactor.turn(0)).toBe(0)
    registration.modify({ readable: true })
    expect(reactor.turn(SOON)).toBe(1)
    expect(calls).toBe(1)
  })

  it('is told of a hang-up at most once while it is paused', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const seen: number[] = []
    const registration = reactor.register(reader, reading(kind), (events) => seen.push(events))
    registration.modify({ readable: false })
    shut(writer)
    // select has no such news for a descriptor that it is not asked about.
    const told = kind.backend === 'select' ? [] : [HUP]
    reactor.turn(0)
    expect(reactor.turn(0)).toBe(0)
    expect(seen).toEqual(told)
    registration.modify({ readable: true })
    expect(reactor.turn(SOON)).toBe(1)
    expect((seen.at(-1) ?? 0) & (HUP | IN)).not.toBe(0)
  })

  it('is not told of anything after close, not even in the same turn', () => {
    const reactor = make(kind.backend)
    const [readerA, writerA] = pipe()
    const [readerB, writerB] = pipe()
    const all: Registration[] = []
    let calls = 0
    const handler = (_: number, self: Registration) => {
      calls++
      for (const other of all) if (other !== self) other.close()
    }
    all.push(reactor.register(readerA, reading(kind), handler))
    all.push(reactor.register(readerB, reading(kind), handler))
    feed(writerA)
    feed(writerB)
    expect(reactor.turn(SOON)).toBeGreaterThanOrEqual(1)
    expect(calls).toBe(1)
    expect(all.filter((registration) => registration.closed)).toHaveLength(1)
  })

  it('of a number that was reused in the turn gets no event of the number before', () => {
    const reactor = make(kind.backend)
    const [readerA, writerA] = pipe()
    const [readerB, writerB] = pipe()
    const [silent] = pipe()
    const late: number[] = []
    const all = new Map<number, Registration>()
    const handler = (_: number, self: Registration) => {
      for (const [fd, other] of all) {
        if (other === self) continue
        other.close()
        shut(fd)
        const reused = keep(dup(silent)) // the lowest free number
        expect(reused).toBe(fd)
        reactor.register(reused, reading(kind), (events) => late.push(events))
      }
      all.clear()
    }
    all.set(readerA, reactor.register(readerA, reading(kind), handler))
    all.set(readerB, reactor.register(readerB, reading(kind), handler))
    feed(writerA)
    feed(writerB)
    reactor.turn(SOON)
    reactor.turn(0)
    expect(late).toEqual([])
  })

  it('may be made, changed and closed in a handler, its own included', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    const [other, feeder] = pipe()
    feed(feeder)
    const seen: string[] = []
    const registration = reactor.register(reader, reading(kind), (_, self) => {
      seen.push('first')
      self.close()
      reactor.register(other, reading(kind), () => seen.push('second'))
    })
    feed(writer)
    reactor.turn(SOON)
    reactor.turn(SOON)
    expect(registration.closed).toBe(true)
    expect(seen).toEqual(['first', 'second'])
  })

  it('of a descriptor closed under it is told nothing that spins, and can be closed', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    feed(writer)
    const seen: number[] = []
    const registration = reactor.register(reader, reading(kind), (events) => seen.push(events))
    shut(reader)
    reactor.turn(0)
    reactor.turn(0)
    expect(reactor.turn(0)).toBe(0)
    // epoll forgets it; the others find a dead number, and say so once.
    expect(seen).toEqual(kind.backend === 'epoll' ? [] : [constants.POLLNVAL])
    registration.close()
    const again = keep(dup(writer))
    reactor.register(again, { writable: true }, () => undefined).close()
  })

  it('does not disturb the others when its descriptor is dead', () => {
    const reactor = make(kind.backend)
    const [dead] = pipe()
    const [reader, writer] = pipe()
    reactor.register(dead, reading(kind), () => undefined)
    let calls = 0
    reactor.register(reader, reading(kind), () => {
      calls++
      take(reader)
    })
    shut(dead)
    feed(writer)
    for (let i = 0; i < 3 && calls === 0; i++) reactor.turn(0)
    expect(calls).toBe(1)
  })

  it('knows writability', () => {
    const reactor = make(kind.backend)
    const [reader, writer] = pipe()
    fill(writer)
    let calls = 0
    reactor.register(writer, { writable: true, trigger: kind.trigger }, () => calls++)
    expect(reactor.turn(0)).toBe(0)
    take(reader, 1 << 20)
    expect(reactor.turn(SOON)).toBe(1)
    expect(calls).toBe(1)
  })
})

describe.each(backends)('register on %s', (backend) => {
  it('refuses a descriptor twice, one that is not open, and leaves no trace of it', () => {
    const reactor = make(backend)
    const [reader, writer] = pipe()
    const syscall = backend === 'epoll' ? 'epoll_ctl' : backend
    reactor.register(reader, { readable: true }, () => undefined)
    const twice = { code: 'EEXIST', errno: -17, syscall, fd: reader }
    expectSystemError(() => reactor.register(reader, { readable: true }, () => undefined), twice)
    const gone = dup(writer)
    close(gone)
    const closed = { code: 'EBADF', errno: -9, syscall, fd: gone }
    expectSystemError(() => reactor.register(gone, { readable: true }, () => undefined), closed)
    expect(reactor.stats()).toMatchObject({ registered: 1, referenced: 1 })
  })

  it('refuses what is no descriptor, no handler, no option', () => {
    const reactor = make(backend)
    const [reader] = pipe()
    const register = reactor.register.bind(reactor) as (...args: unknown[]) => unknown
    const handler = (): void => undefined
    for (const fd of ['1', null, undefined, {}, 1n]) {
      expect(thrown(() => register(fd, { readable: true }, handler))).toBeInstanceOf(TypeError)
    }
    for (const fd of [-1, 1.5, NaN, Infinity, 2 ** 31]) {
      expect(thrown(() => register(fd, { readable: true }, handler))).toBeInstanceOf(RangeError)
    }
    for (const nothing of [undefined, null, 1, 'f', {}]) {
      const error = thrown(() => register(reader, { readable: true }, nothing))
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
    }
    for (const options of [undefined, null, 1, 'x']) {
      const error = thrown(() => register(reader, options, handler))
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
    }
    const trigger = thrown(() => register(reader, { trigger: 'both' }, handler))
    expect(trigger).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
    expect(reactor.stats().registered).toBe(0)
  })

  it('takes edge triggering and exclusive wake-up where the kernel call has them', () => {
    const reactor = make(backend)
    const [reader] = pipe()
    for (const options of [{ trigger: 'edge' }, { exclusive: true }] as const) {
      const register = () =>
        reactor.register(reader, { readable: true, ...options }, () => undefined)
      if (backend === 'epoll') register().close()
      else expect(thrown(register)).toMatchObject({ code: 'ERR_UNSUPPORTED' })
    }
  })

  it('gives a closed registration one answer', () => {
    const reactor = make(backend)
    const [reader] = pipe()
    const registration = reactor.register(reader, { readable: true }, () => undefined)
    registration.close()
    registration.close()
    expect(registration.closed).toBe(true)
    const uses = [
      () => {
        registration.modify({ readable: true })
      },
      () => {
        registration.rearm()
      },
      () => registration.ref(),
      () => registration.unref(),
    ]
    for (const use of uses) expect(thrown(use)).toMatchObject({ code: 'ERR_CLOSED' })
    reactor.register(reader, { readable: true }, () => undefined).close()
  })
})

describe('register on select', () => {
  it('refuses descriptor 1024 with ERR_FD_SETSIZE', () => {
    const reactor = make('select')
    const error = thrown(() => reactor.register(1024, { readable: true }, () => undefined))
    expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_FD_SETSIZE' })
  })
})

describe('register on epoll', () => {
  it('lets an exclusive registration be paused and go on, though the kernel modifies none', () => {
    const reactor = make('epoll')
    const [reader, writer] = pipe()
    const options = { readable: true, exclusive: true }
    const registration = reactor.register(reader, options, () => undefined)
    feed(writer)
    expect(reactor.turn(SOON)).toBe(1)
    registration.modify({ readable: false })
    expect(reactor.turn(0)).toBe(0)
    registration.modify({ readable: true })
    expect(reactor.turn(SOON)).toBe(1)
  })

  it('keeps the old interest when modify fails', () => {
    const reactor = make('epoll')
    const [reader, writer] = pipe()
    const copy = keep(dup(reader)) // keeps the kernel's registration alive
    let calls = 0
    const registration = reactor.register(reader, { readable: true }, () => calls++)
    shut(reader)
    const refused = () => {
      registration.modify({ writable: true })
    }
    expectSystemError(refused, { code: 'EBADF', errno: -9, syscall: 'epoll_ctl', fd: reader })
    feed(writer)
    expect(reactor.turn(SOON)).toBe(1)
    expect(calls).toBe(1)
    take(copy)
  })
})

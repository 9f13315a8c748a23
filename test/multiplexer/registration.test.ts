// Adding, changing, removing; and that what fails has changed nothing.

import { describe, expect, it } from 'vitest'
import { IN, OUT } from '../../lib'
import { close, constants, dup } from '../../lib/sys'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { expectSystemError, feed, keep, now, pipe, shut, soon, thrown, using } from './scene'

expectNoLeak()

describe.each(backends)('$name', ({ name, make, control }) => {
  it('counts what is registered', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    expect(multiplexer.size).toBe(0)
    multiplexer.add(readEnd, IN)
    multiplexer.add(writeEnd, OUT)
    expect(multiplexer.size).toBe(2)
    multiplexer.modify(readEnd, 0)
    expect(multiplexer.size).toBe(2)
    multiplexer.remove(readEnd)
    expect(multiplexer.size).toBe(1)
    multiplexer.remove(writeEnd)
    expect(multiplexer.size).toBe(0)
  })

  it('knows what is registered', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, 0)
    expect(multiplexer.has(readEnd)).toBe(true)
    expect(multiplexer.has(writeEnd)).toBe(false)
    expect(multiplexer.has(2 ** 31 - 1)).toBe(false)
    multiplexer.remove(readEnd)
    expect(multiplexer.has(readEnd)).toBe(false)
    expect(multiplexer.size).toBe(0)
  })

  it('changes nothing by asking', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    feed(writeEnd)
    expect(multiplexer.has(readEnd)).toBe(true)
    expect(multiplexer.has(writeEnd)).toBe(false)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(multiplexer.size).toBe(1)
  })

  it('refuses to add twice, with EEXIST, and keeps the first interest', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    const again = { code: 'EEXIST', errno: -17, syscall: control, fd: readEnd }
    expectSystemError(() => multiplexer.add(readEnd, OUT), again)
    expect(multiplexer.size).toBe(1)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('refuses to modify or remove what is absent, with ENOENT', () => {
    const multiplexer = using(make())
    const [readEnd] = pipe()
    const absent = { code: 'ENOENT', errno: -2, syscall: control, fd: readEnd }
    expectSystemError(() => multiplexer.modify(readEnd, IN), absent)
    expectSystemError(() => multiplexer.remove(readEnd), absent)
    multiplexer.add(readEnd, IN)
    multiplexer.remove(readEnd)
    expectSystemError(() => multiplexer.remove(readEnd), absent)
    expect(multiplexer.size).toBe(0)
  })

  it('leaves no trace of an add that failed', () => {
    const multiplexer = using(make())
    const [readEnd] = pipe()
    thrown(() => multiplexer.add(readEnd, 1 << 20))
    thrown(() => multiplexer.add(readEnd, Number.NaN))
    expect(multiplexer.has(readEnd)).toBe(false)
    expect(multiplexer.size).toBe(0)
    multiplexer.add(readEnd, IN)
    expect(multiplexer.size).toBe(1)
  })

  it('keeps the old interest when modify fails', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    thrown(() => multiplexer.modify(readEnd, 1 << 20))
    thrown(() => multiplexer.modify(readEnd, 0.5))
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('allows everything else to be done with a set while a descriptor in it is closed', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    multiplexer.add(writeEnd, OUT)
    shut(readEnd)
    if (name === 'epoll') {
      expectSystemError(() => multiplexer.remove(readEnd), {
        code: 'EBADF',
        errno: -9,
        syscall: 'epoll_ctl',
        fd: readEnd,
      })
    } else {
      multiplexer.remove(readEnd)
    }
    expect(multiplexer.has(readEnd)).toBe(false)
    expect(multiplexer.size).toBe(1)
    expect(Object.keys(soon(multiplexer))).toEqual([String(writeEnd)])
  })

  it('lets a number be removed and added again after it was closed and opened anew', () => {
    const multiplexer = using(make())
    const [first, firstWrite] = pipe()
    multiplexer.add(first, IN)
    close(first)
    const second = dup(firstWrite)
    expect(second).toBe(first) // The kernel gives the lowest free number; `keep` has it already.
    if (name === 'epoll') {
      expectSystemError(() => multiplexer.remove(second), {
        code: 'ENOENT',
        errno: -2,
        syscall: 'epoll_ctl',
        fd: second,
      })
    } else {
      multiplexer.remove(second)
    }
    multiplexer.add(second, OUT)
    expect(multiplexer.size).toBe(1)
    expect(multiplexer.has(second)).toBe(true)
    expect(Object.keys(soon(multiplexer))).toEqual([String(second)])
  })

  it('holds descriptors apart from their copies', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    const copy = keep(dup(readEnd))
    multiplexer.add(readEnd, IN)
    expect(multiplexer.has(copy)).toBe(false)
    multiplexer.add(copy, IN)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN, [copy]: IN })
    multiplexer.remove(readEnd)
    expect(soon(multiplexer)).toEqual({ [copy]: IN })
  })

  it('watches one descriptor in two sets', () => {
    const one = using(make())
    const other = using(make())
    const [readEnd, writeEnd] = pipe()
    one.add(readEnd, IN)
    other.add(readEnd, IN)
    feed(writeEnd)
    expect(soon(one)).toEqual({ [readEnd]: IN })
    expect(soon(other)).toEqual({ [readEnd]: IN })
    one.close()
    expect(soon(other)).toEqual({ [readEnd]: IN })
  })

  it('takes signed and unsigned events alike', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    const call = (events: number) => () => {
      multiplexer.add(readEnd, events)
      multiplexer.remove(readEnd)
    }
    const edge = constants.EPOLLET
    if (multiplexer.supports.edge) {
      expect(call(IN | edge)).not.toThrow()
      expect(call(IN + edge)).not.toThrow()
    } else {
      expect(thrown(call(IN | edge))).toMatchObject({ code: 'ERR_UNSUPPORTED' })
      expect(thrown(call(IN + edge))).toMatchObject({ code: 'ERR_UNSUPPORTED' })
    }
    feed(writeEnd)
    expect(now(multiplexer)).toEqual({})
  })
})

// What is refused at the call, how, and that nothing brings the process down.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ERR,
  ET,
  EXCLUSIVE,
  HUP,
  IN,
  type Multiplexer,
  ONESHOT,
  OUT,
  PRI,
  RDHUP,
  WAKEUP,
} from '../../lib'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { pipe, thrown, using } from './scene'

expectNoLeak()

/** Calls a method with whatever, as JavaScript can. */
function call(multiplexer: Multiplexer, method: keyof Multiplexer, ...args: unknown[]): unknown {
  const member: unknown = Reflect.get(multiplexer, method)
  return typeof member === 'function'
    ? (Reflect.apply(member, multiplexer, args) as unknown)
    : undefined
}

const notNumbers = ['1', '', true, 1n, Symbol('1'), {}, [], [1], () => 1, new Date()]
const nothing = [undefined, null]
const notIntegers = [NaN, Infinity, -Infinity, 0.5, 1e-300]
const typeError = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
const rangeError = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }

describe.each(backends)('$name', ({ name, make }) => {
  const methods = ['add', 'modify', 'remove', 'has'] as const

  it.each(methods)('%s refuses a descriptor that is no number with a TypeError', (method) => {
    const multiplexer = using(make())
    for (const value of [...notNumbers, ...nothing]) {
      expect(thrown(() => call(multiplexer, method, value, IN))).toMatchObject(typeError)
    }
  })

  it.each(methods)('%s refuses a descriptor out of range with a RangeError', (method) => {
    const multiplexer = using(make())
    for (const value of [...notIntegers, -1, 2 ** 31, 2 ** 53, -(2 ** 31), 1e300]) {
      expect(thrown(() => call(multiplexer, method, value, IN))).toMatchObject(rangeError)
    }
  })

  it('names the argument and the value in the message', () => {
    const multiplexer = using(make())
    expect(thrown(() => multiplexer.add(-5, IN)).message).toMatch(/"fd".*-5/)
    expect(thrown(() => multiplexer.add(0, 0.5)).message).toMatch(/"events".*0\.5/)
    expect(thrown(() => multiplexer.wait(-5)).message).toMatch(/"timeout".*-5/)
    expect(thrown(() => multiplexer.wait(0, 0)).message).toMatch(/"maxEvents".*0/)
  })

  it.each(['add', 'modify'] as const)('%s refuses events that are no mask', (method) => {
    const multiplexer = using(make())
    const [fd] = pipe()
    for (const value of [...notNumbers, ...nothing]) {
      expect(thrown(() => call(multiplexer, method, fd, value))).toMatchObject(typeError)
    }
    for (const value of [...notIntegers, 2 ** 32, -(2 ** 31) - 1]) {
      expect(thrown(() => call(multiplexer, method, fd, value))).toMatchObject(rangeError)
    }
  })

  it.each(['add', 'modify'] as const)('%s refuses a bit that no call knows', (method) => {
    const multiplexer = using(make())
    const [fd] = pipe()
    const known = IN | PRI | OUT | ERR | HUP | RDHUP | ET | ONESHOT | EXCLUSIVE | WAKEUP
    for (let bit = 0; bit < 32; bit++) {
      if ((known & (1 << bit)) !== 0) continue
      expect(thrown(() => call(multiplexer, method, fd, IN | (1 << bit)))).toMatchObject(rangeError)
    }
    expect(multiplexer.size).toBe(0)
  })

  it('takes a flag that it supports, and refuses one that it does not with ERR_UNSUPPORTED', () => {
    const multiplexer = using(make())
    const { edge, oneshot, exclusive } = multiplexer.supports
    const flags: [name: string, flag: number, supported: boolean][] = [
      ['ET', ET, edge],
      ['ONESHOT', ONESHOT, oneshot],
      ['EXCLUSIVE', EXCLUSIVE, exclusive],
      ['WAKEUP', WAKEUP, name === 'epoll'],
      ['RDHUP', RDHUP, name !== 'select'],
    ]
    for (const [word, flag, supported] of flags) {
      const [fd] = pipe()
      if (supported) {
        multiplexer.add(fd, IN | flag)
        expect(multiplexer.has(fd)).toBe(true)
        multiplexer.remove(fd)
        continue
      }
      const error = thrown(() => multiplexer.add(fd, IN | flag))
      expect(error).toMatchObject({ name: 'Error', code: 'ERR_UNSUPPORTED' })
      expect(error.message).toContain(word)
      expect(error.message).toContain(name)
      expect(multiplexer.has(fd)).toBe(false)
      multiplexer.add(fd, IN)
      expect(thrown(() => multiplexer.modify(fd, IN | flag))).toMatchObject({
        code: 'ERR_UNSUPPORTED',
      })
    }
  })

  it('has a frozen table of what it supports', () => {
    const { supports } = using(make())
    expect(Object.isFrozen(supports)).toBe(true)
    const all = name === 'epoll'
    expect(supports).toEqual({ edge: all, oneshot: all, exclusive: all })
  })

  it('refuses a timeout that is no number with a TypeError', () => {
    const multiplexer = using(make())
    const out = new Int32Array(2)
    for (const value of notNumbers) {
      expect(thrown(() => call(multiplexer, 'wait', value))).toMatchObject(typeError)
      expect(thrown(() => call(multiplexer, 'waitInto', out, value))).toMatchObject(typeError)
    }
  })

  it('refuses NaN and negative timeouts other than -1 with a RangeError', () => {
    const multiplexer = using(make())
    const out = new Int32Array(2)
    for (const value of [NaN, -2, -0.5, -1.5, -Infinity, -Number.MAX_VALUE]) {
      expect(thrown(() => multiplexer.wait(value))).toMatchObject(rangeError)
      expect(thrown(() => multiplexer.waitInto(out, value))).toMatchObject(rangeError)
    }
  })

  it('refuses a maxEvents below 1', () => {
    const multiplexer = using(make())
    for (const value of [0, -1, ...notIntegers, 2 ** 31, 1.5]) {
      expect(thrown(() => multiplexer.wait(0, value))).toMatchObject(rangeError)
    }
    for (const value of notNumbers) {
      expect(thrown(() => call(multiplexer, 'wait', 0, value))).toMatchObject(typeError)
    }
  })

  it('waitInto refuses memory that is no Int32Array, or no room for a pair', () => {
    const multiplexer = using(make())
    const shared = new Int32Array(new SharedArrayBuffer(16))
    const others = [new Uint8Array(64), new Uint32Array(8), new DataView(new ArrayBuffer(8))]
    for (const value of [...nothing, ...notNumbers, ...others, new ArrayBuffer(8), 4, shared]) {
      expect(thrown(() => call(multiplexer, 'waitInto', value, 0))).toMatchObject(typeError)
    }
    expect(thrown(() => multiplexer.waitInto(new Int32Array(0), 0))).toMatchObject(rangeError)
    expect(thrown(() => multiplexer.waitInto(new Int32Array(1), 0))).toMatchObject(rangeError)
  })

  it('waitInto refuses memory that was given away', () => {
    const multiplexer = using(make())
    const out = new Int32Array(8)
    structuredClone(out.buffer, { transfer: [out.buffer] })
    expect(thrown(() => multiplexer.waitInto(out, 0))).toMatchObject({ code: 'ERR_INVALID_STATE' })
  })

  it('methods refuse an object that is no multiplexer', () => {
    const multiplexer = using(make())
    for (const method of ['add', 'remove', 'has', 'wait', 'waitInto', 'close'] as const) {
      const member: unknown = Reflect.get(multiplexer, method)
      if (typeof member !== 'function') throw new Error(method)
      for (const receiver of [{}, null, Object.create(multiplexer)]) {
        expect(thrown(() => Reflect.apply(member, receiver, [0, 0]) as unknown).name).toBe(
          'TypeError',
        )
      }
    }
  })

  it('survives any arguments in any order', () => {
    const [readEnd, writeEnd] = pipe()
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withTypedArray: true, withDate: true }),
      fc.constantFrom(readEnd, writeEnd, IN, OUT, 0, 1, -0, 2 ** 31 - 1, 2 ** 32 - 1, 1023, 1024),
      fc.int32Array({ minLength: 2, maxLength: 6 }),
    )
    const step = fc.tuple(
      fc.constantFrom(...methods, 'waitInto' as const, 'wait' as const, 'size' as const),
      fc.array(value, { maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const multiplexer = make()
        try {
          for (const [method, args] of steps) {
            // Whatever the second argument was: a wait must not last.
            if (method === 'wait') args[0] = 0
            if (method === 'waitInto') args[1] = 0
            try {
              call(multiplexer, method, ...args)
            } catch (error) {
              expect(error).toBeInstanceOf(Error)
            }
          }
        } finally {
          multiplexer.close()
        }
      }),
      { numRuns: 500 },
    )
  })
})

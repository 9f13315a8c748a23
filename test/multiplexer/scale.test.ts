// Thousands of descriptors.

import { describe, expect, it } from 'vitest'
import { IN, type Multiplexer } from '../../lib'
import { dup } from '../../lib/sys'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { descriptorLimit, feed, keep, now, pipe, take, using } from './scene'

expectNoLeak()

/** Copies of the read end of one pipe: all of them are readable when it is. */
function copies(multiplexer: Multiplexer, count: number): { fds: number[]; writeEnd: number } {
  const [readEnd, writeEnd] = pipe()
  const fds = [readEnd]
  while (fds.length < count) fds.push(keep(dup(readEnd)))
  for (const fd of fds) multiplexer.add(fd, IN)
  return { fds, writeEnd }
}

const ascending = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b)

describe.each(backends)('$name', ({ name, make }) => {
  const many =
    100 * Math.floor(Math.min(name === 'select' ? 900 : 5000, descriptorLimit - 200) / 100)

  it(`watches ${String(many)} descriptors and reports each`, () => {
    const multiplexer = using(make())
    const { fds, writeEnd } = copies(multiplexer, many)
    expect(multiplexer.size).toBe(many)
    expect(now(multiplexer)).toEqual({})
    feed(writeEnd)
    const ready = multiplexer.wait(0, many)
    expect(ascending(ready.map(({ fd }) => fd))).toEqual(ascending(fds))
    expect(new Set(ready.map(({ events }) => events))).toEqual(new Set([IN]))
  })

  it('brings 1024 events at a time unless told', () => {
    const multiplexer = using(make())
    const { writeEnd } = copies(multiplexer, many)
    feed(writeEnd)
    expect(multiplexer.wait(0)).toHaveLength(Math.min(many, 1024))
  })

  it('goes round all of them when the room is less than what is ready', () => {
    const multiplexer = using(make())
    const { fds, writeEnd } = copies(multiplexer, many)
    feed(writeEnd)
    const out = new Int32Array(2 * 100)
    const seen = new Set<number>()
    for (let i = 0; i < many / 100; i++) {
      expect(multiplexer.waitInto(out, 0)).toBe(100)
      for (let j = 0; j < out.length; j += 2) seen.add(out[j] ?? -1)
    }
    expect(seen.size).toBe(fds.length)
  })

  it('finds the one that is ready among many that are not', () => {
    const multiplexer = using(make())
    const { fds } = copies(multiplexer, many - 10)
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    feed(writeEnd)
    expect(now(multiplexer)).toEqual({ [readEnd]: IN })
    for (const fd of fds) multiplexer.remove(fd)
    expect(multiplexer.size).toBe(1)
    expect(now(multiplexer)).toEqual({ [readEnd]: IN })
    take(readEnd)
    expect(now(multiplexer)).toEqual({})
  })

  it('is right after half of them are removed in any order', () => {
    const multiplexer = using(make())
    const { fds, writeEnd } = copies(multiplexer, many)
    const gone = new Set(fds.filter((_, i) => (i * 7919) % 10 < 5))
    for (const fd of [...gone].reverse()) multiplexer.remove(fd)
    feed(writeEnd)
    const ready = multiplexer.wait(0, many).map(({ fd }) => fd)
    expect(ascending(ready)).toEqual(ascending(fds.filter((fd) => !gone.has(fd))))
  })
})

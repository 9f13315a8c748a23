// How long a wait lasts, and how much it brings.

import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { IN, type Multiplexer, OUT } from '../../lib'
import { backends } from './backends'
import { byFd, feed, pipe, shut, SOON, using } from './scene'

/** A thread that writes to `fd` after `ms`, while this one may be blocked. Running when returned. */
async function writeLater(fd: number, ms: number): Promise<Worker> {
  const code = `
    const { workerData, parentPort } = require('node:worker_threads')
    parentPort.once('message', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData.ms)
      require('node:fs').writeSync(workerData.fd, 'x')
    })`
  const worker = new Worker(code, { eval: true, workerData: { fd, ms } })
  await new Promise((resolve) => worker.once('online', resolve))
  worker.postMessage('go')
  return worker
}

function elapsed(call: () => void): number {
  const start = performance.now()
  call()
  return performance.now() - start
}

/** Readable pipes, registered. */
function readable(multiplexer: Multiplexer, count: number): number[] {
  return Array.from({ length: count }, () => {
    const [readEnd, writeEnd] = pipe()
    feed(writeEnd)
    multiplexer.add(readEnd, IN)
    return readEnd
  })
}

const fds = (multiplexer: Multiplexer, most: number) =>
  multiplexer.wait(0, most).map(({ fd }) => fd)

const ascending = (numbers: number[]) => [...numbers].sort((a, b) => a - b)

describe.each(backends)('$name', ({ make }) => {
  describe('timeout', () => {
    it('of 0 only looks', () => {
      const multiplexer = using(make())
      const [readEnd] = pipe()
      multiplexer.add(readEnd, IN)
      expect(multiplexer.wait(0)).toEqual([])
      expect(multiplexer.wait(-0)).toEqual([])
    })

    it.each([1, 20.25, 0.3])('of %d ms is never cut short', (ms) => {
      const multiplexer = using(make())
      const [readEnd] = pipe()
      multiplexer.add(readEnd, IN)
      for (let i = 0; i < 5; i++) {
        const took = elapsed(() => expect(multiplexer.wait(ms)).toEqual([]))
        expect(took).toBeGreaterThanOrEqual(ms)
      }
    })

    it('is honoured with nothing registered', () => {
      const multiplexer = using(make())
      const took = elapsed(() => expect(multiplexer.wait(15)).toEqual([]))
      expect(took).toBeGreaterThanOrEqual(15)
    })

    it('is honoured with a descriptor of no interest', () => {
      const multiplexer = using(make())
      const [readEnd, writeEnd] = pipe()
      feed(writeEnd)
      multiplexer.add(readEnd, 0)
      const took = elapsed(() => expect(multiplexer.wait(15)).toEqual([]))
      expect(took).toBeGreaterThanOrEqual(15)
    })

    it('does not hold up what is ready', () => {
      const multiplexer = using(make())
      const [readEnd, writeEnd] = pipe()
      feed(writeEnd)
      multiplexer.add(readEnd, IN)
      expect(byFd(multiplexer.wait(Number.MAX_VALUE))).toEqual({ [readEnd]: IN })
    })

    it.each([
      ['undefined', undefined],
      ['null', null],
      ['-1', -1],
      ['Infinity', Infinity],
      ['Number.MAX_VALUE', Number.MAX_VALUE],
      ['2 ** 31 ms', 2 ** 31],
    ])('of %s lasts until something is ready', async (_, timeout) => {
      const multiplexer = using(make())
      const [readEnd, writeEnd] = pipe()
      multiplexer.add(readEnd, IN)
      const worker = await writeLater(writeEnd, 30)
      expect(byFd(multiplexer.wait(timeout))).toEqual({ [readEnd]: IN })
      await worker.terminate()
    })
  })

  describe('maxEvents', () => {
    it('bounds the result', () => {
      const multiplexer = using(make())
      const ready = readable(multiplexer, 7)
      expect(multiplexer.wait(0, 3)).toHaveLength(3)
      expect(ascending(fds(multiplexer, 7))).toEqual(ascending(ready))
      expect(ascending(fds(multiplexer, 2 ** 31 - 1))).toEqual(ascending(ready))
    })

    it('lets what did not fit come first the next time', () => {
      const multiplexer = using(make())
      const ready = readable(multiplexer, 7)
      const seen = [...fds(multiplexer, 3), ...fds(multiplexer, 3), ...fds(multiplexer, 1)]
      expect(ascending(seen)).toEqual(ascending(ready))
    })

    it('starves nobody: with room for one, each has its turn', () => {
      const multiplexer = using(make())
      const ready = readable(multiplexer, 20)
      const rounds = [1, 2, 3].map(() => ready.flatMap(() => fds(multiplexer, 1)))
      for (const round of rounds) expect(ascending(round)).toEqual(ascending(ready))
    })

    it('lets what did not fit come first also when others are removed and added meanwhile', () => {
      const multiplexer = using(make())
      const ready = readable(multiplexer, 8)
      const served = fds(multiplexer, 4)
      const waiting = ready.filter((fd) => !served.includes(fd))
      for (const fd of served.slice(0, 3)) multiplexer.remove(fd)
      const extra = readable(multiplexer, 1)
      const next = fds(multiplexer, 4)
      expect(ascending(next)).toEqual(ascending(waiting))
      const rest = ascending([...served.slice(3), ...waiting, ...extra])
      expect(ascending(fds(multiplexer, 100))).toEqual(rest)
    })
  })

  describe('waitInto', () => {
    it('fills pairs of descriptor and events and answers their number', () => {
      const multiplexer = using(make())
      const [readEnd, writeEnd] = pipe()
      multiplexer.add(writeEnd, OUT)
      const out = new Int32Array(6).fill(-7)
      expect(multiplexer.waitInto(out, SOON)).toBe(1)
      expect([...out]).toEqual([writeEnd, OUT, -7, -7, -7, -7])
      shut(readEnd)
    })

    it('answers 0 and leaves the memory alone once the time is over', () => {
      const multiplexer = using(make())
      const out = new Int32Array(2).fill(-7)
      const took = elapsed(() => expect(multiplexer.waitInto(out, 5.5)).toBe(0))
      expect(took).toBeGreaterThanOrEqual(5.5)
      expect([...out]).toEqual([-7, -7])
    })

    it('leaves an odd element at the end alone', () => {
      const multiplexer = using(make())
      readable(multiplexer, 3)
      const out = new Int32Array(3).fill(-7)
      expect(multiplexer.waitInto(out, 0)).toBe(1)
      expect(out[2]).toBe(-7)
    })

    it('stays within a view on a larger buffer', () => {
      const multiplexer = using(make())
      readable(multiplexer, 5)
      const whole = new Int32Array(8).fill(-7)
      expect(multiplexer.waitInto(whole.subarray(2, 6), 0)).toBe(2)
      expect(whole.map((value) => (value === -7 ? 1 : 0)).join('')).toBe('11000011')
    })

    it('lets what did not fit come first the next time', () => {
      const multiplexer = using(make())
      const ready = readable(multiplexer, 6)
      const out = new Int32Array(4)
      const seen = [1, 2, 3].flatMap(() => {
        expect(multiplexer.waitInto(out, 0)).toBe(2)
        return [...out].filter((_, i) => i % 2 === 0)
      })
      expect(ascending(seen)).toEqual(ascending(ready))
    })
  })
})

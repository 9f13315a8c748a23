import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { close, constants, dup, open, pipe2, poll, write } from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLRDNORM, POLLWRNORM } = constants

describe('poll', () => {
  expectNoLeak()
  const own = ownDescriptors()

  function pipe(content = ''): [readEnd: number, writeEnd: number] {
    const [readEnd, writeEnd] = pipe2()
    if (content !== '') write(writeEnd, Buffer.from(content))
    return [own(readEnd), own(writeEnd)]
  }

  it('answers the entries that have something to report, in the order given', () => {
    const [readEnd, writeEnd] = pipe('x')
    const [quiet] = pipe()
    const entries = [
      { fd: writeEnd, events: POLLOUT },
      { fd: quiet, events: POLLIN },
      { fd: readEnd, events: POLLIN | POLLOUT },
    ]
    expect(poll(entries, 0)).toEqual([
      { fd: writeEnd, revents: POLLOUT },
      { fd: readEnd, revents: POLLIN },
    ])
  })

  it('answers every entry, also of a descriptor given twice', () => {
    const [readEnd] = pipe('x')
    const entries = [
      { fd: readEnd, events: POLLIN },
      { fd: readEnd, events: POLLRDNORM },
      { fd: readEnd, events: 0 },
      { fd: readEnd, events: POLLIN | POLLRDNORM },
    ]
    expect(poll(entries, 0)).toEqual([
      { fd: readEnd, revents: POLLIN },
      { fd: readEnd, revents: POLLRDNORM },
      { fd: readEnd, revents: POLLIN | POLLRDNORM },
    ])
  })

  it('takes any mask of 16 bits', () => {
    const [, writeEnd] = pipe()
    expect(poll([{ fd: writeEnd, events: 0xffff }], 0)).toEqual([
      { fd: writeEnd, revents: POLLOUT | POLLWRNORM },
    ])
  })

  it('reports error and hang-up unasked', () => {
    const [readEnd, writeEnd] = pipe2()
    const other = pipe2()
    close(writeEnd)
    close(other[0])
    const entries = [readEnd, other[1]].map((fd) => ({ fd, events: 0 }))
    expect(poll(entries, 0)).toEqual([
      { fd: readEnd, revents: POLLHUP },
      { fd: other[1], revents: POLLERR },
    ])
    close(readEnd)
    close(other[1])
  })

  it('reports a descriptor that is not open with POLLNVAL', () => {
    const [readEnd] = pipe()
    const closed = dup(readEnd)
    close(closed)
    const entries = [
      { fd: closed, events: POLLIN },
      { fd: 2 ** 31 - 1, events: 0 },
    ]
    expect(poll(entries, 0)).toEqual([
      { fd: closed, revents: POLLNVAL },
      { fd: 2 ** 31 - 1, revents: POLLNVAL },
    ])
  })

  it('ignores negative descriptors', () => {
    const [readEnd] = pipe('x')
    const entries = [-1, readEnd, -5, -(2 ** 31)].map((fd) => ({ fd, events: POLLIN }))
    expect(poll(entries, 0)).toEqual([{ fd: readEnd, revents: POLLIN }])
  })

  it('reports a regular file as ready', () => {
    const file = own(open(__filename, constants.O_RDONLY))
    expect(poll([{ fd: file, events: POLLIN | POLLOUT }])).toEqual([
      { fd: file, revents: POLLIN | POLLOUT },
    ])
  })

  it('takes arrays, sets, generators and maps’ values', () => {
    const [readEnd] = pipe('x')
    const entry = { fd: readEnd, events: POLLIN }
    const generator = function* () {
      yield entry
    }
    for (const entries of [
      [entry],
      new Set([entry]),
      generator(),
      new Map([[1, entry]]).values(),
    ]) {
      expect(poll(entries, 0)).toEqual([{ fd: readEnd, revents: POLLIN }])
    }
  })

  it('takes thousands of entries', () => {
    const [readEnd] = pipe('x')
    const entries = Array.from({ length: 10_000 }, () => ({ fd: readEnd, events: POLLIN }))
    expect(poll(entries, 0)).toHaveLength(10_000)
  })

  it.each([0.4, 12.5])('waits %d ms and not less', (ms) => {
    const [readEnd] = pipe()
    const start = performance.now()
    expect(poll([{ fd: readEnd, events: POLLIN }], ms)).toEqual([])
    expect(performance.now() - start).toBeGreaterThanOrEqual(ms)
  })

  it('waits with nothing to watch', () => {
    const start = performance.now()
    expect(poll([], 11)).toEqual([])
    expect(performance.now() - start).toBeGreaterThanOrEqual(11)
  })

  it('reads getters of an entry once, and before it waits', () => {
    const [readEnd, writeEnd] = pipe()
    let reads = 0
    const entry = {
      get fd() {
        reads++
        write(writeEnd, Buffer.from('x'))
        return readEnd
      },
      events: POLLIN,
    }
    expect(poll([entry], 0)).toEqual([{ fd: readEnd, revents: POLLIN }])
    expect(reads).toBe(1)
  })

  it('refuses entries that are none', () => {
    const call = (entries: unknown) => () => Reflect.apply(poll, null, [entries, 0]) as unknown
    for (const entries of [undefined, null, 1, 'ab', {}, true]) {
      expectTypeError(call(entries), 'entries')
    }
    for (const entry of [undefined, null, 1, 'x']) expectTypeError(call([entry]), 'entries[0]')
    for (const fd of [undefined, null, '1', 1n, {}]) {
      expectTypeError(call([{ fd, events: 1 }]), 'entries[0].fd')
    }
    for (const events of [undefined, null, '1', 1n, {}]) {
      expectTypeError(call([{ fd: 0, events }]), 'entries[0].events')
    }
  })

  it('refuses numbers out of range', () => {
    for (const fd of [NaN, 0.5, 2 ** 31, -(2 ** 31) - 1]) {
      expectRangeError(() => poll([{ fd, events: 0 }], 0), 'entries[0].fd')
    }
    for (const events of [NaN, 0.5, -1, 0x10000]) {
      const entries = [
        { fd: 0, events: 0 },
        { fd: 0, events },
      ]
      expectRangeError(() => poll(entries, 0), 'entries[1].events')
    }
    for (const timeout of [NaN, -2, -0.5]) expectRangeError(() => poll([], timeout), 'timeout')
    expectTypeError(() => Reflect.apply(poll, null, [[], '0']) as unknown, 'timeout')
  })
})

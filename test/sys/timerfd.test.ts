import { describe, expect, it } from 'vitest'
import {
  close,
  constants,
  eventfd_read,
  fcntl,
  open,
  timerfd_create,
  timerfd_gettime,
  timerfd_settime,
} from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const NANOSECOND = 1e-6

describe('timerfd', () => {
  expectNoLeak()
  const own = ownDescriptors()
  const timer = (flags = 0) => own(timerfd_create(constants.CLOCK_MONOTONIC, flags))

  it('expires once, and never early', () => {
    const fd = timer()
    for (const value of [0.25, 1.5, 10, 20.125]) {
      const begun = process.hrtime.bigint()
      timerfd_settime(fd, 0, { value })
      expect(eventfd_read(fd)).toBe(1n)
      expect(Number(process.hrtime.bigint() - begun)).toBeGreaterThanOrEqual(value * 1e6)
    }
    expect(timerfd_gettime(fd)).toEqual({ value: 0, interval: 0 })
  })

  it('repeats at its interval', () => {
    const fd = timer()
    const begun = process.hrtime.bigint()
    timerfd_settime(fd, 0, { value: 1, interval: 2.5 })
    let expirations = 0n
    while (expirations < 5n) expirations += eventfd_read(fd) as bigint
    expect(Number(process.hrtime.bigint() - begun)).toBeGreaterThanOrEqual(11e6)
    expect(timerfd_gettime(fd).interval).toBe(2.5)
  })

  it('answers -EAGAIN before it expires, where it does not block', () => {
    const fd = timer(constants.TFD_NONBLOCK)
    expect(eventfd_read(fd)).toBe(-constants.EAGAIN)
    timerfd_settime(fd, 0, { value: 3_600_000 })
    expect(eventfd_read(fd)).toBe(-constants.EAGAIN)
  })

  it('tells the time left and what it was set to before', () => {
    const fd = timer()
    expect(timerfd_settime(fd, 0, { value: 100_000, interval: 1.25 })).toEqual({
      value: 0,
      interval: 0,
    })
    const { value, interval } = timerfd_gettime(fd)
    expect(value).toBeGreaterThan(90_000)
    expect(value).toBeLessThanOrEqual(100_000)
    expect(interval).toBe(1.25)
    const previous = timerfd_settime(fd, 0, { value: 0 })
    expect(previous.value).toBeGreaterThan(90_000)
    expect(previous.value).toBeLessThanOrEqual(value)
    expect(previous.interval).toBe(1.25)
    expect(timerfd_gettime(fd)).toEqual({ value: 0, interval: 0 })
  })

  it('keeps fractions to the nanosecond', () => {
    const fd = timer()
    for (const interval of [NANOSECOND, 1.1, 0.1 + 0.2, 999.999999, 1000, 123_456.789012]) {
      timerfd_settime(fd, 0, { value: 100_000, interval })
      expect(timerfd_gettime(fd).interval).toBeCloseTo(interval, 6)
    }
  })

  it('is not stopped by the smallest of times', () => {
    const fd = timer()
    for (const value of [Number.MIN_VALUE, 1e-12, NANOSECOND]) {
      timerfd_settime(fd, 0, { value })
      expect(eventfd_read(fd)).toBe(1n)
    }
    timerfd_settime(fd, 0, { value: 100_000, interval: Number.MIN_VALUE })
    expect(timerfd_gettime(fd).interval).toBe(NANOSECOND)
  })

  it('expires at a time of day with TFD_TIMER_ABSTIME', () => {
    const fd = own(timerfd_create(constants.CLOCK_REALTIME))
    const at = Date.now() + 12.5
    timerfd_settime(fd, constants.TFD_TIMER_ABSTIME, { value: at })
    expect(timerfd_gettime(fd).value).toBeLessThanOrEqual(12.5)
    expect(eventfd_read(fd)).toBe(1n)
    expect(Date.now()).toBeGreaterThanOrEqual(Math.floor(at))
  })

  it('expires at once for a time that has passed', () => {
    const fd = timer()
    timerfd_settime(fd, constants.TFD_TIMER_ABSTIME, { value: 1 })
    expect(eventfd_read(fd)).toBe(1n)
  })

  it('knows each clock and is close-on-exec', () => {
    for (const clock of [
      constants.CLOCK_REALTIME,
      constants.CLOCK_MONOTONIC,
      constants.CLOCK_BOOTTIME,
    ]) {
      expect(fcntl(own(timerfd_create(clock)), constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
    }
  })

  it('takes the longest times', () => {
    const fd = timer()
    timerfd_settime(fd, 0, { value: Number.MAX_SAFE_INTEGER })
    expect(timerfd_gettime(fd).value).toBeGreaterThan(1e12)
  })

  it('throws EBADF once closed and EINVAL for another kind of descriptor', () => {
    const other = own(open('/dev/null', constants.O_RDONLY))
    const closed = timerfd_create(constants.CLOCK_MONOTONIC)
    close(closed)
    const set = (fd: number) => timerfd_settime(fd, 0, { value: 1 })
    expect(expectSystemError(() => set(closed), 'EBADF', 'timerfd_settime').fd).toBe(closed)
    expectSystemError(() => set(other), 'EINVAL', 'timerfd_settime')
    expectSystemError(() => timerfd_gettime(closed), 'EBADF', 'timerfd_gettime')
    expectSystemError(() => timerfd_gettime(other), 'EINVAL', 'timerfd_gettime')
    expectSystemError(() => timerfd_create(99), 'EINVAL', 'timerfd_create')
    expectSystemError(() => timerfd_settime(timer(), 64, { value: 1 }), 'EINVAL', 'timerfd_settime')
  })

  it('refuses times that are none, and changes nothing then', () => {
    const fd = timer()
    timerfd_settime(fd, 0, { value: 0, interval: 7 })
    for (const time of [NaN, -1, -Number.MIN_VALUE, Infinity, -Infinity]) {
      expectRangeError(() => timerfd_settime(fd, 0, { value: time }), 'value')
      expectRangeError(() => timerfd_settime(fd, 0, { value: 1, interval: time }), 'interval')
    }
    for (const time of [null, '1', 1n, {}]) {
      expectTypeError(() => timerfd_settime(fd, 0, { value: time as never }), 'value')
      expectTypeError(
        () => timerfd_settime(fd, 0, { value: 1, interval: time as never }),
        'interval',
      )
    }
    for (const time of [undefined, null, 5]) {
      expectTypeError(() => timerfd_settime(fd, 0, time as never), 'time')
    }
    expect(timerfd_gettime(fd).value).toBe(0)
  })

  it('passes on what a getter throws', () => {
    const time = {
      get value(): number {
        throw new Error('from the getter')
      },
    }
    expect(() => timerfd_settime(timer(), 0, time)).toThrow('from the getter')
  })
})

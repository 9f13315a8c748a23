import { addon } from '../addon'
import type { TimerSetting } from '../addon/sys'
import { check, SystemError } from './errors'

export type { TimerSetting } from '../addon/sys'

const native = addon.sys

/**
 * A timer with a descriptor: timerfd_create(2). Readable once it has expired; 8 bytes, read by `eventfd_read` or `read`,
 * tell how often since the last read.
 *
 * @param clockid `CLOCK_MONOTONIC`, `CLOCK_REALTIME`, `CLOCK_BOOTTIME`; the `_ALARM` clocks need a privilege
 * @param flags `TFD_NONBLOCK` or 0; `TFD_CLOEXEC` is always added
 * @throws SystemError EINVAL, EPERM, EMFILE
 */
export function timerfd_create(clockid: number, flags = 0): number {
  return check(native.timerfd_create(clockid, flags), 'timerfd_create')
}

/**
 * Starts a timer, or stops it with `{ value: 0 }`: timerfd_settime(2).
 *
 * Times are milliseconds, fractions kept to the nanosecond and rounded up to it, so that no positive time, however
 * small, stops the timer.
 *
 * @param flags `TFD_TIMER_ABSTIME` (`value` is milliseconds on the timer's own clock: `Date.now()` for `CLOCK_REALTIME`, not
 *   `performance.now()` for `CLOCK_MONOTONIC`, whose zero is the start of the machine) and
 *   `TFD_TIMER_CANCEL_ON_SET` (a read fails with ECANCELED when the clock is set)
 * @param time `value`: until the first expiration; `interval`: between those that follow, 0 (or absent) for none
 * @returns what the timer was set to before: the time left, and the interval
 * @throws RangeError ERR_OUT_OF_RANGE for NaN, Infinity and negative times
 * @throws SystemError EBADF, EINVAL (no timerfd, unknown flags)
 */
export function timerfd_settime(
  fd: number,
  flags: number,
  time: { value: number; interval?: number | undefined },
): TimerSetting {
  const result = native.timerfd_settime(fd, flags, time)
  if (typeof result === 'number') throw new SystemError(result, 'timerfd_settime', { fd })
  return result
}

/**
 * The time left until a timer expires next, 0 when it is stopped, and its interval; milliseconds: timerfd_gettime(2).
 *
 * @throws SystemError EBADF, EINVAL (no timerfd)
 */
export function timerfd_gettime(fd: number): TimerSetting {
  const result = native.timerfd_gettime(fd)
  if (typeof result === 'number') throw new SystemError(result, 'timerfd_gettime', { fd })
  return result
}

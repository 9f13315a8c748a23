import { addon } from '../addon'
import { check, SystemError } from './errors'

const native = addon.sys

/** What {@link epoll_wait} found. */
export interface EpollResult {
  /** The number under which the descriptor was registered. It may have been closed since. */
  fd: number
  events: number
}

/**
 * A new epoll instance: epoll_create1(2).
 *
 * @param flags `EPOLL_CLOEXEC` or 0; `EPOLL_CLOEXEC` is always added
 * @returns its descriptor, which is yours to close
 * @throws SystemError EINVAL, EMFILE, ENFILE, ENOMEM
 */
export function epoll_create1(flags = 0): number {
  return check(native.epoll_create1(flags), 'epoll_create1')
}

/**
 * Adds, changes or removes a registration: epoll_ctl(2). `fd` is also what {@link epoll_wait} gives back.
 *
 * @param op `EPOLL_CTL_ADD`, `EPOLL_CTL_MOD` or `EPOLL_CTL_DEL`
 * @param events `EPOLLIN`, `EPOLLET` … combined by `|`, signed or unsigned; 0 where absent; unused by DEL
 * @throws SystemError EEXIST, ENOENT, EBADF, EPERM (a regular file), ELOOP, EINVAL, ENOSPC
 */
export function epoll_ctl(epfd: number, op: number, fd: number, events?: number): void {
  check(native.epoll_ctl(epfd, op, fd, events), 'epoll_ctl', { fd })
}

/**
 * Waits until one of the registered descriptors is ready: epoll_wait(2). A signal does not end the wait.
 *
 * @param maxEvents from 1; the kernel is asked for 1,048,576 at most
 * @param timeout milliseconds, fractions allowed (by epoll_pwait2; before Linux 5.11 rounded up to whole
 *   ones); 0 only looks; absent, null, -1 and Infinity wait for ever
 * @returns at most `maxEvents`; what is over comes first the next time. None once the time is over
 * @throws RangeError ERR_OUT_OF_RANGE for numbers out of range, fractions and NaN
 * @throws SystemError EBADF, EINVAL (not an epoll instance)
 */
export function epoll_wait(
  epfd: number,
  maxEvents: number,
  timeout?: number | null,
): EpollResult[] {
  const ready = native.epoll_wait(epfd, maxEvents, timeout)
  if (typeof ready === 'number') throw new SystemError(ready, 'epoll_wait', { fd: epfd })
  const results: EpollResult[] = []
  for (let i = 0; i + 1 < ready.length; i += 2) {
    results.push({ fd: ready[i] ?? -1, events: ready[i + 1] ?? 0 })
  }
  return results
}

import { addon } from '../addon'
import { check, unlessBlocked } from './errors'

const native = addon.sys

/**
 * A counter of 64 bits with a descriptor: eventfd(2). Readable while above 0, writable while 1 can be added.
 *
 * Read and written with {@link eventfd_read} and {@link eventfd_write}, or as 8 bytes in host byte order with `read` and
 * `write`. A read takes the whole counter and sets it to 0; under `EFD_SEMAPHORE` it takes 1.
 *
 * @param initval 0 to 2^32 - 1; 0 unless told
 * @param flags any of `EFD_NONBLOCK`, `EFD_SEMAPHORE`; `EFD_CLOEXEC` is always added
 * @throws SystemError EINVAL (flags), EMFILE
 */
export function eventfd(initval = 0, flags = 0): number {
  return check(native.eventfd(initval, flags), 'eventfd')
}

/**
 * Reads the counter of an eventfd, or the expirations of a timerfd: eventfd_read(3).
 *
 * @returns the counter, or the number `-EAGAIN` when it is 0 and the descriptor does not block
 * @throws SystemError EBADF, EINVAL (not such a descriptor)
 */
export function eventfd_read(fd: number): bigint | number {
  return unlessBlocked(native.eventfd_read(fd), 'read', { fd })
}

/**
 * Adds to the counter of an eventfd: eventfd_write(3).
 *
 * @param value 0 to 2^64 - 2; beyond 2^53 as a bigint
 * @returns 0, or `-EAGAIN` when the sum would exceed 2^64 - 2 and the descriptor does not block
 * @throws SystemError EBADF, EINVAL
 */
export function eventfd_write(fd: number, value: bigint | number): number {
  return unlessBlocked(native.eventfd_write(fd, value), 'write', { fd })
}

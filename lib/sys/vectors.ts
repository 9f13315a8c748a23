import { addon } from '../addon'
import { unlessBlocked } from './errors'

const native = addon.sys

/**
 * Reads into several buffers, one after the other: readv(2).
 *
 * @param buffers each is filled before the next; empty ones are passed over. The kernel takes at most 1024
 *   (EINVAL); more than 65,536 are a RangeError.
 * @returns the number of bytes in all, 0 at the end of the file, or `-EAGAIN` when it would block
 * @throws SystemError EINVAL, EBADF, EISDIR, ECONNRESET …
 */
export function readv(fd: number, buffers: readonly Uint8Array[]): number {
  return unlessBlocked(native.readv(fd, buffers), 'readv', { fd })
}

/**
 * Writes several buffers, one after the other, as if they were one: writev(2).
 *
 * @param buffers as for {@link readv}
 * @returns the number of bytes taken in all, perhaps fewer than given and ending within a buffer, or
 *   `-EAGAIN` when it would block
 * @throws SystemError EINVAL, EBADF, EPIPE (Node ignores SIGPIPE), ENOSPC …
 */
export function writev(fd: number, buffers: readonly Uint8Array[]): number {
  return unlessBlocked(native.writev(fd, buffers), 'writev', { fd })
}

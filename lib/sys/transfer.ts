import { addon } from '../addon'
import { unlessBlocked } from './errors'

const native = addon.sys

/**
 * Sends from a file straight to another descriptor: sendfile(2).
 *
 * @param outFd where to: a socket, pipe or file
 * @param inFd where from: a file that can be mapped
 * @param offset where to begin in `inFd`, whose own position then stays; `null`: at its position, which moves
 * @param count at most so many bytes; one call carries at most 0x7ffff000
 * @returns the bytes sent, 0 at the end of the file (an explicit offset is the caller's to advance), or `-EAGAIN` when it
 *   would block
 * @throws SystemError EBADF, EINVAL (descriptors of the wrong kind), EPIPE, ECONNRESET …
 */
export function sendfile(
  outFd: number,
  inFd: number,
  offset: number | null,
  count: number,
): number {
  return unlessBlocked(native.sendfile(outFd, inFd, offset, count), 'sendfile')
}

/**
 * Moves bytes between a pipe and another descriptor, or two pipes: splice(2).
 *
 * @param offIn where to begin in `fdIn`, whose own position then stays; `null` for a pipe, and to use the position
 * @param offOut likewise for `fdOut`
 * @param len at most so many bytes
 * @param flags any of `SPLICE_F_MOVE`, `SPLICE_F_NONBLOCK` (for the pipes; a socket needs `O_NONBLOCK` too), `SPLICE_F_MORE`
 * @returns the bytes moved, 0 at the end of input, or `-EAGAIN` when it would block
 * @throws SystemError EBADF, EINVAL (neither is a pipe), ESPIPE (an offset for a pipe), EPIPE …
 */
export function splice(
  fdIn: number,
  offIn: number | null,
  fdOut: number,
  offOut: number | null,
  len: number,
  flags = 0,
): number {
  return unlessBlocked(native.splice(fdIn, offIn, fdOut, offOut, len, flags), 'splice')
}

/**
 * Copies from file to file within the kernel, sharing blocks where the file system can: copy_file_range(2).
 *
 * @param offIn where to begin in `fdIn`, whose own position then stays; `null` to use the position, which moves
 * @param offOut likewise for `fdOut`
 * @param len at most so many bytes
 * @param flags 0: none are defined
 * @returns the bytes copied; 0 at the end of `fdIn`
 * @throws SystemError EBADF, EINVAL (overlapping, or no regular files), EXDEV, EISDIR, ENOSPC …
 */
export function copy_file_range(
  fdIn: number,
  offIn: number | null,
  fdOut: number,
  offOut: number | null,
  len: number,
  flags = 0,
): number {
  return unlessBlocked(
    native.copy_file_range(fdIn, offIn, fdOut, offOut, len, flags),
    'copy_file_range',
  )
}

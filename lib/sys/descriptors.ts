import { addon } from '../addon'
import { check, SystemError, unlessBlocked } from './errors'

const native = addon.sys

/**
 * Reads up to `buffer.length` bytes into `buffer`: read(2).
 *
 * @returns the number of bytes, 0 at the end of the file, or `-EAGAIN` when it would block
 * @throws SystemError EBADF, EISDIR, ECONNRESET …
 */
export function read(fd: number, buffer: Uint8Array): number {
  return unlessBlocked(native.read(fd, buffer), 'read', { fd })
}

/**
 * Writes up to `buffer.length` bytes: write(2). Fewer may be taken; the rest is the caller's to repeat.
 *
 * @returns the number of bytes taken, or `-EAGAIN` when it would block
 * @throws SystemError EBADF, EPIPE (Node ignores SIGPIPE), ENOSPC …
 */
export function write(fd: number, buffer: Uint8Array): number {
  return unlessBlocked(native.write(fd, buffer), 'write', { fd })
}

/**
 * Closes a descriptor: close(2). The number is free afterwards even where the call reports an error.
 *
 * @throws SystemError EBADF, EIO …
 */
export function close(fd: number): void {
  check(native.close(fd), 'close', { fd })
}

/**
 * A second descriptor for the same open file description, close-on-exec: dup(2) by way of
 * `fcntl(F_DUPFD_CLOEXEC)`. An epoll registration lives until *all* copies are closed.
 *
 * @throws SystemError EBADF, EMFILE
 */
export function dup(fd: number): number {
  return check(native.dup(fd), 'dup', { fd })
}

/**
 * A pipe: pipe2(2).
 *
 * @param flags any of `O_NONBLOCK`, `O_DIRECT`; 0 unless told. `O_CLOEXEC` is always added, as for everything that Node
 *   opens; `fcntl(fd, F_SETFD, 0)` takes it off again
 * @returns `[readEnd, writeEnd]`
 * @throws SystemError EMFILE, EINVAL
 */
export function pipe2(flags = 0): [readEnd: number, writeEnd: number] {
  const result = native.pipe2(flags)
  if (typeof result === 'number') throw new SystemError(result, 'pipe2')
  return result
}

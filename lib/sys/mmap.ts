import { addon } from '../addon'
import { check, SystemError } from './errors'

const native = addon.sys

/**
 * Maps a file, or fresh memory, and answers the pages as bytes: mmap(2). They are the pages themselves, not a copy: with
 * `MAP_SHARED` another mapping of the file, in this process or another, sees what is written at once.
 *
 * The mapping lives until {@link munmap}, or until the garbage collector finds its buffer unused, or until the Worker that
 * made it ends (unless the buffer was moved to another thread: then it stays). Closing the descriptor does not end it.
 * Making the file shorter afterwards makes a touch of the lost pages a SIGBUS, which ends the process: no library can
 * prevent that. Files that others may shorten are better read.
 *
 * @param length bytes, from 1; within the file, its last page being rounded up
 * @param prot `PROT_READ | PROT_WRITE`, because a typed array can always be read and written. A file opened only for
 *   reading can be mapped with `MAP_PRIVATE`: what is written then goes to a copy
 * @param flags `MAP_SHARED` or `MAP_PRIVATE`, with any of `MAP_ANONYMOUS`, `MAP_POPULATE`, `MAP_LOCKED`, `MAP_NORESERVE` …;
 *   `MAP_FIXED` and others that take an address are refused
 * @param fd the file; -1 (unless told) with `MAP_ANONYMOUS`
 * @param offset where in the file to begin, a multiple of the page size; 0 unless told
 * @throws RangeError ERR_OUT_OF_RANGE for what the process would not survive: other protections, such flags, a length
 *   beyond the end of the file, or more than an ArrayBuffer holds
 * @throws SystemError EACCES (`MAP_SHARED` needs a file opened for reading and writing), EBADF, EINVAL, ENODEV, ENOMEM …
 */
export function mmap(
  length: number,
  prot: number,
  flags: number,
  fd = -1,
  offset = 0,
): Uint8Array<ArrayBuffer> {
  const result = native.mmap(length, prot, flags, fd, offset)
  if (typeof result === 'number') throw new SystemError(result, 'mmap', fd < 0 ? {} : { fd })
  return result
}

/**
 * Ends a mapping: munmap(2). Every view of it has length 0 from then on. Not to be called while an asynchronous
 * operation of Node's (`fs.write`, `zlib` …) is still at work on the bytes.
 *
 * @param view the array that {@link mmap} answered, or another that spans the same buffer whole
 * @throws RangeError ERR_OUT_OF_RANGE for a part of a mapping, other memory, and a mapping of another thread's
 * @throws TypeError ERR_INVALID_STATE for one that has ended already
 */
export function munmap(view: Uint8Array): void {
  check(native.munmap(view), 'munmap')
}

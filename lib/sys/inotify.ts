import { addon } from '../addon'
import { check } from './errors'
import { pathText, type Path } from './files'
import { cutOff, littleEndian, structures } from './records'

const native = addon.sys

/**
 * A queue of file system events with a descriptor: inotify_init1(2). `read` takes events from it, {@link decodeInotifyEvents}
 * tells what they are.
 *
 * @param flags `IN_NONBLOCK` or 0; `IN_CLOEXEC` is always added
 * @throws SystemError EINVAL, EMFILE (fs.inotify.max_user_instances)
 */
export function inotify_init1(flags = 0): number {
  return check(native.inotify_init1(flags), 'inotify_init1')
}

/**
 * Watches a file or directory, or changes what is watched of it: inotify_add_watch(2).
 *
 * @param mask any of `IN_CREATE`, `IN_MODIFY`, `IN_DELETE`, `IN_MOVE`, `IN_ALL_EVENTS` …, with `IN_ONESHOT`, `IN_ONLYDIR`,
 *   `IN_MASK_ADD` … where wanted
 * @returns the watch descriptor, by which events name it; the same again for the same file
 * @throws RangeError ERR_OUT_OF_RANGE for a NUL byte in the name
 * @throws SystemError with `path`: ENOENT, ENOTDIR, EACCES, EINVAL, ENOSPC (fs.inotify.max_user_watches) …
 */
export function inotify_add_watch(fd: number, path: Path, mask: number): number {
  const result = native.inotify_add_watch(fd, path, mask)
  return result < 0 ? check(result, 'inotify_add_watch', { fd, path: pathText(path) }) : result
}

/**
 * Ends a watch; an `IN_IGNORED` event follows: inotify_rm_watch(2).
 *
 * @throws SystemError EBADF, EINVAL (no such watch)
 */
export function inotify_rm_watch(fd: number, wd: number): void {
  check(native.inotify_rm_watch(fd, wd), 'inotify_rm_watch', { fd })
}

/** An event of inotify(7). */
export interface InotifyEvent<Name = string> {
  /** The watch that it belongs to; -1 for `IN_Q_OVERFLOW`. */
  wd: number
  /** What happened: one of `IN_ACCESS` … `IN_IGNORED`, with `IN_ISDIR` where it happened to a directory. */
  mask: number
  /** The same number on the `IN_MOVED_FROM` and `IN_MOVED_TO` of one renaming; else 0. */
  cookie: number
  /** The entry of a watched directory; empty where the event is the watched file's own. */
  name: Name
}

// struct inotify_event: int wd; uint32_t mask, cookie, len; char name[len].
const HEAD = 16

/**
 * Takes apart what `read` took from an inotify descriptor: inotify(7).
 *
 * @param bytes exactly what was read; nothing beyond is looked at
 * @param encoding 'utf8' unless told; 'buffer' gives names as the bytes that they are (a copy)
 * @throws RangeError ERR_OUT_OF_RANGE where the bytes end within an event
 * @example
 * const events = decodeInotifyEvents(room.subarray(0, read(fd, room)))
 */
export function decodeInotifyEvents(bytes: Uint8Array, encoding?: 'utf8'): InotifyEvent[]
export function decodeInotifyEvents(bytes: Uint8Array, encoding: 'buffer'): InotifyEvent<Buffer>[]
export function decodeInotifyEvents(
  bytes: Uint8Array,
  encoding: 'utf8' | 'buffer' = 'utf8',
): InotifyEvent<string | Buffer>[] {
  const view = structures(bytes)
  const events: InotifyEvent<string | Buffer>[] = []
  for (let at = 0; at < bytes.length;) {
    const length = at + HEAD <= bytes.length ? view.getUint32(at + 12, littleEndian) : 0
    const end = at + HEAD + length
    if (end > bytes.length) throw cutOff('inotify events', at)
    const padded = bytes.subarray(at + HEAD, end)
    const zero = padded.indexOf(0)
    const name = Buffer.from(zero < 0 ? padded : padded.subarray(0, zero))
    events.push({
      wd: view.getInt32(at, littleEndian),
      mask: view.getUint32(at + 4, littleEndian),
      cookie: view.getUint32(at + 8, littleEndian),
      name: encoding === 'buffer' ? name : name.toString(),
    })
    at = end
  }
  return events
}

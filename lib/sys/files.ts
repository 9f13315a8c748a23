import { addon } from '../addon'
import type { Stat } from '../addon/sys'
import { check } from './errors'

export type { Stat } from '../addon/sys'

const native = addon.sys

/** What {@link fstat} was told last: numbers written by C++ cost less than an object made there. */
const numbers = new Float64Array(13)
const bytes = new Uint8Array(numbers.buffer)

/** A file name: a string (passed on as UTF-8) or bytes, as the kernel has them. */
export type Path = string | Uint8Array

/** The name as text, for messages. @internal */
export function pathText(path: Path): string {
  return typeof path === 'string' ? path : Buffer.from(path).toString()
}

/**
 * Opens a file, device or FIFO: open(2). `O_CLOEXEC` is always added, as for everything that Node opens;
 * `fcntl(fd, F_SETFD, 0)` takes it off again.
 *
 * @param flags `O_RDONLY`, `O_WRONLY` or `O_RDWR` with any of `O_CREAT`, `O_EXCL`, `O_TRUNC`, `O_APPEND`, `O_NONBLOCK`,
 *   `O_DIRECTORY`, `O_PATH` …
 * @param mode permissions of a file that is created, 0 to 0o7777, less the umask; 0o666 unless told
 * @returns a new descriptor, to be closed by {@link close}
 * @throws RangeError ERR_OUT_OF_RANGE for a NUL byte in the name
 * @throws SystemError with `path`: ENOENT, EACCES, EEXIST, EISDIR, ENXIO (a FIFO without a reader), EMFILE …
 */
export function open(path: Path, flags: number, mode = 0o666): number {
  const result = native.open(path, flags, mode)
  return result < 0 ? check(result, 'open', { path: pathText(path) }) : result
}

/** How {@link openat2} opens; members that are absent are 0. */
export interface OpenHow {
  /** As for {@link open}; an unknown flag is `EINVAL` here. */
  flags?: number
  /** Permissions of a file that is created; anything but 0 without `O_CREAT` or `O_TMPFILE` is `EINVAL`. */
  mode?: number
  /** Any of `RESOLVE_BENEATH`, `RESOLVE_IN_ROOT`, `RESOLVE_NO_SYMLINKS`, `RESOLVE_NO_MAGICLINKS`, `RESOLVE_NO_XDEV`, `RESOLVE_CACHED`. */
  resolve?: number
}

/**
 * Opens a file relative to a directory, with bounds on how its name is resolved: openat2(2), Linux 5.6 and later.
 * `O_CLOEXEC` is always added.
 *
 * @param dirfd a directory's descriptor (`O_PATH` will do), or `AT_FDCWD`
 * @returns a new descriptor, to be closed by {@link close}
 * @throws RangeError ERR_OUT_OF_RANGE for a NUL byte in the name
 * @throws SystemError with `path`: ENOSYS on an older kernel, EXDEV where the name leads out of the directory
 *   (`RESOLVE_BENEATH`), ELOOP for a symbolic link that is not allowed, EAGAIN where a directory was moved meanwhile,
 *   and all those of {@link open}
 */
export function openat2(
  dirfd: number,
  path: Path,
  { flags = 0, mode = 0, resolve = 0 }: OpenHow = {},
): number {
  const result = native.openat2(dirfd, path, flags, mode, resolve)
  return result < 0 ? check(result, 'openat2', { path: pathText(path) }) : result
}

/**
 * What the kernel knows of an open file: fstat(2).
 *
 * `mode & S_IFMT` tells the kind of file (`S_IFREG`, `S_IFIFO`, `S_IFSOCK` …). All fields are numbers: those beyond
 * 2^53 (an inode number of some network file systems) are rounded, as in `fs.Stats`; `fs.fstatSync(fd, { bigint: true })`
 * has them exactly. Times are milliseconds with a fraction.
 *
 * @throws SystemError EBADF
 */
export function fstat(fd: number): Stat {
  check(native.fstat(fd, bytes), 'fstat', { fd })
  return {
    dev: number(0),
    ino: number(1),
    mode: number(2),
    nlink: number(3),
    uid: number(4),
    gid: number(5),
    rdev: number(6),
    size: number(7),
    blksize: number(8),
    blocks: number(9),
    atimeMs: number(10),
    mtimeMs: number(11),
    ctimeMs: number(12),
  }
}

const number = (index: number): number => numbers[index] as number

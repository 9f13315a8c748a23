import { addon } from '../addon'
import { check } from './errors'

const native = addon.sys
const answer = new Int32Array(1)

/**
 * Asks or changes what belongs to a descriptor: fcntl(2).
 *
 * The commands whose argument is an int or absent are passed on: `F_GETFL`/`F_SETFL` (`O_NONBLOCK`,
 * `O_ASYNC`, `O_APPEND` …; they belong to the open file description and so to every copy of the descriptor),
 * `F_GETFD`/`F_SETFD` (`FD_CLOEXEC`), `F_DUPFD`, `F_DUPFD_CLOEXEC`, `F_GETOWN`/`F_SETOWN`, `F_GETSIG`/`F_SETSIG`,
 * `F_GETPIPE_SZ`/`F_SETPIPE_SZ`, `F_GETLEASE`/`F_SETLEASE`, `F_ADD_SEALS`/`F_GET_SEALS`. Every other command takes
 * the address of a structure and is refused.
 *
 * @param arg the command's argument; 0 unless told. `F_SETFL` replaces all changeable flags: read them first
 * @returns the command's answer; for `F_GETOWN` a process, or a process group as a negative number; for
 *   `F_SETPIPE_SZ` the size in bytes that the kernel made of it
 * @throws RangeError ERR_OUT_OF_RANGE for any other command
 * @throws SystemError EBADF, EINVAL, EPERM (`F_SETPIPE_SZ` above /proc/sys/fs/pipe-max-size), EBUSY, EMFILE …
 */
export function fcntl(fd: number, cmd: number, arg = 0): number {
  check(native.fcntl(fd, cmd, arg, answer), 'fcntl', { fd })
  return answer[0] ?? 0
}

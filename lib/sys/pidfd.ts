import { addon } from '../addon'
import { check } from './errors'

const native = addon.sys

/**
 * A descriptor for a process: pidfd_open(2). Readable once the process has ended; until its parent has waited for it
 * for a child, which Node does by itself. Close-on-exec, as the kernel has it.
 *
 * @param pid a process (not a thread), from 1
 * @param flags `PIDFD_NONBLOCK` or 0
 * @throws SystemError ESRCH (no such process), EINVAL, ENOSYS before Linux 5.3
 */
export function pidfd_open(pid: number, flags = 0): number {
  return check(native.pidfd_open(pid, flags), 'pidfd_open')
}

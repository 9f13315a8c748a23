import { addon } from '../addon'
import { check } from './errors'

const native = addon.sys
const answer = new Int32Array(1)

/**
 * Asks or tells a device or socket something: ioctl(2), ioctl_tty(2), tcp(7), pipe(7).
 *
 * Only requests whose argument is known to be an int, or absent, are passed on, because the kernel writes as
 * much memory as a request demands:
 * - answered with a number: `FIONREAD` (also `TIOCINQ`, `SIOCINQ`: bytes that can be read), `TIOCOUTQ` (also
 *   `SIOCOUTQ`: bytes not sent yet), `SIOCATMARK` (1 at the urgent mark), `TIOCGPTN`, `TIOCGPTLCK`, `TIOCGPKT`,
 *   `TIOCGEXCL`, `TIOCGPGRP`, `TIOCGSID`, `TIOCGETD`, `TIOCMGET`;
 * - given a number: `FIONBIO`, `FIOASYNC`, `TIOCSPTLCK`, `TIOCSPGRP`, `TIOCPKT`, `TIOCSETD`, `TIOCMSET`, `TIOCMBIS`,
 *   `TIOCMBIC`, `TIOCSCTTY`, `TCFLSH`, `TCXONC`, `TCSBRK`, `TIOCGPTPEER` (open flags; answers a descriptor);
 * - neither: `FIOCLEX`, `FIONCLEX`, `TIOCEXCL`, `TIOCNXCL`, `TIOCNOTTY`.
 *
 * @param value for requests that are given a number: that number
 * @returns the number asked for, else what the call returned (0, or a descriptor)
 * @throws RangeError ERR_OUT_OF_RANGE for any other request
 * @throws SystemError EBADF, ENOTTY (no such request for this kind of file), EINVAL …
 * @example
 * const waiting = ioctl(socket, constants.FIONREAD)
 */
export function ioctl(fd: number, request: number, value?: number): number {
  check(native.ioctl(fd, request, value, answer), 'ioctl', { fd })
  return answer[0] ?? 0
}

import { addon } from '../addon'
import { check, codedError } from './errors'

const native = addon.sys

// Longer than an int, so that an option which is more than one shows by the length of its answer.
const answer = new Uint8Array(64)
const view = new DataView(answer.buffer)

/**
 * A socket's option: getsockopt(2). Without a buffer, the value of an option that is an int or a flag
 * (`SO_ERROR`, `SO_REUSEADDR`, `SO_RCVBUF`, `TCP_NODELAY` …; flags are 0 or 1).
 *
 * Any other option is read into a buffer, in C's layout and the machine's byte order: `SO_PEERCRED` is
 * three 32-bit integers (pid, uid, gid), `SO_LINGER` two (on or off, seconds), `SO_RCVTIMEO` two of 64 bits
 * (seconds, microseconds), `SO_COOKIE` one of 64 bits, `TCP_CONGESTION` text that ends at its first NUL.
 *
 * @param level `SOL_SOCKET` or the protocol's: `IPPROTO_TCP`, `IPPROTO_IP`, `IPPROTO_IPV6`, `SOL_UDP` …
 * @param name the option: `SO_*`, `TCP_*`, `IP_*`, `IPV6_*`, `UDP_*`
 * @returns the value
 * @throws RangeError ERR_OUT_OF_RANGE where the value is no int
 * @throws SystemError ENOPROTOOPT, EINVAL, EBADF, ENOTSOCK
 * @example
 * const credentials = new Int32Array(3)
 * getsockopt(fd, SOL_SOCKET, SO_PEERCRED, new Uint8Array(credentials.buffer))
 * const [pid, uid, gid] = credentials
 */
export function getsockopt(fd: number, level: number, name: number): number
/**
 * As above, for an option of any type.
 *
 * @param buffer is filled from its beginning; one that is too short gets what fits, or is EINVAL
 * @returns the number of bytes filled
 */
export function getsockopt(fd: number, level: number, name: number, buffer: Uint8Array): number
export function getsockopt(
  fd: number,
  level: number,
  name: number,
  buffer: Uint8Array = answer,
): number {
  const bytes = check(native.getsockopt(fd, level, name, buffer), 'getsockopt', { fd })
  if (buffer !== answer) return bytes
  if (bytes === 4) return view.getInt32(0, true)
  if (bytes === 1) return view.getUint8(0)
  const received = `${String(name)}, whose value has ${String(bytes)} bytes and needs a buffer`
  throw codedError(
    new RangeError(
      `The "name" argument must be an option whose value is an int. Received ${received}`,
    ),
    'ERR_OUT_OF_RANGE',
  )
}

/**
 * Sets a socket's option: setsockopt(2). Parameters as for {@link getsockopt}.
 *
 * @param value a number (an int of 32 bits, signed or unsigned) or a boolean (1 or 0); a string for
 *   `SO_BINDTODEVICE` and `TCP_CONGESTION`; the bytes of a C structure for anything else
 * @throws SystemError ENOPROTOOPT, EINVAL, EDOM, EPERM, EBADF, ENOTSOCK
 * @example
 * const seconds = 5n
 * setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(new BigInt64Array([seconds, 0n]).buffer))
 */
export function setsockopt(
  fd: number,
  level: number,
  name: number,
  value: number | boolean | string | Uint8Array,
): void {
  check(native.setsockopt(fd, level, name, value), 'setsockopt', { fd })
}

import { addon } from '../addon'
import type { ReceivedFrom } from '../addon/network'
import { whereabouts, type SocketAddressLike } from './addresses'
import { unlessBlocked } from './errors'

export type { ReceivedFrom } from '../addon/network'

const native = addon.sys

/**
 * Receives into `buffer`: recv(2). A blocking socket waits for data, and this thread with it, unless
 * `flags` has `MSG_DONTWAIT`.
 *
 * @param buffer is filled from its beginning. What is left of a datagram longer than it is lost.
 * @param flags `MSG_DONTWAIT`, `MSG_PEEK`, `MSG_WAITALL`, `MSG_OOB`, `MSG_TRUNC` …; 0 unless told
 * @returns the number of bytes, 0 at the end of a stream (or for an empty datagram), or `-EAGAIN` when it
 *   would block. With `MSG_TRUNC` a datagram's true length, which may exceed the buffer's.
 * @throws SystemError ECONNRESET, ECONNREFUSED (an earlier datagram came back), ENOTCONN, EBADF, ENOTSOCK …
 */
export function recv(fd: number, buffer: Uint8Array, flags = 0): number {
  return unlessBlocked(native.recv(fd, buffer, flags), 'recv', { fd })
}

/**
 * Sends from `buffer` to the connected peer: send(2). `MSG_NOSIGNAL` is always added. A blocking socket
 * waits for room, unless `flags` has `MSG_DONTWAIT`.
 *
 * @param buffer the kernel has its own copy on return (not with `MSG_ZEROCOPY`: leave the memory
 *   untouched until the kernel's notice)
 * @param flags `MSG_DONTWAIT`, `MSG_MORE`, `MSG_OOB`, `MSG_EOR` …; 0 unless told
 * @returns the number of bytes taken (of a stream perhaps fewer than given), or `-EAGAIN` when it would block
 * @throws SystemError EPIPE, ECONNRESET, ENOTCONN, EDESTADDRREQ, EMSGSIZE, ENOBUFS, EBADF, ENOTSOCK …
 */
export function send(fd: number, buffer: Uint8Array, flags = 0): number {
  return unlessBlocked(native.send(fd, buffer, flags), 'send', { fd })
}

/**
 * As {@link recv}, and tells who sent it: recvfrom(2).
 *
 * @returns the bytes and the sender, or `-EAGAIN` when it would block
 * @throws SystemError as recv
 */
export function recvfrom(fd: number, buffer: Uint8Array, flags = 0): ReceivedFrom | number {
  return unlessBlocked(native.recvfrom(fd, buffer, flags), 'recvfrom', { fd })
}

/**
 * As {@link send}, to an address: sendto(2). Null sends to the connected peer.
 *
 * @returns the number of bytes taken, or `-EAGAIN` when it would block
 * @throws SystemError as send, and EISCONN, ENOENT, ECONNREFUSED, EACCES (broadcast), EAFNOSUPPORT; with
 *   `address` and `port`, or `path`
 */
export function sendto(
  fd: number,
  buffer: Uint8Array,
  flags: number,
  address: SocketAddressLike | null,
): number {
  const result = native.sendto(fd, buffer, flags, address)
  return result >= 0 ? result : unlessBlocked(result, 'sendto', whereabouts(fd, address))
}

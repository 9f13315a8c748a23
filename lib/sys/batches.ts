import { addon } from '../addon'
import type { ReceivedDatagram } from '../addon/network'
import type { SocketAddressLike } from './addresses'
import { unlessBlocked } from './errors'

export type { ReceivedDatagram } from '../addon/network'

const native = addon.sys

/** One of the messages that {@link sendmmsg} sends. */
export interface OutgoingDatagram {
  buffer: Uint8Array
  /** To whom; absent for the connected peer. */
  address?: SocketAddressLike | null | undefined
}

/**
 * Sends many messages in one call: sendmmsg(2).
 *
 * @param messages each a buffer for the connected peer, or a buffer and an address. The kernel takes at most
 *   1024 per call; more than 65,536 are a RangeError.
 * @param flags as for `send`, for all of them; 0 unless told. `MSG_NOSIGNAL` is always added.
 * @returns how many were sent, counted from the first, or `-EAGAIN` when the first would block. Fewer than
 *   given means that the next one failed or would block: send the rest, and the error shows.
 * @throws SystemError as `sendto`, for the first message only
 */
export function sendmmsg(
  fd: number,
  messages: readonly (Uint8Array | OutgoingDatagram)[],
  flags = 0,
): number {
  return unlessBlocked(native.sendmmsg(fd, messages, flags), 'sendmmsg', { fd })
}

/**
 * Receives many messages in one call: recvmmsg(2).
 *
 * A blocking socket waits until *all* buffers have been filled, or a signal comes after the first; with `MSG_WAITFORONE` only until the first
 * has, and takes what else is there; with `MSG_DONTWAIT` not at all.
 *
 * @param messages one buffer for each message. The kernel takes at most 1024 per call; more than 65,536 are
 *   a RangeError.
 * @param flags as for `recv`, for all of them; 0 unless told
 * @param timeout milliseconds, fractions allowed; for ever unless told. The kernel looks at it only as each
 *   message arrives, so it bounds no wait for the next one: `SO_RCVTIMEO` or a multiplexer does.
 * @returns the messages received, in order (`flags` has `MSG_TRUNC` where a datagram was longer than its
 *   buffer), or `-EAGAIN` when it would block
 * @throws SystemError as `recv`, for the first message; an error of a later one shows at the next call
 */
export function recvmmsg(
  fd: number,
  messages: readonly (Uint8Array | { readonly buffer: Uint8Array })[],
  flags = 0,
  timeout?: number | null,
): ReceivedDatagram[] | number {
  return unlessBlocked(native.recvmmsg(fd, messages, flags, timeout), 'recvmmsg', { fd })
}

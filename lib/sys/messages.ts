import { addon } from '../addon'
import type { ControlMessage, ReceivedMessage } from '../addon/network'
import { whereabouts, type SocketAddressLike } from './addresses'
import { unlessBlocked } from './errors'

export type { ControlMessage, Credentials, ReceivedMessage } from '../addon/network'

const native = addon.sys

/** What {@link sendmsg} sends. */
export interface OutgoingMessage {
  /** The bytes, gathered from one buffer after the other. The kernel takes at most 1024. */
  buffers: readonly Uint8Array[]
  /** To whom; absent for the connected peer. */
  address?: SocketAddressLike | null | undefined
  /**
   * Descriptors for the receiver to have copies of (Unix sockets only; at most 253). The sender may close
   * its own once they are sent. A stream socket sends them only along with at least one byte.
   */
  fds?: readonly number[] | null | undefined
  /** Other control data, such as `SCM_CREDENTIALS`, `IP_PKTINFO`, `UDP_SEGMENT`; at most 1 MiB. */
  control?: readonly ControlMessage[] | null | undefined
  /** As for `send`; 0 unless told. `MSG_NOSIGNAL` is always added. */
  flags?: number | undefined
}

/** What {@link recvmsg} is to fill. */
export interface IncomingMessage {
  /** Filled one after the other. The kernel takes at most 1024. */
  buffers: readonly Uint8Array[]
  /** How many descriptors to accept, 0 to 253; 0 unless told. Any more are closed, and `flags` has `MSG_CTRUNC`. */
  maxFds?: number | undefined
  /**
   * Room for other control data in bytes, 0 to 1 MiB; 0 unless told. A piece of it takes its data rounded up
   * to 8 bytes, and 16; what there is no room for is cut off, and `flags` has `MSG_CTRUNC`.
   */
  controlLength?: number | undefined
  /** As for `recv`; 0 unless told. `MSG_CMSG_CLOEXEC` is always added. */
  flags?: number | undefined
}

/**
 * Sends one message: sendmsg(2).
 *
 * @returns the number of bytes taken, or `-EAGAIN` when it would block. Where a stream takes fewer bytes than
 *   given, descriptors and control data have gone with the first of them: do not send those again.
 * @throws SystemError as `sendto`, and EBADF (also for one of `fds`), EINVAL (too many), ETOOMANYREFS,
 *   ENOBUFS (control data beyond `net.core.optmem_max`)
 */
export function sendmsg(fd: number, message: OutgoingMessage): number {
  const { buffers, address, fds, control, flags = 0 } = message
  const result = native.sendmsg(fd, buffers, flags, address, fds, control)
  return result >= 0 ? result : unlessBlocked(result, 'sendmsg', whereabouts(fd, address))
}

/**
 * Receives one message: recvmsg(2).
 *
 * Descriptors that come are in `fds`, close-on-exec, and the caller's to close; none is ever left behind,
 * also where control data was cut off. Control data that is not decoded stays as its bytes: of an
 * `SCM_PIDFD` (`SO_PASSPIDFD`) they are the number of a descriptor, again the caller's to close.
 *
 * @returns the message, or `-EAGAIN` when it would block. `flags` tells what happened to it: `MSG_TRUNC` when
 *   the datagram was longer than the buffers, `MSG_CTRUNC` when there was no room for all control data,
 *   `MSG_EOR`, `MSG_OOB`, `MSG_ERRQUEUE`.
 * @throws SystemError as `recv`, and EMSGSIZE (too many buffers)
 */
export function recvmsg(fd: number, message: IncomingMessage): ReceivedMessage | number {
  const { buffers, maxFds = 0, controlLength = 0, flags = 0 } = message
  const result = native.recvmsg(fd, buffers, flags, maxFds, controlLength)
  return unlessBlocked(result, 'recvmsg', { fd })
}

import os from 'node:os'
import { addon } from '../addon'
import { whereabouts, type SocketAddress, type SocketAddressLike } from './addresses'
import { constants } from './constants'
import { check, unlessBlocked } from './errors'

const native = addon.sys
const EINPROGRESS = -os.constants.errno.EINPROGRESS

/**
 * A new socket: socket(2). It blocks unless `type` says otherwise: one that is meant for a multiplexer
 * wants `SOCK_NONBLOCK`. `SOCK_CLOEXEC` is always added.
 *
 * @param domain `AF_INET`, `AF_INET6`, `AF_UNIX`, `AF_NETLINK`, `AF_CAN`, `AF_PACKET` …
 * @param type `SOCK_STREAM`, `SOCK_DGRAM`, `SOCK_SEQPACKET`, `SOCK_RAW`, with or without `SOCK_NONBLOCK`
 * @param protocol `IPPROTO_*` or the domain's own; 0, the usual one, unless told
 * @returns the descriptor, the caller's to close
 * @throws SystemError EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EINVAL, EMFILE, EACCES (raw), EPERM
 */
export function socket(domain: number, type: number, protocol = 0): number {
  return check(native.socket(domain, type, protocol), 'socket')
}

/**
 * Two sockets that are connected to each other: socketpair(2). Parameters as for {@link socket}.
 *
 * @returns both descriptors, the caller's to close
 * @throws SystemError ENOTSUP (as Node calls EOPNOTSUPP: any domain but `AF_UNIX` and `AF_TIPC`), EMFILE …
 */
export function socketpair(
  domain: number,
  type: number,
  protocol = 0,
): [one: number, other: number] {
  return check(native.socketpair(domain, type, protocol), 'socketpair') as [number, number]
}

/**
 * Gives a socket its own address: bind(2).
 *
 * Port 0 lets the kernel choose one, and an empty `path` an abstract name; {@link getsockname} tells
 * which. A path in the file system must not exist yet and stays until it is unlinked.
 *
 * @param address numeric; a path of at most 107 bytes, an abstract name of at most 108 with its first NUL
 * @throws SystemError EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL (bound already), ENOENT, EAFNOSUPPORT;
 *   with `address` and `port`, or `path`
 */
export function bind(fd: number, address: SocketAddressLike): void {
  const result = native.bind(fd, address)
  if (result < 0) check(result, 'bind', whereabouts(fd, address))
}

/**
 * Makes a bound socket wait for connections: listen(2).
 *
 * @param backlog how many connections may wait to be accepted; `SOMAXCONN` unless told. The kernel takes
 *   no more than `net.core.somaxconn`.
 * @throws SystemError EADDRINUSE, ENOTSUP, EINVAL
 */
export function listen(fd: number, backlog = constants.SOMAXCONN): void {
  check(native.listen(fd, backlog), 'listen', { fd })
}

/**
 * Takes the next waiting connection: accept4(2). A blocking socket waits for one.
 *
 * @param flags `SOCK_NONBLOCK`, which the new socket does not inherit from the listening one; 0 unless
 *   told. `SOCK_CLOEXEC` is always added.
 * @returns the connection's descriptor, the caller's to close, or `-EAGAIN` when none waits
 * @throws SystemError ECONNABORTED, EMFILE, ENFILE, EINVAL (not listening), or an error that the network
 *   already has for the new connection (ENETDOWN, EPROTO, EHOSTUNREACH …: accept again)
 */
export function accept4(fd: number, flags = 0): number {
  return unlessBlocked(native.accept4(fd, flags), 'accept4', { fd })
}

/**
 * Connects to a peer, or sets a datagram socket's only one: connect(2).
 *
 * A blocking socket waits for the outcome, also across signals. One that does not block answers
 * `-EINPROGRESS` (wait until it is writable, then read `SO_ERROR`); a Unix stream `-EAGAIN` where the
 * backlog is full (nothing is under way then: connect again later). A datagram socket's peer is
 * dissolved by `{ family: 'Unknown', domain: AF_UNSPEC, data: new Uint8Array(14) }`.
 *
 * @returns 0 once connected, or `-EINPROGRESS` or `-EAGAIN`
 * @throws SystemError ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, ENOENT, EALREADY, EISCONN …;
 *   with `address` and `port`, or `path`
 */
export function connect(fd: number, address: SocketAddressLike): number {
  const result = native.connect(fd, address)
  if (result >= 0 || result === EINPROGRESS) return result
  return unlessBlocked(result, 'connect', whereabouts(fd, address))
}

/**
 * A socket's own address: getsockname(2). An unnamed Unix socket has the path ''.
 *
 * @throws SystemError EBADF, ENOTSOCK
 */
export function getsockname(fd: number): SocketAddress {
  return check(native.getsockname(fd), 'getsockname', { fd }) as SocketAddress
}

/**
 * The address of the peer that a socket is connected to: getpeername(2).
 *
 * @throws SystemError ENOTCONN, EBADF, ENOTSOCK
 */
export function getpeername(fd: number): SocketAddress {
  return check(native.getpeername(fd), 'getpeername', { fd }) as SocketAddress
}

/**
 * Ends one direction of a connection, or both: shutdown(2). After `SHUT_WR` the peer reads to the end and
 * can still answer (a half-close). The descriptor stays open.
 *
 * @param how `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`
 * @throws SystemError ENOTCONN, EINVAL, EBADF, ENOTSOCK
 */
export function shutdown(fd: number, how: number): void {
  check(native.shutdown(fd, how), 'shutdown', { fd })
}

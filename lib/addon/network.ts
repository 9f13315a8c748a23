import type { Result } from './sys'

/** An IPv4 address and port: ip(7). */
export interface IPv4Address {
  family: 'IPv4'
  /** Numeric: '127.0.0.1'. */
  address: string
  /** 0 to 65535. */
  port: number
}

/** An IPv6 address and port: ipv6(7). */
export interface IPv6Address {
  family: 'IPv6'
  /** Numeric: '::1'. */
  address: string
  /** 0 to 65535. */
  port: number
  /** Traffic class and flow label, in the machine's byte order. Absent when 0. */
  flowinfo?: number
  /** The number of the interface that a link-local address belongs to. Absent when 0. */
  scopeid?: number
}

/** A Unix socket's address: unix(7). */
export interface UnixAddress {
  family: 'Unix'
  /**
   * A path in the file system; or an abstract name, whole, which begins with '\0' and may hold
   * more of them; or '' where the socket has no name.
   */
  path: string
  /**
   * The exact bytes of a name that is no UTF-8, of which `path` shows what can be shown. Given in
   * an address that goes to the kernel, they are taken in the place of `path`.
   */
  bytes?: Uint8Array
}

/** An address of any other family, as the kernel has it. */
export interface UnknownAddress {
  family: 'Unknown'
  /** The family's number, an `AF_*`. */
  domain: number
  /** What follows that number in the family's own `sockaddr`; at most 126 bytes. */
  data: Uint8Array
}

/** What the kernel answers where it gives an address. */
export type SocketAddress = IPv4Address | IPv6Address | UnixAddress | UnknownAddress

/**
 * What a call takes as an address; every {@link SocketAddress} is one. Without `family`, a `path`
 * makes it a Unix address and a colon in `address` an IPv6 one. An IPv6 address may have its zone
 * behind it ('fe80::1%eth0', 'fe80::1%2'). Names are not looked up.
 */
export type SocketAddressLike =
  | {
      family?: 'IPv4' | 'IPv6' | undefined
      address: string
      port: number
      flowinfo?: number | undefined
      scopeid?: number | undefined
    }
  | { family?: 'Unix' | undefined; path: string; bytes?: Uint8Array | undefined }
  | UnknownAddress

/** What recvfrom(2) answers. */
export interface ReceivedFrom {
  /** The bytes received. With `MSG_TRUNC`, the datagram's true length, which may exceed the buffer's. */
  bytes: number
  /** The sender; null where the kernel names none (a connected stream, an unnamed Unix socket). */
  address: SocketAddress | null
}

/** One of the messages that recvmmsg(2) answers. */
export interface ReceivedDatagram extends ReceivedFrom {
  /** `MSG_TRUNC` where the datagram was longer than its buffer, `MSG_EOR`, `MSG_OOB` … */
  flags: number
}

/** One piece of control data: cmsg(3). */
export interface ControlMessage {
  /** The protocol it belongs to, a `SOL_*` or `IPPROTO_*`. */
  level: number
  /** What it is in that protocol: `SCM_*`, `IP_PKTINFO`, `IPV6_PKTINFO`, `SO_RXQ_OVFL` … */
  type: number
  /** Its bytes, in the machine's byte order. */
  data: Uint8Array
}

/** Who sent a message, as the kernel vouches for it: `SCM_CREDENTIALS` in unix(7). */
export interface Credentials {
  pid: number
  uid: number
  gid: number
}

/** What recvmsg(2) answers. */
export interface ReceivedMessage extends ReceivedDatagram {
  /** Received descriptors (`SCM_RIGHTS`), close-on-exec; now the caller's to close. */
  fds: number[]
  /** The sender's, where the socket has `SO_PASSCRED`; else null. */
  credentials: Credentials | null
  /** Every other piece of control data, in the kernel's order. */
  control: ControlMessage[]
}

/**
 * The socket calls of `native/sys`. Argument checks are made in C++.
 * @internal
 */
export interface NativeNetwork {
  // sockets.cc
  socket(domain: number, type: number, protocol: number): Result
  socketpair(domain: number, type: number, protocol: number): [number, number] | Result
  bind(fd: number, address: SocketAddressLike): Result
  listen(fd: number, backlog: number): Result
  accept4(fd: number, flags: number): Result
  connect(fd: number, address: SocketAddressLike): Result
  getsockname(fd: number): SocketAddress | Result
  getpeername(fd: number): SocketAddress | Result
  shutdown(fd: number, how: number): Result

  // socket_options.cc
  getsockopt(fd: number, level: number, name: number, buffer: Uint8Array): Result
  setsockopt(
    fd: number,
    level: number,
    name: number,
    value: number | boolean | string | Uint8Array,
  ): Result

  // transfer.cc
  recv(fd: number, buffer: Uint8Array, flags: number): Result
  send(fd: number, buffer: Uint8Array, flags: number): Result
  recvfrom(fd: number, buffer: Uint8Array, flags: number): ReceivedFrom | Result
  sendto(
    fd: number,
    buffer: Uint8Array,
    flags: number,
    address: SocketAddressLike | null | undefined,
  ): Result

  // vectors.cc
  readv(fd: number, buffers: readonly Uint8Array[]): Result
  writev(fd: number, buffers: readonly Uint8Array[]): Result

  // messages.cc
  sendmsg(
    fd: number,
    buffers: readonly Uint8Array[],
    flags: number,
    address: SocketAddressLike | null | undefined,
    fds: readonly number[] | null | undefined,
    control: readonly ControlMessage[] | null | undefined,
  ): Result
  recvmsg(
    fd: number,
    buffers: readonly Uint8Array[],
    flags: number,
    maxFds: number,
    controlLength: number,
  ): ReceivedMessage | Result

  // batches.cc
  sendmmsg(
    fd: number,
    messages: readonly (
      Uint8Array | { buffer: Uint8Array; address?: SocketAddressLike | null | undefined }
    )[],
    flags: number,
  ): Result
  recvmmsg(
    fd: number,
    messages: readonly (Uint8Array | { buffer: Uint8Array })[],
    flags: number,
    timeout: number | null | undefined,
  ): ReceivedDatagram[] | Result
}

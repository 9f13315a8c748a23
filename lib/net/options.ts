import type net from 'node:net'
import { integerOption, LONGEST_TIMEOUT, outOfRange } from './checks'
import type { GroupSettings } from './handlers'
import type { SocketHandlers } from './socket'
import type { BindOptions, SocketSettings } from './tcp-options'

/** Where to listen or connect to: an address, a path or a descriptor. */
export interface Endpoint {
  /** 0 to 65535; 0 lets the kernel choose (listening). */
  port?: number
  /**
   * A numeric address or a name to look up. An IPv6 address may have its zone behind it: 'fe80::1%eth0'.
   * @default '127.0.0.1'
   */
  hostname?: string
  /** A Unix socket's path instead of port and hostname; a leading NUL makes it an abstract name (unix(7)). */
  path?: string
  /**
   * `'seqpacket'`: a Unix socket that keeps the borders of messages (`SOCK_SEQPACKET`, unix(7)). Each
   * `write()` is one message and each `data` call too. One that is longer than the kernel takes is told to
   * `error` (`EMSGSIZE`) and lost, and nothing else with it. An empty one is not sent; one that comes
   * reads as the peer's end.
   * @default 'stream'
   */
  type?: 'stream' | 'seqpacket'
  /**
   * Looks names up in the place of `dns.lookup`, and is called like it, with `all: true`. `listen` takes
   * the first address, `connect` tries them all.
   */
  lookup?: net.LookupFunction
}

export interface SocketOptions<Data = unknown> {
  /** The handlers of all its sockets. */
  socket: SocketHandlers<Data>
  /**
   * How the sockets are announced: `'edge'` only on epoll. The handlers see no difference; the
   * reactor drains each socket to `EAGAIN`, within a budget per turn.
   * @default 'edge' on epoll, 'level' on select and poll
   */
  trigger?: 'level' | 'edge'
  /**
   * Bytes queued for sending from which `write()` answers false.
   * @default 65536
   */
  highWaterMark?: number
  /**
   * Milliseconds, up to 2147483647, without a byte received or taken by the kernel, after which the
   * `timeout` handler is called, or the socket is destroyed with `ETIMEDOUT` where there is none.
   * Never early, and some milliseconds late. 0 is never; `socket.setTimeout()` changes it.
   * @default 0
   */
  idleTimeout?: number
  /**
   * Receive descriptors that come over Unix sockets: they reach the handler `handle`. Otherwise the kernel
   * closes them. (Sending them needs no option.)
   * @default false
   */
  handles?: boolean
}

/** For what comes from elsewhere: {@link Reactor.adopt}. */
export type AdoptOptions<Data = unknown> = SocketOptions<Data>

export interface ListenOptions<Data = unknown> extends Endpoint, SocketOptions<Data>, BindOptions {
  /**
   * A socket that is bound or listens already, such as one inherited. It is taken over once `listen` has
   * returned; where that throws it is still the caller's. The file of a Unix socket is left where it is.
   */
  fd?: number
  /**
   * Connections that wait to be accepted, at most (listen(2)); the kernel caps it at
   * `net.core.somaxconn`.
   * @default 511
   */
  backlog?: number
  /**
   * `SO_REUSEPORT`: several listeners on one port, among which the kernel spreads connections. On a
   * kernel that has no such option (`ENOPROTOOPT`) the first listener does without, and the second
   * fails with `EADDRINUSE`.
   */
  reusePort?: boolean
  /**
   * Connections that may be open at once, from 0. One more is accepted, told to the `drop` handler
   * and closed at once; it counts for nothing.
   * @default no limit
   */
  maxConnections?: number
  /**
   * Of several epoll sets that watch the same listening socket (given to each as a copy of one `fd`), wake
   * not all but at least one (`EPOLLEXCLUSIVE`; epoll only).
   */
  exclusive?: boolean
  /** A listener on `::` takes no IPv4 connections. */
  ipv6Only?: boolean
  /**
   * `TCP_FASTOPEN`: connections, from 0 to 2147483647, whose data may come with their first packet
   * before the handshake is done (RFC 7413); 0 for none. The kernel must allow it for servers
   * (`net.ipv4.tcp_fastopen`, bit 2), and else does as if it were 0. What comes that way may come twice.
   */
  fastOpen?: number
  /**
   * `TCP_DEFER_ACCEPT`: milliseconds, from 0 to 2147483647, rounded up to seconds (and by the kernel to
   * its retransmissions), for which a connection on which nothing was sent yet is not announced: no
   * `open` before the first bytes. For protocols in which the client begins.
   */
  deferAccept?: number
}

export interface ConnectOptions<Data = unknown>
  extends Endpoint, SocketOptions<Data>, BindOptions, SocketSettings {
  /**
   * Milliseconds until the attempt is given up with `ETIMEDOUT`, the look-up and all addresses
   * included; 0 leaves that to the kernel.
   * @default 0
   */
  timeout?: number
  /** Gives the attempt up when aborted: `connect` rejects with an `AbortError`. Nothing once it is connected. */
  signal?: AbortSignal
  /**
   * Milliseconds, from 10, for which an address is tried before the next one is tried beside it
   * (RFC 8305, section 5). The first that answers wins.
   * @default 250
   */
  attemptDelay?: number
  /** Addresses of this family alone: 4 or 6; 0 takes both. */
  family?: 0 | 4 | 6
  /** The numeric address to connect from; addresses of the other family are left out then. */
  localAddress?: string
  /** The port to connect from; 0 lets the kernel choose. */
  localPort?: number
  /**
   * `TCP_FASTOPEN_CONNECT`: where the server is known to take it, `open` is called at once and the
   * first write leaves with the first packet (RFC 7413): only where the client begins, and where its
   * first bytes may come twice. A failure to connect is then one of the first write's.
   */
  fastOpen?: boolean
}

const DEFAULT_HIGH_WATER_MARK = 64 * 1024

/** What the sockets of these options have in common. @internal */
export function groupSettings(
  options: Pick<ListenOptions, 'highWaterMark' | 'idleTimeout' | 'maxConnections'>,
): GroupSettings {
  const { highWaterMark, idleTimeout, maxConnections } = options
  const most = Number.MAX_SAFE_INTEGER
  return {
    highWaterMark: integerOption(highWaterMark, 'highWaterMark', 0, most, DEFAULT_HIGH_WATER_MARK),
    idleTimeout: integerOption(idleTimeout, 'idleTimeout', 0, LONGEST_TIMEOUT, 0),
    maxConnections: integerOption(maxConnections, 'maxConnections', 0, 0x7fffffff, -1),
  }
}

/** Whether messages keep their borders. @internal */
export function packetsOption(options: Endpoint & { fd?: number }): boolean {
  const type: unknown = options.type
  if (type === undefined || type === 'stream') return false
  if (type !== 'seqpacket') throw outOfRange('type', "'stream' or 'seqpacket'", type)
  if (options.path === undefined && options.fd === undefined) {
    throw outOfRange('type', "'stream' for other than Unix sockets", type)
  }
  return true
}

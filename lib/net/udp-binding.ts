/** What a datagram socket is bound to, and how it is set up. */
export interface UdpBinding {
  /**
   * 0 to 65535; 0 lets the kernel choose.
   * @default 0
   */
  port?: number
  /**
   * The address to be bound to: numeric, or a name for `dns.lookup`. With it comes the family.
   * @default '127.0.0.1' where `port` is given, else '0.0.0.0'
   */
  hostname?: string
  /**
   * A Unix datagram socket instead: its path; a leading NUL makes it an abstract name, and '' has the kernel
   * choose one of those (unix(7)).
   */
  path?: string
  /**
   * A datagram socket that is there already, such as one inherited; it is taken over once `udp` has
   * returned. The file of a Unix socket is left where it is.
   */
  fd?: number
  /** `SO_REUSEADDR`: several sockets may be bound to one port; multicast comes to all of them. */
  reuseAddress?: boolean
  /** `SO_REUSEPORT`: several sockets on one port, among which the kernel spreads the senders. */
  reusePort?: boolean
  /** A socket on `::` takes no IPv4. */
  ipv6Only?: boolean
  /** `SO_BROADCAST`: may send to broadcast addresses. */
  broadcast?: boolean
  /** `SO_RCVBUF`, bytes; the kernel doubles it for its own needs, up to `net.core.rmem_max`. */
  receiveBufferSize?: number
  /** `SO_SNDBUF`, bytes; likewise, up to `net.core.wmem_max`. */
  sendBufferSize?: number
  /** Each datagram tells the address that it was sent to and its interface: `IP_PKTINFO`. UDP only. */
  packetInfo?: boolean
  /** Each datagram tells how many were dropped before it: `SO_RXQ_OVFL`. UDP only. */
  dropCounter?: boolean
  /**
   * Bytes of a datagram from which on the rest is cut off, 1 to 65536.
   * @default 65536, more than UDP can carry
   */
  maxDatagramSize?: number
  /**
   * Datagrams received in one call, at most: 1 to 64.
   * @default 32
   */
  batch?: number
  /**
   * Bytes queued, because the kernel takes no more, from which on `send()` takes nothing.
   * @default 65536
   */
  highWaterMark?: number
  /**
   * How the socket is announced: `'edge'` only on epoll. The handlers see no difference.
   * @default 'edge' on epoll, 'level' on select and poll
   */
  trigger?: 'level' | 'edge'
}

/** The numbers among the options, with their defaults. @internal */
export interface UdpSettings {
  port: number
  hostname: string
  maxDatagramSize: number
  batch: number
  highWaterMark: number
  receiveBufferSize: number
  sendBufferSize: number
}

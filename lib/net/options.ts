import { codedError, shown } from '../sys/errors'
import type { SocketHandlers } from './socket'

/** Where to listen or connect to: an address, a path or a descriptor. */
export interface Endpoint {
  /** 0 to 65535; 0 lets the kernel choose (listening). */
  port?: number
  /**
   * A numeric address or a name for `dns.lookup`.
   * @default '127.0.0.1'
   */
  hostname?: string
  /** A Unix socket's path instead of port and hostname; a leading NUL makes it an abstract name (unix(7)). */
  path?: string
}

interface SocketOptions<Data> {
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
   * `TCP_NODELAY`: small writes leave at once. What one turn writes leaves in one call anyway.
   * @default true
   */
  noDelay?: boolean
}

export interface ListenOptions<Data = unknown> extends Endpoint, SocketOptions<Data> {
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
  /** `SO_REUSEPORT`: several listeners on one port, among which the kernel spreads connections. */
  reusePort?: boolean
  /**
   * Of several epoll sets that watch the same listening socket (given to each as a copy of one `fd`), wake
   * not all but at least one (`EPOLLEXCLUSIVE`; epoll only).
   */
  exclusive?: boolean
  /** A listener on `::` takes no IPv4 connections. */
  ipv6Only?: boolean
}

export interface ConnectOptions<Data = unknown> extends Endpoint, SocketOptions<Data> {
  /** Milliseconds until the attempt is given up with `ETIMEDOUT`; 0 leaves that to the kernel. */
  timeout?: number
}

/** An integer option within its range, or `fallback`. @internal */
export function integerOption(
  value: unknown,
  name: string,
  minimum: number,
  maximum: number,
  fallback: number,
): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number') {
    throw codedError(
      new TypeError(`The "${name}" option must be an integer. Received ${shown(value)}`),
      'ERR_INVALID_ARG_TYPE',
    )
  }
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    const range = `an integer from ${String(minimum)} to ${String(maximum)}`
    throw codedError(
      new RangeError(`The "${name}" option must be ${range}. Received ${String(value)}`),
      'ERR_OUT_OF_RANGE',
    )
  }
  return value
}

/** A string option, or `fallback`. @internal */
export function stringOption(value: unknown, name: string, fallback: string): string {
  if (value === undefined) return fallback
  if (typeof value !== 'string') {
    throw codedError(
      new TypeError(`The "${name}" option must be a string. Received ${shown(value)}`),
      'ERR_INVALID_ARG_TYPE',
    )
  }
  return value
}

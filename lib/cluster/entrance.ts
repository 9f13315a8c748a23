import { openListener, openSocket, removeSocketFile, resolve, type Target } from '../net/open'
import type { SocketAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
import { setsockopt } from '../sys/socket-options'
import { bind, getsockname, shutdown } from '../sys/sockets'
import type { Place } from './messages'
import type { ClusterOptions, Plan } from './options'

/**
 * The main thread's own socket on the cluster's address. In `'reuse-port'` mode it is bound and does not
 * listen: it settles the port where the kernel chooses it, and holds it while Workers come and go. In
 * `'shared-listener'` mode it is the listener itself.
 * @internal
 */
export class Entrance {
  readonly address: SocketAddress
  /** Where Workers listen. */
  readonly place: Place
  readonly #fd: number
  readonly #shared: boolean
  #closed = false

  /** @throws (rejects) SystemError EADDRINUSE, EACCES …; the error of the look-up */
  static async open({ mode, options }: Plan): Promise<Entrance> {
    const target = await resolve(options)
    const shared = mode === 'shared-listener'
    const fd = shared
      ? openListener(target, { ...listenOptions(options), socket: {} })
      : reserve(target, options)
    return new Entrance(fd, shared, target, options)
  }

  private constructor(fd: number, shared: boolean, target: Target, options: ClusterOptions) {
    this.#fd = fd
    this.#shared = shared
    this.address = getsockname(fd)
    this.place =
      shared || !('port' in this.address) || !('address' in target)
        ? { fd }
        : { hostname: target.address, port: this.address.port, ...listenOptions(options) }
  }

  /**
   * Takes no connection from now on. The shared listener stops also where Workers still have copies of
   * it: one that is busy would otherwise let clients into a backlog that nobody empties.
   */
  stop(): void {
    if (this.#closed) return
    if (this.#shared) shutdown(this.#fd, constants.SHUT_RDWR)
    removeSocketFile(this.address)
  }

  /** Frees the address. Workers must have ended: their copies are made from this descriptor. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    close(this.#fd)
  }
}

/** Those that were given: of one that is undefined the default holds. */
function listenOptions({ backlog, ipv6Only, noDelay }: ClusterOptions) {
  return {
    ...(backlog !== undefined && { backlog }),
    ...(ipv6Only !== undefined && { ipv6Only }),
    ...(noDelay !== undefined && { noDelay }),
  }
}

/** Binds, so that the port is taken, and nothing more: only sockets that listen get connections. */
function reserve(target: Target, { ipv6Only = false, noDelay = true }: ClusterOptions): number {
  const { SOL_SOCKET, SO_REUSEADDR, SO_REUSEPORT, IPPROTO_IPV6, IPV6_V6ONLY } = constants
  const fd = openSocket(target, noDelay)
  try {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, true)
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, true)
    if ('address' in target && target.address.includes(':')) {
      setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ipv6Only)
    }
    bind(fd, target)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

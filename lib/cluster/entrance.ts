import { lookUp, type Target, targetOf } from '../net/addresses'
import {
  type ListenPlan,
  listenPlan,
  openListener,
  openSocket,
  orClose,
  removeSocketFile,
} from '../net/open'
import type { Setting } from '../net/tcp-options'
import type { SocketAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
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
    const given = listenOptions(options)
    const listening = listenPlan({ ...given, socket: {} })
    const target = await targetFound(options)
    const shared = mode === 'shared-listener'
    const fd = shared ? openListener(target, listening) : reserve(target, listening)
    return new Entrance(fd, shared, target, given)
  }

  private constructor(fd: number, shared: boolean, target: Target, given: Given) {
    this.#fd = fd
    this.#shared = shared
    this.address = getsockname(fd)
    this.place =
      shared || !('port' in this.address) || !('address' in target)
        ? { fd }
        : { hostname: target.address, port: this.address.port, ...given }
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

type Given = Pick<ClusterOptions, 'backlog' | 'ipv6Only'>

async function targetFound(options: ClusterOptions): Promise<Target> {
  const wanted = targetOf(options)
  if (!('lookup' in wanted)) return wanted
  const [first] = await lookUp(wanted)
  // It rejects rather than answer none.
  return first as Target
}

/** Those that were given: of one that is undefined the default holds. */
function listenOptions({ backlog, ipv6Only }: ClusterOptions): Given {
  return {
    ...(backlog !== undefined && { backlog }),
    ...(ipv6Only !== undefined && { ipv6Only }),
  }
}

/** Binds, so that the port is taken, and nothing more: only sockets that listen get connections. */
function reserve(target: Target, { ipv6Only }: ListenPlan): number {
  const { SOL_SOCKET, SO_REUSEADDR, SO_REUSEPORT, IPPROTO_IPV6, IPV6_V6ONLY } = constants
  const settings: Setting[] = [
    { option: 'reuseAddress', level: SOL_SOCKET, name: SO_REUSEADDR, value: true },
    { option: 'reusePort', level: SOL_SOCKET, name: SO_REUSEPORT, value: true },
  ]
  if ('address' in target && target.address.includes(':')) {
    settings.push({ option: 'ipv6Only', level: IPPROTO_IPV6, name: IPV6_V6ONLY, value: ipv6Only })
  }
  const fd = openSocket(target, () => settings, false)
  return orClose(fd, () => {
    bind(fd, target)
  })
}

import type { SocketAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import type { Credentials } from '../sys/messages'
import { getsockopt, setsockopt } from '../sys/socket-options'
import { checkOptions } from './checks'
import { peerCredentials } from './credentials'
import { addressOf, Ends, portOf } from './ends'
import { applySettings, type SocketSettings, transportSettings } from './tcp-options'

/** What a stream socket has of its descriptor: its two addresses, and options of the kernel's. */
export abstract class Connection {
  /** Made when an address is first asked for: most sockets are never asked. */
  #ends: Ends | undefined

  /** The descriptor, for `edgeloop/sys`; -1 once closed. It belongs to the socket: do not close it. */
  abstract get fd(): number

  /** The peer's address; undefined for a Unix socket, and once closed if it was never asked for. */
  get remoteAddress(): string | undefined {
    return addressOf(this.peer)
  }

  get remotePort(): number | undefined {
    return portOf(this.peer)
  }

  get remoteFamily(): string | undefined {
    return this.peer?.family
  }

  get localAddress(): string | undefined {
    return addressOf(this.self)
  }

  get localPort(): number | undefined {
    return portOf(this.self)
  }

  /**
   * Whether small writes leave at once (`TCP_NODELAY`, tcp(7)). On unless `listen` was told otherwise;
   * a Unix socket has no such delay, and nothing happens.
   */
  setNoDelay(noDelay = true): this {
    const { IPPROTO_TCP, TCP_NODELAY } = constants
    const isTcp = this.fd >= 0 && this.self?.family !== 'Unix'
    if (isTcp) setsockopt(this.fd, IPPROTO_TCP, TCP_NODELAY, noDelay)
    return this
  }

  /**
   * Probes an idle connection (`SO_KEEPALIVE`, tcp(7)).
   *
   * @param initialDelay milliseconds of idleness before the first probe, rounded up to seconds; 0
   *   leaves it as it is
   */
  setKeepAlive(enable = true, initialDelay = 0): this {
    if (this.fd < 0) return this
    const { SOL_SOCKET, SO_KEEPALIVE, IPPROTO_TCP, TCP_KEEPIDLE } = constants
    setsockopt(this.fd, SOL_SOCKET, SO_KEEPALIVE, enable)
    const seconds = Math.ceil(initialDelay / 1000)
    if (enable && seconds > 0) setsockopt(this.fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds)
    return this
  }

  /**
   * Sets what the kernel is told of this socket, as `listen` and `connect` take it too.
   *
   * @throws TypeError, RangeError naming option and value; nothing is set then
   * @throws SystemError with `option`, where the kernel refuses one; those before it are set
   */
  setOptions(options: SocketSettings): this {
    checkOptions(options)
    const settings = transportSettings(options)
    if (this.fd < 0) return this
    const { SOL_SOCKET, SO_DOMAIN } = constants
    applySettings(this.fd, settings(getsockopt(this.fd, SOL_SOCKET, SO_DOMAIN)))
    return this
  }

  /**
   * Who is at the other end of a Unix socket, as the kernel vouches for it: the process that called
   * connect(2), or listen(2), at that time (`SO_PEERCRED`, unix(7)). Undefined elsewhere, and once closed.
   */
  peerCredentials(): Credentials | undefined {
    return peerCredentials(this.fd)
  }

  /** A connection that is no more has no peer that could be asked for. */
  private get peer(): SocketAddress | undefined {
    return (this.#ends ??= new Ends()).peer(this.fd)
  }

  private get self(): SocketAddress | undefined {
    return (this.#ends ??= new Ends()).self(this.fd)
  }
}

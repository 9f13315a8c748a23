import { constants } from '../sys/constants'
import { setsockopt } from '../sys/socket-options'
import { changeMembership, type InterfaceLike, setMulticastInterface } from './udp-multicast'

const { IPPROTO_IP, IPPROTO_IPV6, SOL_SOCKET } = constants

/**
 * What can be set on a datagram socket while it is open. Each throws a SystemError where the kernel refuses
 * it, and `ERR_CLOSED` where there is no descriptor.
 */
export abstract class UdpTuning {
  abstract get family(): string | undefined

  /** The descriptor. @throws Error `ERR_CLOSED` */
  protected abstract boundFd(): number

  /** Whether it may send to broadcast addresses: `SO_BROADCAST`. */
  setBroadcast(on: boolean): this {
    setsockopt(this.boundFd(), SOL_SOCKET, constants.SO_BROADCAST, on)
    return this
  }

  /** The hops that its datagrams survive, 1 to 255. */
  setTTL(ttl: number): this {
    const { IP_TTL, IPV6_UNICAST_HOPS } = constants
    return this.#setForFamily(IP_TTL, IPV6_UNICAST_HOPS, ttl)
  }

  /** The hops that its multicast survives, 0 to 255; the kernel begins with 1. */
  setMulticastTTL(ttl: number): this {
    const { IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS } = constants
    return this.#setForFamily(IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, ttl)
  }

  /** Whether its multicast comes to this machine too; the kernel begins with yes. */
  setMulticastLoopback(on: boolean): this {
    const { IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP } = constants
    return this.#setForFamily(IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, on)
  }

  /** The interface that its multicast leaves by: its number, its name or one of its addresses. */
  setMulticastInterface(by: InterfaceLike): this {
    setMulticastInterface(this.boundFd(), this.family === 'IPv6', by)
    return this
  }

  /**
   * Joins a multicast group.
   *
   * @param by the interface; the kernel's choice unless told
   * @throws SystemError EINVAL (no multicast address), EADDRINUSE (joined already), ENODEV …
   */
  addMembership(group: string, by?: InterfaceLike): this {
    changeMembership(this.boundFd(), 'join', group, undefined, by)
    return this
  }

  /** Leaves a group; parameters as for {@link addMembership}. */
  dropMembership(group: string, by?: InterfaceLike): this {
    changeMembership(this.boundFd(), 'leave', group, undefined, by)
    return this
  }

  /** Joins a group as far as one source sends to it. */
  addSourceSpecificMembership(source: string, group: string, by?: InterfaceLike): this {
    changeMembership(this.boundFd(), 'join', group, source, by)
    return this
  }

  dropSourceSpecificMembership(source: string, group: string, by?: InterfaceLike): this {
    changeMembership(this.boundFd(), 'leave', group, source, by)
    return this
  }

  #setForFamily(four: number, six: number, value: number | boolean): this {
    const fd = this.boundFd()
    if (this.family === 'IPv6') setsockopt(fd, IPPROTO_IPV6, six, value)
    else setsockopt(fd, IPPROTO_IP, four, value)
    return this
  }
}

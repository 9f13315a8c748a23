import dns from 'node:dns'
import net from 'node:net'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
import { SystemError } from '../sys/errors'
import { fcntl } from '../sys/fcntl'
import { getsockopt, setsockopt } from '../sys/socket-options'
import { bind, socket } from '../sys/sockets'
import type { Target } from './addresses'
import type { UdpBinding, UdpSettings } from './udp-binding'

/** An address at once where it is numeric, else once `dns.lookup` has answered. @internal */
export function findAddress(hostname: string, port: number, family = 0): Target | Promise<Target> {
  if (net.isIP(hostname) !== 0) return { address: hostname, port }
  return new Promise((found, failed) => {
    dns.lookup(hostname, { family }, (error, address) => {
      if (error === null) found({ address, port })
      else failed(error)
    })
  })
}

/**
 * A bound, non-blocking datagram socket.
 *
 * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL …; no descriptor is left behind then
 * @internal
 */
export function openDatagramSocket(
  address: Target,
  options: UdpBinding,
  settings: UdpSettings,
): number {
  const { AF_UNIX, AF_INET, AF_INET6, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC } = constants
  const { SOL_SOCKET, SO_REUSEADDR, SO_REUSEPORT, IPPROTO_IPV6, IPV6_V6ONLY } = constants
  const unix = 'path' in address
  const domain = unix ? AF_UNIX : net.isIPv6(address.address) ? AF_INET6 : AF_INET
  const fd = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC)
  try {
    if (!unix) {
      if (options.reuseAddress === true) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, true)
      if (options.reusePort === true) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, true)
      if (domain === AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6Only ?? false)
      }
    }
    configure(fd, options, settings)
    bind(fd, address)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

/**
 * A socket that somebody else has made. A receive on one that blocks would wait for ever.
 *
 * @throws SystemError EBADF, ENOTSOCK, EPROTOTYPE (no datagram socket)
 * @internal
 */
export function takeOverDatagramSocket(
  fd: number,
  options: UdpBinding,
  settings: UdpSettings,
): number {
  const { SOL_SOCKET, SO_TYPE, SOCK_DGRAM, F_GETFL, F_SETFL, O_NONBLOCK, EPROTOTYPE } = constants
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE) !== SOCK_DGRAM) {
    throw new SystemError(-EPROTOTYPE, 'udp', { fd })
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
  configure(fd, options, settings)
  return fd
}

/** What may be set whether it is bound or not. */
function configure(fd: number, options: UdpBinding, settings: UdpSettings): void {
  const { SOL_SOCKET, SO_DOMAIN, SO_BROADCAST, SO_RCVBUF, SO_SNDBUF, SO_RXQ_OVFL } = constants
  const { AF_UNIX, AF_INET6, IPPROTO_IP, IPPROTO_IPV6, IP_PKTINFO, IPV6_RECVPKTINFO } = constants
  const { receiveBufferSize, sendBufferSize } = settings
  if (receiveBufferSize > 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, receiveBufferSize)
  if (sendBufferSize > 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, sendBufferSize)
  const domain = getsockopt(fd, SOL_SOCKET, SO_DOMAIN)
  if (domain === AF_UNIX) return
  if (options.broadcast === true) setsockopt(fd, SOL_SOCKET, SO_BROADCAST, true)
  if (options.dropCounter === true) setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, true)
  if (options.packetInfo === true) {
    if (domain === AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, true)
    else setsockopt(fd, IPPROTO_IP, IP_PKTINFO, true)
  }
}

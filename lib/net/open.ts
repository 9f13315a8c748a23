import dns from 'node:dns'
import fs from 'node:fs'
import net from 'node:net'
import type { SocketAddress, SocketAddressLike, UnknownAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
import type { SystemErrorContext } from '../sys/errors'
import { fcntl } from '../sys/fcntl'
import { bind, listen, socket } from '../sys/sockets'
import { getsockopt, setsockopt } from '../sys/socket-options'
import type { Endpoint, ListenOptions } from './options'
import { integerOption, stringOption } from './options'

/** An address of a family that stream sockets have here. @internal */
export type Target = Exclude<SocketAddressLike, UnknownAddress>

/** What an error tells of an attempt to connect. @internal */
export function targetContext(address: Target): SystemErrorContext {
  if ('path' in address) return { path: address.path }
  return { address: address.address, port: address.port }
}

/**
 * The address of an endpoint, at once where it is numeric, else once `dns.lookup` has answered.
 * @internal
 */
export function resolve(endpoint: Endpoint): Target | Promise<Target> {
  if (endpoint.path !== undefined) return { path: stringOption(endpoint.path, 'path', '') }
  const port = integerOption(endpoint.port, 'port', 0, 65535, 0)
  const hostname = stringOption(endpoint.hostname, 'hostname', '127.0.0.1')
  if (net.isIP(hostname) !== 0) return { address: hostname, port }
  return new Promise((found, failed) => {
    dns.lookup(hostname, (error, address) => {
      if (error === null) found({ address, port })
      else failed(error)
    })
  })
}

function domainOf(address: Target): number {
  if ('path' in address) return constants.AF_UNIX
  return net.isIPv6(address.address) ? constants.AF_INET6 : constants.AF_INET
}

/** A non-blocking stream socket for an address; TCP_NODELAY as asked for. @internal */
export function openSocket(address: Target, noDelay: boolean): number {
  const { SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC, AF_UNIX, IPPROTO_TCP, TCP_NODELAY } = constants
  const domain = domainOf(address)
  const fd = socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)
  // Accepted sockets inherit it from their listener, at no call of their own.
  if (domain !== AF_UNIX && noDelay) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, true)
  return fd
}

/**
 * A listening socket.
 *
 * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL …; no descriptor is left behind then
 * @internal
 */
export function openListener(address: Target, options: ListenOptions): number {
  const { SOL_SOCKET, SO_REUSEADDR, SO_REUSEPORT, IPPROTO_IPV6, IPV6_V6ONLY, AF_INET6 } = constants
  const backlog = integerOption(options.backlog, 'backlog', 0, 0x7fffffff, 511)
  const fd = openSocket(address, options.noDelay ?? true)
  try {
    if (!('path' in address)) {
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, true)
      if (options.reusePort === true) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, true)
      if (domainOf(address) === AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6Only ?? false)
      }
    }
    bind(fd, address)
    listen(fd, backlog)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

/**
 * A socket that somebody else has bound, and perhaps made listen. An accept on one that blocks would
 * wait for ever.
 *
 * @throws SystemError EBADF, ENOTSOCK, EOPNOTSUPP (datagrams), EINVAL (connected)
 * @internal
 */
export function takeOver(given: number, options: ListenOptions): number {
  const fd = integerOption(given, 'fd', 0, 0x7fffffff, -1)
  const backlog = integerOption(options.backlog, 'backlog', 0, 0x7fffffff, 511)
  const listens = getsockopt(fd, constants.SOL_SOCKET, constants.SO_ACCEPTCONN) !== 0
  if (!listens || options.backlog !== undefined) listen(fd, backlog)
  const { F_GETFL, F_SETFL, O_NONBLOCK } = constants
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
  return fd
}

/** Removes the file of a Unix socket that is listened on no more. @internal */
export function removeSocketFile(address: SocketAddress): void {
  if (!('path' in address)) return
  if (address.path === '' || address.path.startsWith('\0')) return
  // Gone already: then there is nothing to remove.
  fs.rmSync(address.path, { force: true })
}

import fs from 'node:fs'
import net from 'node:net'
import type { SocketAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
import { SystemError } from '../sys/errors'
import { fcntl } from '../sys/fcntl'
import { bind, getpeername, listen, socket } from '../sys/sockets'
import { getsockopt } from '../sys/socket-options'
import type { Target } from './addresses'
import { booleanOption, integerOption, secondsOption } from './checks'
import { type ListenOptions, packetsOption } from './options'
import {
  applySettings,
  SettingList,
  type Setting,
  type Settings,
  transportSettings,
} from './tcp-options'

const { SOL_SOCKET, IPPROTO_TCP, IPPROTO_IPV6, AF_UNIX, AF_INET6 } = constants

/** What `listen` was told, checked. @internal */
export interface ListenPlan {
  readonly backlog: number
  /** Whether the backlog was asked for. */
  readonly backlogGiven: boolean
  readonly settings: Settings
  readonly reusePort: boolean
  readonly ipv6Only: boolean
  readonly packets: boolean
}

/**
 * Checks what `listen` was told, before anything is looked up or opened.
 *
 * @throws TypeError, RangeError
 * @internal
 */
export function listenPlan(options: ListenOptions): ListenPlan {
  const transport = transportSettings({ noDelay: true, ...options })
  const listening = new SettingList()
  const fastOpen = integerOption(options.fastOpen, 'fastOpen', 0, 0x7fffffff, undefined)
  listening.add('fastOpen', IPPROTO_TCP, constants.TCP_FASTOPEN, fastOpen)
  const deferAccept = secondsOption(options.deferAccept, 'deferAccept', 0, 0x7fffffff)
  listening.add('deferAccept', IPPROTO_TCP, constants.TCP_DEFER_ACCEPT, deferAccept)
  return {
    backlog: integerOption(options.backlog, 'backlog', 0, 0x7fffffff, 511),
    backlogGiven: options.backlog !== undefined,
    settings: (domain) => [...transport(domain), ...listening.settings],
    reusePort: booleanOption(options.reusePort, 'reusePort', false),
    ipv6Only: booleanOption(options.ipv6Only, 'ipv6Only', false),
    packets: packetsOption(options),
  }
}

function domainOf(address: Target): number {
  if ('path' in address) return AF_UNIX
  return net.isIPv6(address.address) ? AF_INET6 : constants.AF_INET
}

/** A non-blocking stream socket for an address. @internal */
export function openSocket(address: Target, settings: Settings, packets: boolean): number {
  const { SOCK_STREAM, SOCK_SEQPACKET, SOCK_NONBLOCK, SOCK_CLOEXEC } = constants
  const domain = domainOf(address)
  const fd = socket(domain, (packets ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC)
  return orClose(fd, () => {
    applySettings(fd, settings(domain))
  })
}

/** Does something to a new descriptor, which does not outlive its failure. @internal */
export function orClose(fd: number, prepare: () => void): number {
  try {
    prepare()
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

/**
 * A listening socket.
 *
 * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL …; no descriptor is left behind then
 * @internal
 */
export function openListener(address: Target, plan: ListenPlan): number {
  const fd = openSocket(address, plan.settings, plan.packets)
  return orClose(fd, () => {
    if (plan.reusePort) reusePort(fd)
    if (!('path' in address)) {
      const own: Setting[] = [
        { option: 'reuseAddress', level: SOL_SOCKET, name: constants.SO_REUSEADDR, value: true },
      ]
      if (domainOf(address) === AF_INET6) {
        const { IPV6_V6ONLY: name } = constants
        own.push({ option: 'ipv6Only', level: IPPROTO_IPV6, name, value: plan.ipv6Only })
      }
      applySettings(fd, own)
    }
    bind(fd, address)
    listen(fd, plan.backlog)
  })
}

/** A kernel that has no such option does without: a second listener's bind(2) will say so. */
function reusePort(fd: number): void {
  try {
    const { SO_REUSEPORT: name } = constants
    applySettings(fd, [{ option: 'reusePort', level: SOL_SOCKET, name, value: true }])
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'ENOPROTOOPT') throw error
  }
}

/**
 * A socket that somebody else has bound, and perhaps made listen. An accept on one that blocks would
 * wait for ever.
 *
 * @throws SystemError EBADF, ENOTSOCK, EOPNOTSUPP (datagrams), EINVAL (connected)
 * @internal
 */
export function takeOver(given: number, plan: ListenPlan): number {
  const fd = integerOption(given, 'fd', 0, 0x7fffffff, -1)
  const listens = getsockopt(fd, SOL_SOCKET, constants.SO_ACCEPTCONN) !== 0
  if (!listens || plan.backlogGiven) listen(fd, plan.backlog)
  applySettings(fd, plan.settings(getsockopt(fd, SOL_SOCKET, constants.SO_DOMAIN)))
  makeNonBlocking(fd)
  return fd
}

function makeNonBlocking(fd: number): void {
  const { F_GETFL, F_SETFL, O_NONBLOCK } = constants
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
}

/** Whether a socket keeps the borders of messages. @internal */
export function isPacketSocket(fd: number): boolean {
  return getsockopt(fd, SOL_SOCKET, constants.SO_TYPE) === constants.SOCK_SEQPACKET
}

/**
 * Makes sure that a descriptor is a connected socket that a reactor can have, and that it does not block.
 *
 * @throws SystemError EBADF, ENOTSOCK, ENOTCONN, ENOTSUP (datagrams)
 * @internal
 */
export function makeConnected(given: number): void {
  const fd = integerOption(given, 'fd', 0, 0x7fffffff, -1)
  getpeername(fd)
  const type = getsockopt(fd, SOL_SOCKET, constants.SO_TYPE)
  if (type !== constants.SOCK_STREAM && type !== constants.SOCK_SEQPACKET) {
    throw new SystemError(-constants.EOPNOTSUPP, 'adopt', { fd })
  }
  makeNonBlocking(fd)
}

/** Removes the file of a Unix socket that is listened on no more. @internal */
export function removeSocketFile(address: SocketAddress): void {
  if (!('path' in address)) return
  if (address.path === '' || address.path.startsWith('\0')) return
  // Gone already: then there is nothing to remove.
  fs.rmSync(address.path, { force: true })
}

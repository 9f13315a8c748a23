import { addon } from '../addon'
import { constants } from '../sys/constants'
import { check } from '../sys/errors'
import {
  booleanOption,
  integerOption,
  outOfRange,
  secondsOption,
  stringOption,
  wrongType,
} from './checks'

/** How an idle connection is probed: tcp(7). */
export interface KeepAlive {
  /** Milliseconds of idleness before the first probe: 1 to 32767000, rounded up to seconds (`TCP_KEEPIDLE`). */
  idle?: number
  /** Milliseconds between probes: 1 to 32767000, rounded up to seconds (`TCP_KEEPINTVL`). */
  interval?: number
  /** Probes without an answer after which the connection has failed: 1 to 127 (`TCP_KEEPCNT`). */
  count?: number
}

/**
 * What the kernel is told about sockets. On a listener it is set before it listens, and every
 * connection inherits it, at no call of its own; on a connecting socket before it connects.
 *
 * What is not given stays as the kernel has it. What the kernel refuses is a `SystemError` with
 * `syscall: 'setsockopt'` and `option`, the name here.
 */
export interface TransportOptions {
  /**
   * `TCP_NODELAY`: small writes leave at once. What one turn writes leaves in one call anyway. A Unix
   * socket has no such delay, and nothing happens.
   * @default true (`listen` and `connect`)
   */
  noDelay?: boolean
  /** `SO_KEEPALIVE`: idle connections are probed, where `true` at the system's intervals (two hours, usually). */
  keepAlive?: boolean | KeepAlive
  /**
   * `TCP_USER_TIMEOUT`: milliseconds, from 0 to 2147483647, for which what was sent may wait for its
   * acknowledgement before the connection fails with `ETIMEDOUT`; 0 leaves it to the system.
   */
  userTimeout?: number
  /** `SO_RCVBUF` in bytes, from 1 to 1073741823; the kernel doubles it, up to twice `net.core.rmem_max`. */
  receiveBufferSize?: number
  /** `SO_SNDBUF` in bytes, from 1 to 1073741823; the kernel doubles it, up to twice `net.core.wmem_max`. */
  sendBufferSize?: number
  /**
   * `IP_TOS` and `IPV6_TCLASS`: the DS field of what is sent, from 0 to 255; its lowest two bits (ECN)
   * stay TCP's own. RFC 2474.
   */
  trafficClass?: number
  /** `SO_MARK`, from 0 to 4294967295: for routing rules and filters; privileged. */
  mark?: number
}

/** `TransportOptions` of one connection, and what it would not inherit from a listener. */
export interface SocketSettings extends TransportOptions {
  /** `SO_PRIORITY`, from 0 to 2147483647; beyond 6 for privileged processes. */
  priority?: number
  /**
   * `TCP_QUICKACK`: received data is acknowledged at once. The kernel goes back to its own judgement
   * when it sees fit: set it again where it matters.
   */
  quickAck?: boolean
}

/** `TransportOptions` of a socket that is yet to be bound. */
export interface BindOptions extends TransportOptions {
  /**
   * `SO_BINDTODEVICE`: only what comes and goes through this network interface ('eth0').
   */
  bindToDevice?: string
}

/** One call of setsockopt(2), and the option that it stands for. @internal */
export interface Setting {
  readonly option: string
  readonly level: number
  readonly name: number
  readonly value: number | boolean | string
}

/** The settings of a socket, by its domain (`AF_*`). @internal */
export type Settings = (domain: number) => readonly Setting[]

const { SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6, AF_UNIX, AF_INET6 } = constants
const { IP_TOS, IPV6_TCLASS } = constants

const INT_MAX = 0x7fffffff
/** The kernel's own bounds, in seconds there. */
const LONGEST_KEEPALIVE = 32767 * 1000
/** The kernel doubles it, in an int. */
const LARGEST_BUFFER = 0x3fffffff
/** The longest name of an interface, without its NUL. */
const LONGEST_DEVICE = 15

/** A list of settings; those that were not asked for are left out. @internal */
export class SettingList {
  readonly settings: Setting[] = []

  add(option: string, level: number, name: number, value: Setting['value'] | undefined): void {
    if (value !== undefined) this.settings.push({ option, level, name, value })
  }
}

/**
 * Checks options. What they come to depends on the socket's domain.
 *
 * @throws TypeError, RangeError naming option and value
 * @internal
 */
export function transportSettings(options: BindOptions & SocketSettings): Settings {
  const noDelay = booleanOption(options.noDelay, 'noDelay', undefined)
  const trafficClass = integerOption(options.trafficClass, 'trafficClass', 0, 255, undefined)
  const list = new SettingList()
  const { receiveBufferSize, sendBufferSize, priority, mark } = options
  const socketLevel = (option: string, name: number, value: Setting['value'] | undefined): void => {
    list.add(option, SOL_SOCKET, name, value)
  }
  socketLevel('bindToDevice', constants.SO_BINDTODEVICE, deviceOption(options.bindToDevice))
  socketLevel(
    'receiveBufferSize',
    constants.SO_RCVBUF,
    bufferOption(receiveBufferSize, 'receiveBufferSize'),
  )
  socketLevel('sendBufferSize', constants.SO_SNDBUF, bufferOption(sendBufferSize, 'sendBufferSize'))
  socketLevel(
    'priority',
    constants.SO_PRIORITY,
    integerOption(priority, 'priority', 0, INT_MAX, undefined),
  )
  socketLevel('mark', constants.SO_MARK, integerOption(mark, 'mark', 0, 0xffffffff, undefined))
  addKeepAlive(list, options.keepAlive)
  const userTimeout = integerOption(options.userTimeout, 'userTimeout', 0, INT_MAX, undefined)
  list.add('userTimeout', IPPROTO_TCP, constants.TCP_USER_TIMEOUT, userTimeout)
  const quickAck = booleanOption(options.quickAck, 'quickAck', undefined)
  list.add('quickAck', IPPROTO_TCP, constants.TCP_QUICKACK, quickAck)
  return (domain) => {
    const all = new SettingList()
    all.settings.push(...list.settings)
    if (domain !== AF_UNIX) all.add('noDelay', IPPROTO_TCP, constants.TCP_NODELAY, noDelay)
    // An IPv6 socket may carry IPv4 too, whose field is its own.
    if (domain === AF_INET6) all.add('trafficClass', IPPROTO_IPV6, IPV6_TCLASS, trafficClass)
    all.add('trafficClass', IPPROTO_IP, IP_TOS, trafficClass)
    return all.settings
  }
}

/**
 * Sets options of a socket.
 *
 * @throws SystemError with `option`
 * @internal
 */
export function applySettings(fd: number, settings: readonly Setting[]): void {
  for (const { option, level, name, value } of settings) {
    const result = addon.sys.setsockopt(fd, level, name, value)
    if (result < 0) check(result, 'setsockopt', { option })
  }
}

function addKeepAlive(list: SettingList, keepAlive: unknown): void {
  if (keepAlive === undefined) return
  const { SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT } = constants
  if (typeof keepAlive === 'boolean') {
    list.add('keepAlive', SOL_SOCKET, SO_KEEPALIVE, keepAlive)
    return
  }
  if (typeof keepAlive !== 'object' || keepAlive === null) {
    throw wrongType('keepAlive', 'a boolean or an object', keepAlive)
  }
  const { idle, interval, count }: { idle?: unknown; interval?: unknown; count?: unknown } =
    keepAlive
  const seconds = (value: unknown, name: string): number | undefined =>
    secondsOption(value, name, 1, LONGEST_KEEPALIVE)
  const probes = integerOption(count, 'keepAlive.count', 1, 127, undefined)
  list.add('keepAlive', SOL_SOCKET, SO_KEEPALIVE, true)
  list.add('keepAlive.idle', IPPROTO_TCP, TCP_KEEPIDLE, seconds(idle, 'keepAlive.idle'))
  list.add(
    'keepAlive.interval',
    IPPROTO_TCP,
    TCP_KEEPINTVL,
    seconds(interval, 'keepAlive.interval'),
  )
  list.add('keepAlive.count', IPPROTO_TCP, TCP_KEEPCNT, probes)
}

function bufferOption(value: unknown, name: string): number | undefined {
  return integerOption(value, name, 1, LARGEST_BUFFER, undefined)
}

function deviceOption(value: unknown): string | undefined {
  const device = stringOption(value, 'bindToDevice', undefined)
  if (device === undefined) return undefined
  // The kernel cuts a longer name short, and takes the empty one for a request to unbind.
  const bytes = Buffer.byteLength(device)
  if (bytes > 0 && bytes <= LONGEST_DEVICE && !device.includes('\0')) return device
  throw outOfRange('bindToDevice', 'the name of a network interface', device)
}

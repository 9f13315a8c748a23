import os from 'node:os'
import net from 'node:net'
import { addon } from '../addon'
import { constants } from '../sys/constants'
import { check } from '../sys/errors'
import { setsockopt } from '../sys/socket-options'
import { outOfRange, wrongType } from './datagram-names'

/** An interface: its number, its name ('eth0'), or one of its addresses. */
export type InterfaceLike = number | string

/**
 * The number of an interface; 0, the kernel's choice, where none is given.
 *
 * @throws SystemError ENODEV where there is none of that name or address
 * @internal
 */
export function interfaceNumber(given: InterfaceLike | undefined): number {
  if (given === undefined) return 0
  if (typeof given === 'number') {
    if (Number.isInteger(given) && given >= 0 && given <= 0x7fffffff) return given
    throw outOfRange('interface', "an interface's number", given)
  }
  if (typeof given !== 'string') throw wrongType('interface', 'a number or a string', given)
  if (given === '0.0.0.0' || given === '::') return 0
  const name = net.isIP(given) === 0 ? given : nameOf(given)
  return check(addon.datagram.interfaceNumber(name), 'if_nametoindex', { path: given })
}

/** The interface that has an address; the address itself, which is no name, where none has it. */
function nameOf(address: string): string {
  const [bare] = address.split('%')
  for (const [name, addresses] of Object.entries(os.networkInterfaces())) {
    if (addresses?.some((one) => one.address === bare) === true) return name
  }
  return address
}

// struct group_req and struct group_source_req of <netinet/in.h>: the number of the interface, and then one
// or two of `sockaddr_storage`, each aligned to eight bytes.
const GROUP_AT = 8
const STORAGE = 128

/**
 * Joins or leaves a group, of all its sources or of one: MCAST_JOIN_GROUP … in ip(7), for both families.
 * @internal
 */
export function changeMembership(
  fd: number,
  how: 'join' | 'leave',
  group: string,
  source: string | undefined,
  by: InterfaceLike | undefined,
): void {
  const { MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP } = constants
  const { MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP } = constants
  const request = new Uint8Array(GROUP_AT + STORAGE * (source === undefined ? 1 : 2))
  const number = interfaceNumber(by)
  request.set(encode('group', group), GROUP_AT)
  if (source !== undefined) request.set(encode('source', source), GROUP_AT + STORAGE)
  new Uint32Array(request.buffer, 0, 1)[0] = number
  const plain = how === 'join' ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP
  const ofOne = how === 'join' ? MCAST_JOIN_SOURCE_GROUP : MCAST_LEAVE_SOURCE_GROUP
  const level = net.isIPv6(group) ? constants.IPPROTO_IPV6 : constants.IPPROTO_IP
  setsockopt(fd, level, source === undefined ? plain : ofOne, request)
}

/** The interface that multicast leaves by: IP_MULTICAST_IF. @internal */
export function setMulticastInterface(fd: number, six: boolean, by: InterfaceLike): void {
  const { IPPROTO_IP, IPPROTO_IPV6, IP_MULTICAST_IF, IPV6_MULTICAST_IF } = constants
  const number = interfaceNumber(by)
  if (six) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, number)
  } else {
    // struct ip_mreqn: group, address, interface.
    setsockopt(
      fd,
      IPPROTO_IP,
      IP_MULTICAST_IF,
      new Uint8Array(new Int32Array([0, 0, number]).buffer),
    )
  }
}

function encode(name: string, address: string): Uint8Array {
  if (typeof address !== 'string') throw wrongType(name, 'a string', address)
  if (net.isIP(address) === 0) throw outOfRange(name, 'a numeric address', address)
  return addon.datagram.encode({ address, port: 0 })
}

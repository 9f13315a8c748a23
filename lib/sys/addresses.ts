import type { SocketAddressLike } from '../addon/network'
import type { SystemErrorContext } from './errors'

export type {
  IPv4Address,
  IPv6Address,
  SocketAddress,
  SocketAddressLike,
  UnixAddress,
  UnknownAddress,
} from '../addon/network'

/** What an error tells of a call that was given an address. @internal */
export function whereabouts(
  fd: number,
  address: SocketAddressLike | null | undefined,
): SystemErrorContext {
  if (address === null || address === undefined) return { fd }
  if ('path' in address) return { fd, path: address.path }
  if ('address' in address) return { fd, address: address.address, port: address.port }
  return { fd }
}

import type { DropInfo } from './handlers'
import type { SocketAddress } from '../sys/addresses'
import { getpeername, getsockname } from '../sys/sockets'

/**
 * The two addresses of a connection, each asked for once and remembered beyond its end.
 * @internal
 */
export class Ends {
  #peer: SocketAddress | undefined
  #self: SocketAddress | undefined

  /** @param fd -1 where there is none to ask: then what is remembered */
  peer(fd: number): SocketAddress | undefined {
    this.#peer ??= ask(getpeername, fd)
    return this.#peer
  }

  /** @param fd as for {@link peer} */
  self(fd: number): SocketAddress | undefined {
    this.#self ??= ask(getsockname, fd)
    return this.#self
  }
}

/** A peer that has gone already has no address left (ENOTCONN). */
function ask(question: (fd: number) => SocketAddress, fd: number): SocketAddress | undefined {
  if (fd < 0) return undefined
  try {
    return question(fd)
  } catch {
    return undefined
  }
}

/** The numeric address, where the family has one. @internal */
export function addressOf(address: SocketAddress | undefined): string | undefined {
  return address !== undefined && 'address' in address ? address.address : undefined
}

/** The port, where the family has one. @internal */
export function portOf(address: SocketAddress | undefined): number | undefined {
  return address !== undefined && 'port' in address ? address.port : undefined
}

/** What is told of a connection that was dropped. @internal */
export function dropInfo(
  local: SocketAddress | undefined,
  remote: SocketAddress | undefined,
): DropInfo {
  return {
    localAddress: addressOf(local),
    localPort: portOf(local),
    localFamily: local?.family,
    remoteAddress: addressOf(remote),
    remotePort: portOf(remote),
    remoteFamily: remote?.family,
  }
}

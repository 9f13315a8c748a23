import { constants } from '../sys/constants'
import type { Credentials } from '../sys/messages'
import { getsockopt } from '../sys/socket-options'

/** The peer's credentials; undefined where the descriptor has no such peer. @internal */
export function peerCredentials(fd: number): Credentials | undefined {
  if (fd < 0) return undefined
  if (!isUnix(fd)) return undefined
  const { SOL_SOCKET, SO_PEERCRED } = constants
  const numbers = new Int32Array(3)
  getsockopt(fd, SOL_SOCKET, SO_PEERCRED, new Uint8Array(numbers.buffer))
  const [pid = 0, uid = 0, gid = 0] = numbers
  return { pid, uid: uid >>> 0, gid: gid >>> 0 }
}

/** @internal */
export function isUnix(fd: number): boolean {
  const { SOL_SOCKET, SO_DOMAIN, AF_UNIX } = constants
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN) === AF_UNIX
}

import process from 'node:process'
import type { SocketAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import { codedError, SystemError } from '../sys/errors'
import { fcntl } from '../sys/fcntl'
import { getsockname } from '../sys/sockets'
import { getsockopt } from '../sys/socket-options'
import { booleanOption, checkOptions } from './checks'

/** A descriptor that whoever started this process has passed on. */
export interface InheritedDescriptor {
  readonly fd: number
  /** As the socket unit names it (`FileDescriptorName=`); 'unknown' where it has no name. */
  readonly name: string
  /** What kind of socket it is; 'other' for another kind, or for no socket at all (a FIFO, a device …). */
  readonly type: 'stream' | 'datagram' | 'seqpacket' | 'other'
  /** Whether it listens already. */
  readonly listening: boolean
  /** Where it is bound; undefined for what is no socket. */
  readonly address: SocketAddress | undefined
}

export interface ListenFdsOptions {
  /**
   * Removes the variables from the environment: another call answers nothing, and no child sees them.
   * @default false
   */
  unsetEnvironment?: boolean
}

/** SD_LISTEN_FDS_START: sd_listen_fds(3). */
const FIRST = 3
const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']

/**
 * The descriptors that systemd, or another that speaks its protocol, has opened for this process:
 * sd_listen_fds(3). They are made close-on-exec, and are yours: give them to `listen({ fd })`, or
 * close them.
 *
 * The variables are meant for one process (`LISTEN_PID`): in any other, such as one started through a
 * shell or npm, the answer is empty.
 *
 * @returns them in their order, which is that of the socket units; none where none were passed
 * @throws RangeError `ERR_OUT_OF_RANGE` where the variables contradict the protocol
 * @throws SystemError EBADF where one of them is not open
 * @example
 * const [inherited] = listenFds()
 * reactor.listen({ ...(inherited ? { fd: inherited.fd } : { port: 7000 }), socket: { … } })
 */
export function listenFds(options: ListenFdsOptions = {}): InheritedDescriptor[] {
  checkOptions(options)
  const unset = booleanOption(options.unsetEnvironment, 'unsetEnvironment', false)
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = process.env
  try {
    if (LISTEN_PID === undefined || LISTEN_FDS === undefined) return []
    if (positive('LISTEN_PID', LISTEN_PID) !== process.pid) return []
    const count = positive('LISTEN_FDS', LISTEN_FDS)
    const names = LISTEN_FDNAMES?.split(':')
    if (names !== undefined && names.length !== count) {
      throw invalid('LISTEN_FDNAMES', `${String(count)} names between colons`, LISTEN_FDNAMES ?? '')
    }
    const fds = Array.from({ length: count }, (_, i) => FIRST + i)
    // All of them first: where one fails, what the caller can close is not left open for children.
    for (const fd of fds)
      fcntl(fd, constants.F_SETFD, fcntl(fd, constants.F_GETFD) | constants.FD_CLOEXEC)
    return fds.map((fd, i) => ({ fd, name: names?.[i] ?? 'unknown', ...describe(fd) }))
  } finally {
    if (unset) for (const name of VARIABLES) Reflect.deleteProperty(process.env, name)
  }
}

function describe(fd: number): Omit<InheritedDescriptor, 'fd' | 'name'> {
  const { SOL_SOCKET, SO_TYPE, SO_ACCEPTCONN } = constants
  const { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET } = constants
  try {
    const number = getsockopt(fd, SOL_SOCKET, SO_TYPE)
    const type =
      number === SOCK_STREAM
        ? 'stream'
        : number === SOCK_DGRAM
          ? 'datagram'
          : number === SOCK_SEQPACKET
            ? 'seqpacket'
            : 'other'
    const listening = getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN) !== 0
    return { type, listening, address: getsockname(fd) }
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'ENOTSOCK') throw error
    return { type: 'other', listening: false, address: undefined }
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (/^[1-9]\d*$/.test(text) && value <= 0x7fffffff - FIRST) return value
  throw invalid(name, 'a positive number', text)
}

function invalid(name: string, expected: string, text: string): Error {
  return codedError(
    new RangeError(`The environment variable ${name} must be ${expected}. Received '${text}'`),
    'ERR_OUT_OF_RANGE',
  )
}

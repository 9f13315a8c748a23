// Sockets for the tests of readiness: connected, non-blocking, closed after the test.

import {
  accept4,
  bind,
  connect,
  constants,
  getsockname,
  listen,
  setsockopt,
  socket,
  socketpair,
} from '../../lib/sys'
import { keep, shut, soon, using } from './scene'
import { IN, Poll } from '../../lib'

const { AF_INET, AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } = constants
const FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC

/** The port that the kernel gave a socket. */
export function portOf(fd: number): number {
  const address = getsockname(fd)
  if (!('port' in address)) throw new Error('no port')
  return address.port
}

const local = (port: number) => ({ address: '127.0.0.1', port })

/** A TCP socket that listens on a port of the kernel's choice. */
export function tcpListener(): { listener: number; port: number } {
  const listener = keep(socket(AF_INET, SOCK_STREAM | FLAGS))
  bind(listener, local(0))
  listen(listener)
  return { listener, port: portOf(listener) }
}

/** A TCP socket that has begun to connect. */
export function tcpConnecting(port: number): number {
  const fd = keep(socket(AF_INET, SOCK_STREAM | FLAGS))
  connect(fd, local(port))
  return fd
}

/** Both ends of a TCP connection. */
export function tcpPair(): [near: number, far: number] {
  const { listener, port } = tcpListener()
  const near = tcpConnecting(port)
  const poll = using(new Poll())
  poll.add(listener, IN)
  soon(poll)
  return [near, keep(accept4(listener, FLAGS))]
}

/** Closes a TCP socket so that the peer meets a reset. */
export function reset(fd: number): void {
  const onAtOnce = new Int32Array([1, 0])
  setsockopt(fd, constants.SOL_SOCKET, constants.SO_LINGER, new Uint8Array(onAtOnce.buffer))
  shut(fd)
}

/** Two UDP sockets, each connected to the other. */
export function udpPair(): [near: number, far: number] {
  const near = keep(socket(AF_INET, SOCK_DGRAM | FLAGS))
  const far = keep(socket(AF_INET, SOCK_DGRAM | FLAGS))
  bind(near, local(0))
  bind(far, local(0))
  connect(near, local(portOf(far)))
  connect(far, local(portOf(near)))
  return [near, far]
}

/** Two Unix sockets, connected. */
export function unixPair(type: 'stream' | 'dgram'): [near: number, far: number] {
  const [near, far] = socketpair(AF_UNIX, (type === 'stream' ? SOCK_STREAM : SOCK_DGRAM) | FLAGS)
  return [keep(near), keep(far)]
}

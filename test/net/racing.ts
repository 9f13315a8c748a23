// Attempts to connect that race: look-ups that answer as told, ports that do not answer, and what is told.

import net from 'node:net'
import type { ConnectOptions, Reactor, Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { keep } from '../multiplexer/scene'
import { type Kind, make } from '../reactor/kinds'

export async function rejected(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was not rejected')
}

/** Answers these addresses to whoever asks. */
export function answering(...addresses: string[]): net.LookupFunction {
  return (_hostname, _options, callback) => {
    const answer = addresses.map((address) => ({ address, family: net.isIP(address) }))
    setImmediate(callback, null, answer)
  }
}

/** A reactor with a listener that keeps it running, as a program's others would. */
export function running(kind: Kind): Reactor {
  const reactor = make(kind.backend)
  reactor.listen({ trigger: kind.trigger, socket: {} })
  void reactor.run()
  return reactor
}

/** A port of 127.0.0.1 where nobody listens, and that nobody else is given meanwhile. */
export function refusingPort(): number {
  const fd = keep(sys.socket(sys.constants.AF_INET, sys.constants.SOCK_STREAM))
  sys.bind(fd, { address: '127.0.0.1', port: 0 })
  const bound = sys.getsockname(fd)
  if (!('port' in bound)) throw new Error('no port')
  return bound.port
}

/** A port of 127.0.0.1 whose backlog is full: an attempt there hangs. */
export function hangingPort(address = '127.0.0.1'): number {
  const { AF_INET, SOCK_STREAM, SOCK_NONBLOCK } = sys.constants
  const full = keep(sys.socket(AF_INET, SOCK_STREAM))
  sys.bind(full, { address, port: 0 })
  sys.listen(full, 0)
  const bound = sys.getsockname(full)
  if (!('port' in bound)) throw new Error('no port')
  for (let i = 0; i < 4; i++) {
    sys.connect(keep(sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)), bound)
  }
  return bound.port
}

/** Listens on another address of this machine with the same port, beside one that hangs. */
export async function serverAt(host: string, port: number): Promise<net.Server> {
  const server = net.createServer((peer) => {
    peer.on('error', () => undefined)
    peer.on('data', () => undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen({ port, host, ipv6Only: true }, resolve)
  })
  return server
}

export interface Recorder {
  readonly calls: string[]
  readonly socket: ConnectOptions['socket']
}

export function recorder(): Recorder {
  const calls: string[] = []
  return {
    calls,
    socket: {
      open: (socket: Socket) => calls.push(`open ${String(socket.remoteAddress)}`),
      error: () => calls.push('error'),
      close: (socket: Socket) => calls.push(`close ${String(socket.fd)}`),
    },
  }
}

// The two ends of a connection: a server on the reactor under test, and node:net as its peer.

import { readdirSync } from 'node:fs'
import net from 'node:net'
import { afterEach } from 'vitest'
import type { Listener, ListenOptions, Reactor, SocketHandlers } from '../../lib'
import { type Kind, make } from '../reactor/kinds'

const peers = new Set<net.Socket>()
const servers = new Set<net.Server>()

afterEach(() => {
  for (const peer of peers) peer.destroy()
  peers.clear()
  for (const server of servers) server.close()
  servers.clear()
})

/** One round of Node's loop. */
export function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A promise, and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

export function deferred<T = void>(): Deferred<T> {
  let resolve = (_value: T): void => undefined
  let reject = (_error: Error): void => undefined
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved
    reject = rejected
  })
  return { promise, resolve, reject }
}

export interface Served {
  readonly reactor: Reactor
  readonly listener: Listener
  readonly port: number
}

/** Listens on a reactor of the kind, without running it. */
export function listening(
  kind: Kind,
  socket: SocketHandlers,
  options: Partial<ListenOptions> = {},
): Served {
  const reactor = make(kind.backend)
  const listener = reactor.listen({ port: 0, trigger: kind.trigger, ...options, socket })
  return { reactor, listener, port: listener.port ?? 0 }
}

/** Listens on a reactor of the kind that runs until the test is over. */
export function serve(
  kind: Kind,
  socket: SocketHandlers,
  options: Partial<ListenOptions> = {},
): Served {
  const served = listening(kind, socket, options)
  void served.reactor.run()
  return served
}

/** A client of node:net that ends only when told to; destroyed after the test. */
export function dial(port: number): net.Socket {
  const peer = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  peers.add(peer)
  return peer
}

/** A server of node:net, closed after the test with all its connections. */
export async function peerServer(
  serveOne: (peer: net.Socket) => void,
  options: net.ServerOpts = {},
): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true, ...options }, (peer) => {
    peers.add(peer)
    peer.on('error', () => undefined)
    serveOne(peer)
  })
  servers.add(server)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** All that the peer receives until the other side ends. */
export function gather(peer: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    peer.on('data', (chunk: Buffer) => chunks.push(chunk))
    peer.once('end', () => {
      resolve(Buffer.concat(chunks))
    })
    peer.once('error', reject)
  })
}

/** The next `length` bytes that the peer receives. */
export function receive(peer: net.Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size < length) return
      peer.off('data', onData)
      peer.off('error', reject)
      resolve(Buffer.concat(chunks))
    }
    peer.on('data', onData)
    peer.once('error', reject)
  })
}

/** Bytes that differ from place to place, so that neither loss nor disorder goes unseen. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let state = (seed * 2654435761) >>> 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** Cuts bytes into pieces of varying length. */
export function pieces(bytes: Buffer, most: number, seed = 1): Buffer[] {
  const cut: Buffer[] = []
  let state = seed
  for (let at = 0; at < bytes.length;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    const length = 1 + ((state >>> 8) % most)
    cut.push(bytes.subarray(at, at + length))
    at += length
  }
  return cut
}

/** How many descriptors this process has open. */
export function descriptors(): number {
  return readdirSync('/proc/self/fd').length
}

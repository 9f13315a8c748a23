// The two ends of a talk in datagrams: a socket on the reactor under test, and node:dgram as its peer.

import dgram from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect } from 'vitest'
import type { Reactor, UdpOptions, UdpSocket } from '../../lib'
import { type Kind, make } from '../reactor/kinds'

const peers = new Set<Peer>()

afterEach(async () => {
  for (const peer of [...peers]) await peer.close()
})

export interface Bound {
  readonly reactor: Reactor
  readonly socket: UdpSocket
  readonly port: number
}

/** A datagram socket on a reactor of the kind, which does not run yet. */
export function bound(kind: Kind, options: UdpOptions = {}): Bound {
  const reactor = make(kind.backend)
  const socket = reactor.udp({ port: 0, trigger: kind.trigger, ...options })
  return { reactor, socket, port: socket.port ?? 0 }
}

/** The same on a reactor that runs until the test is over. */
export function talk(kind: Kind, options: UdpOptions = {}): Bound {
  const one = bound(kind, options)
  void one.reactor.run()
  return one
}

/** A peer of node:dgram. */
export class Peer {
  readonly socket: dgram.Socket
  readonly heard: { bytes: Buffer; port: number }[] = []
  #look = (): void => undefined

  private constructor(type: dgram.SocketType) {
    this.socket = dgram.createSocket(type)
    peers.add(this)
    this.socket.on('message', (bytes, { port }) => {
      this.heard.push({ bytes, port })
      this.#look()
    })
  }

  static async bind(address = '127.0.0.1'): Promise<Peer> {
    const peer = new Peer(address.includes(':') ? 'udp6' : 'udp4')
    peer.socket.bind(0, address)
    await once(peer.socket, 'listening')
    return peer
  }

  get port(): number {
    return this.socket.address().port
  }

  say(bytes: string | Uint8Array, port: number, address = '127.0.0.1'): Promise<void> {
    return new Promise((sent, failed) => {
      this.socket.send(bytes, port, address, (error) => {
        if (error === null) sent()
        else failed(error)
      })
    })
  }

  /** Nobody listens there any more. */
  async close(): Promise<void> {
    peers.delete(this)
    const closed = once(this.socket, 'close')
    this.socket.close()
    await closed
  }

  /** What has come, as text, once it is so many. */
  async hears(count: number): Promise<string[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
    return this.heard.map(({ bytes }) => bytes.toString())
  }
}

/** Collects what is put in, for who waits until it is so many. */
export class Collected<T> {
  readonly all: T[] = []
  #look = (): void => undefined

  readonly add = (item: T): void => {
    this.all.push(item)
    this.#look()
  }

  async reaches(count: number): Promise<T[]> {
    while (this.all.length < count) {
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
    return this.all
  }
}

/** Makes turns until something holds; it has to, within so many. */
export function turnUntil(reactor: Reactor, holds: () => boolean): void {
  for (let turns = 0; turns < 20 && !holds(); turns++) reactor.turn(500)
  expect(holds()).toBe(true)
}

/** Text of the bytes, copied. */
export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

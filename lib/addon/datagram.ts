import type { SocketAddressLike } from './network'
import type { NativeReactor } from './reactor'
import type { Result } from './sys'

/** What has become of a socket's datagrams. @internal */
export interface NativeDatagramCounts {
  received: number
  bytesReceived: number
  sent: number
  bytesSent: number
  refused: number
  dropped: number
}

/**
 * `native/datagram`: the datagram sockets of a reactor. Indices and ranges are checked in C++.
 * @internal
 */
export interface NativeDatagrams {
  /** The slab that each turn receives into. */
  received(reactor: NativeReactor): ArrayBuffer
  /** The slab for what is to be sent, and for addresses. */
  sending(reactor: NativeReactor): ArrayBuffer
  /** Sixteen numbers, then the commands (lib/net/datagram-layout.ts). */
  commands(reactor: NativeReactor): ArrayBuffer
  /** What is told of each datagram and of each error (lib/net/datagram-layout.ts). */
  slots(reactor: NativeReactor): ArrayBuffer
  /**
   * Takes over a non-blocking socket. Answers its index; on failure the descriptor stays the caller's.
   * @param flags lib/net/adopt-flags.ts
   */
  adopt(
    reactor: NativeReactor,
    fd: number,
    flags: number,
    batch: number,
    maxDatagramSize: number,
  ): Result
  /** Names the peer; without `name` dissolves it. */
  connect(reactor: NativeReactor, id: number, name: Uint8Array | undefined): Result
  /** Sends one that is too large for the slab, behind all that is queued. */
  sendNow(reactor: NativeReactor, id: number, data: Uint8Array, name: Uint8Array | undefined): void
  /** Sends what is queued, of all sockets. Answers the bytes of this one that wait in C++. */
  flush(reactor: NativeReactor, id: number): number
  /** The bytes of a socket that wait in C++. */
  queued(reactor: NativeReactor, id: number): number
  /** A record is wanted once nothing waits. */
  wantDrain(reactor: NativeReactor, id: number): void
  stats(reactor: NativeReactor, id: number): NativeDatagramCounts
  /** Sends what the kernel takes, drops the rest, closes; a record follows. Answers the last counts. */
  close(reactor: NativeReactor, id: number): NativeDatagramCounts
  /** A socket's descriptor, or -1. */
  descriptorOf(reactor: NativeReactor, id: number): number
  /** The sender's address in a slot as text, or (`local`) the one that it was sent to. */
  text(reactor: NativeReactor, slot: number, local: boolean): string
  /** A numeric address, or a path, in the kernel's own form. */
  encode(address: SocketAddressLike): Uint8Array
  /** if_nametoindex(3). */
  interfaceNumber(name: string): Result
}

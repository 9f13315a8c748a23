import type { SocketAddress } from './network'
import type { NativeReactor } from './reactor'
import type { Result } from './sys'

/**
 * `native/stream`: the stream sockets of a reactor. Indices and ranges are checked in C++.
 * @internal
 */
export interface NativeStreams {
  /** The slab that each turn receives into. */
  received(reactor: NativeReactor): ArrayBuffer
  /** The slab for what is to be sent. */
  sending(reactor: NativeReactor): ArrayBuffer
  /** The commands, four numbers each (lib/net/commands.ts). */
  commands(reactor: NativeReactor): ArrayBuffer
  /**
   * Takes over a non-blocking socket. Answers its index; on failure the descriptor stays the caller's.
   *
   * @param group of a listener's connections; -1 for none
   * @param flags lib/net/adopt-flags.ts
   */
  adopt(reactor: NativeReactor, fd: number, group: number, flags: number): Result
  /**
   * What the connections of a group are to have, before its listener is adopted. Groups are numbered
   * densely.
   *
   * @param idleTimeout milliseconds; 0 for none
   * @param maxConnections -1 for no limit
   * @param tellDrops whether connections over the limit are told
   * @param readAtOnce whether a connection's first bytes are received before it is told
   */
  configureGroup(
    reactor: NativeReactor,
    group: number,
    idleTimeout: number,
    maxConnections: number,
    tellDrops: boolean,
    readAtOnce: boolean,
  ): Result
  /** How many sockets and records name a group still: its number is not free before there are none. */
  groupInUse(reactor: NativeReactor, group: number): number
  /** Milliseconds without a byte after which a socket times out; 0 for never. */
  setIdle(reactor: NativeReactor, id: number, idleTimeout: number): Result
  /** The own and the peer's address of a connection that a record of this turn says was dropped. */
  droppedEnds(
    reactor: NativeReactor,
    index: number,
  ): [local?: SocketAddress | null, remote?: SocketAddress | null]
  /** How much waits: open sockets, and those with something to tell. */
  depths(reactor: NativeReactor): { sockets: number; due: number }
  /** Keeps copies of 1 to 253 descriptors, for a SendHandles command that names the number answered. */
  stageHandles(reactor: NativeReactor, fds: readonly number[]): Result
  /** Closes what was staged and not sent. Of a closed reactor that is done. */
  dropHandles(reactor: NativeReactor, token: number): void
  /** The descriptors of a socket's oldest Handles record, the caller's from then on. */
  takeHandles(reactor: NativeReactor, id: number): number[]
  closeListener(reactor: NativeReactor, id: number): void
  /** Sends at once, for a socket with nothing queued. Answers the bytes taken. */
  sendNow(reactor: NativeReactor, id: number, data: Uint8Array): number
  /**
   * The same for part of a file. The rest follows by itself; a Drain record tells that it has gone, or that
   * it failed, and then this answers the error when it is called again.
   */
  sendFileNow(
    reactor: NativeReactor,
    id: number,
    fd: number,
    offset: number,
    length: number,
  ): Result
  /** Bytes of that part that have not gone yet; -1 where nothing is known of any. */
  fileLeft(reactor: NativeReactor, id: number): number
  /** A socket's descriptor, or -1. */
  descriptorOf(reactor: NativeReactor, id: number): number
}

import { Command } from './commands'
import { Connection } from './connection'
import { FileSlice } from './file-slice'
import type { GroupSettings } from './handlers'
import { isReceived, LARGEST_COPY, type Plane } from './plane'
import { NEED_DRAIN } from './states'

/** Large chunks, kept by reference, and what was written behind them. */
interface Kept {
  readonly chunks: (Uint8Array | FileSlice | Parcel)[]
  /** How much of the first has been sent. */
  sent: number
  bytes: number
  /** The first, where it is a file that C++ goes on with. */
  follows: FileSlice | undefined
}

/** Bytes, and the number of the descriptors that go with the first of them. */
interface Parcel {
  readonly token: number
  readonly bytes: Uint8Array
}

/**
 * What a socket has written and the kernel has not taken yet: small chunks lie in the send slab or in
 * C++, large ones are kept here by reference, and behind them everything else. A part of the socket and no
 * object of its own: there may be many.
 */
export abstract class Outgoing extends Connection {
  readonly #plane: Plane
  readonly #settings: GroupSettings
  readonly #id: number
  #flags = 0
  #written = 0
  /** Bytes queued in this epoch of flushes, and the epoch. */
  #fresh = 0
  #epoch = -1
  /** Bytes that the kernel did not take, as far as is known. */
  #stuck = 0
  #kept: Kept | undefined

  /** @param plane undefined only for a connection that never was: it is closed, and has no use for one @internal */
  constructor(plane: Plane | undefined, settings: GroupSettings, id: number) {
    super()
    this.#plane = plane as Plane
    this.#settings = settings
    this.#id = id
  }

  /** @internal */
  protected get plane(): Plane {
    return this.#plane
  }

  /** Bytes queued from which `write()` answers false. */
  get highWaterMark(): number {
    return this.#settings.highWaterMark
  }

  /** Bytes written so far, queued ones included. */
  get bytesWritten(): number {
    return this.#written
  }

  /** Bytes that were written and have not reached the kernel yet. */
  get bufferedBytes(): number {
    if (this.#written === 0) return 0
    const fresh = this.#epoch === this.#plane.epoch ? this.#fresh : 0
    if (this.#kept !== undefined) this.follow(this.#kept)
    return this.#stuck + (this.#kept?.bytes ?? 0) + fresh
  }

  /** Something is kept by reference: what follows has to wait behind it. @internal */
  get keeps(): boolean {
    return this.#kept !== undefined
  }

  /**
   * Takes bytes, whatever their number. Answers Node's question: is less than the high-water mark
   * queued?
   * @internal
   */
  protected queue(data: string | Uint8Array, encoding: BufferEncoding): boolean {
    let length = -1
    if (this.#kept === undefined) {
      if (typeof data === 'string') {
        length = this.#plane.sendText(this.#id, data, encoding)
      } else if (data.length === 0 || this.#plane.sendBytes(this.#id, data)) {
        length = data.length
      }
    }
    if (length >= 0) {
      this.count(length)
      // Of messages none is joined to the one before.
      if (this.#settings.packets === true) this.#plane.separate()
    } else {
      const bytes = typeof data === 'string' ? Buffer.from(data, encoding) : keepable(data)
      ;({ length } = bytes)
      const kept = (this.#kept ??= { chunks: [], sent: 0, bytes: 0, follows: undefined })
      kept.bytes += length
      if (kept.chunks.push(bytes) === 1) this.pump()
    }
    this.#written += length
    return this.belowMark()
  }

  /** Queues part of a file, which is released once it has been sent or dropped. {@link pump} sends it. @internal */
  protected queueFile(slice: FileSlice): boolean {
    const kept = (this.#kept ??= { chunks: [], sent: 0, bytes: 0, follows: undefined })
    this.#written += slice.length
    kept.bytes += slice.length
    return kept.chunks.push(slice) === 1
  }

  /**
   * As {@link queue}, for bytes and the text behind them. Undefined, and nothing is taken, where the text
   * is not ASCII, or where something has to wait.
   * @internal
   */
  protected queueWhole(bytes: Uint8Array, text: string): boolean | undefined {
    if (this.#kept !== undefined || !this.#plane.sendWhole(this.#id, bytes, text)) return undefined
    const length = bytes.length + text.length
    this.count(length)
    this.#written += length
    return this.belowMark()
  }

  /** As {@link queue}, with descriptors: of these copies are made at once. @internal */
  protected queueHandles(fds: readonly number[], bytes: Uint8Array): boolean {
    const token = this.#plane.stageHandles(fds)
    const { length } = bytes
    if (this.#kept !== undefined) {
      this.#kept.chunks.push({ token, bytes: keepable(bytes) })
      this.#kept.bytes += length
    } else {
      this.#plane.sendHandles(this.#id, token, bytes)
      this.count(length)
    }
    this.#written += length
    return this.belowMark()
  }

  /**
   * Sends of what is kept by reference as much as the kernel takes. True once nothing is left.
   *
   * @throws TypeError where a chunk's memory was transferred away before it was sent; SystemError where a file
   *   can't be sent
   * @internal
   */
  protected pump(): boolean {
    const kept = this.#kept
    if (kept === undefined) return true
    let done = 0
    for (const chunk of kept.chunks) {
      if ('token' in chunk) {
        this.#plane.sendHandles(this.#id, chunk.token, chunk.bytes)
        kept.bytes -= chunk.bytes.length
        this.count(chunk.bytes.length)
        done++
        continue
      }
      const { length } = chunk
      this.follow(kept)
      const sent = kept.sent < length ? this.sendPart(chunk, kept.sent) : 0
      kept.bytes -= sent
      kept.sent += sent
      if (kept.sent < length) {
        if (chunk instanceof FileSlice) kept.follows = chunk
        break
      }
      kept.follows = undefined
      kept.sent = 0
      done++
      if (chunk instanceof FileSlice) chunk.release()
    }
    if (done < kept.chunks.length) {
      kept.chunks.splice(0, done)
      return false
    }
    this.#kept = undefined
    return true
  }

  /** The kernel takes no more for now. @internal */
  onStuck(bytes: number): void {
    this.#stuck = bytes
  }

  /** What C++ had queued has gone. @internal */
  protected unstick(): void {
    this.#stuck = 0
  }

  /** Whether `drain` is due: nothing is queued, and a write was told that too much was. @internal */
  protected takeDrain(): boolean {
    const due = this.is(NEED_DRAIN) && !this.keeps
    if (due) this.unmark(NEED_DRAIN)
    return due
  }

  /** Makes `drain` due once nothing is queued, also where less than the mark is. @internal */
  protected askForDrain(): void {
    if (!this.is(NEED_DRAIN) && !this.keeps) this.#plane.push(Command.NotifyDrain, this.#id)
    this.mark(NEED_DRAIN)
  }

  /** Forgets what is queued: the connection is gone. @internal */
  protected dropQueued(): void {
    for (const chunk of this.#kept?.chunks ?? []) {
      if ('token' in chunk) this.#plane.dropHandles(chunk.token)
      else if (chunk instanceof FileSlice) chunk.release()
    }
    this.#kept = undefined
    this.#stuck = 0
  }

  /** Finds out how far C++ has come with the file in front, where it goes on with one. */
  private follow(kept: Kept): void {
    if (kept.follows === undefined) return
    const { length } = kept.follows
    const left = this.#plane.fileLeft(this.#id)
    if (left < 0) return
    if (left === 0) kept.follows = undefined
    const sent = length - left
    kept.bytes -= sent - kept.sent
    kept.sent = sent
  }

  private sendPart(chunk: Uint8Array | FileSlice, from: number): number {
    if (chunk instanceof FileSlice) {
      const { fd, offset, length } = chunk
      return this.#plane.sendFileNow(this.#id, fd, offset + from, length - from)
    }
    return this.#plane.sendNow(this.#id, from === 0 ? chunk : chunk.subarray(from))
  }

  private count(bytes: number): void {
    if (this.#stuck > 0) {
      this.#stuck += bytes
      return
    }
    const { epoch } = this.#plane
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#fresh = 0
    }
    this.#fresh += bytes
  }

  /** Node's question: is less than the high-water mark queued? Where not, `drain` becomes due. @internal */
  protected belowMark(): boolean {
    const { highWaterMark } = this.#settings
    // At most so many, and mostly few: then it need not be known what has left meanwhile.
    if (this.#kept === undefined && this.#stuck + this.#fresh < highWaterMark) return true
    if (this.bufferedBytes < highWaterMark) return true
    if (!this.is(NEED_DRAIN) && this.#stuck === 0 && !this.keeps) {
      this.#plane.push(Command.NotifyDrain, this.#id)
    }
    this.mark(NEED_DRAIN)
    return false
  }

  // The states of states.ts.

  /** Whether any of them is true. @internal */
  protected is(flags: number): boolean {
    return (this.#flags & flags) !== 0
  }

  /** @internal */
  protected mark(flag: number): void {
    this.#flags |= flag
  }

  /** @internal */
  protected unmark(flag: number): void {
    this.#flags &= ~flag
  }

  /** Its number on the plane; below 0 for a connection that never was. @internal */
  protected get id(): number {
    return this.#id
  }
}

/** A small chunk is its caller's again after the call, and what was received is valid only until then. */
function keepable(bytes: Uint8Array): Uint8Array {
  return bytes.length > LARGEST_COPY && !isReceived(bytes) ? bytes : new Uint8Array(bytes)
}

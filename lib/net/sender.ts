import { wrongType } from './checks'
import { Command } from './commands'
import { Connection } from './connection'
import { FileSlice, type SendFileOptions } from './file-slice'
import { Outgoing } from './outgoing'
import { handleBytes, mustBeUnix } from './passing'
import type { Plane } from './plane'
import { CLOSED, DESTROYED, ENDING } from './states'

/** The sending half of a stream socket, and the one number of what is true of it. */
export abstract class Sender extends Connection {
  readonly #id: number
  #flags = 0
  /** Made by the first write: an idle connection has none. */
  #outgoing: Outgoing | undefined

  /** @internal */
  constructor(id: number) {
    super()
    this.#id = id
  }

  /** Bytes queued from which `write()` answers false. */
  abstract get highWaterMark(): number

  /** @internal */
  protected abstract get plane(): Plane

  /** Closes at once; what is queued is dropped. */
  abstract destroy(error?: Error): void

  /** Each write is a message. @internal */
  protected abstract get packets(): boolean

  /** @internal */
  protected abstract reportLateWrite(): void

  get destroyed(): boolean {
    return this.is(DESTROYED | CLOSED)
  }

  /** Bytes written so far, queued ones included. */
  get bytesWritten(): number {
    return this.#outgoing?.written ?? 0
  }

  /** Bytes that were written and have not reached the kernel yet. */
  get bufferedBytes(): number {
    return this.#outgoing?.bytes ?? 0
  }

  /**
   * Sends bytes. They are always taken: what one turn's handlers write to a socket leaves in one call
   * at the turn's end, and what the kernel does not take is queued.
   *
   * A chunk of up to 64 KiB is copied, and so is what a `data` handler was given, however long; any other
   * larger one is kept by reference until it has been sent and must not be changed before.
   *
   * @returns Node's meaning: false where `highWaterMark` bytes or more are queued; `drain` is called
   *   once all have gone. After `end()` and after the socket was closed: false, and nothing is sent;
   *   a write after `end()` is told to the `error` handler (`ERR_STREAM_WRITE_AFTER_END`)
   * @throws TypeError for anything but a string or a Uint8Array
   */
  write(data: string | Uint8Array, encoding: BufferEncoding = 'utf8'): boolean {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      throw wrongType('data', 'a string or a Uint8Array', data, 'argument')
    }
    if (this.destroyed) return false
    if (this.is(ENDING)) {
      this.reportLateWrite()
      return false
    }
    return this.#queue().write(data, encoding)
  }

  /**
   * Sends part of a file straight from the page cache (sendfile(2)), behind what was written before. What is
   * not in the cache is read from the disk meanwhile, and the thread waits for that.
   *
   * @param fd open for reading, a regular file or block device; it is closed once the part has been sent or the
   *   socket is gone where `autoClose` is set, and has to stay open until then where it is not
   * @param options.offset where the part begins, 0 unless told
   * @param options.length its bytes; where the file turns out to have fewer the socket fails with `EIO`
   * @returns as {@link write}; also closed, with `autoClose`, where nothing is sent any more
   * @throws TypeError, RangeError for `fd`, `offset` and `length`
   */
  sendFile(fd: number, options: SendFileOptions): boolean {
    return this.sendSlice(new FileSlice(fd, options))
  }

  /** @internal */
  sendSlice(slice: FileSlice): boolean {
    if (this.destroyed || this.is(ENDING) || slice.length === 0) {
      slice.release()
      if (this.is(ENDING) && !this.destroyed) this.reportLateWrite()
      return !this.destroyed && !this.is(ENDING) && this.bufferedBytes < this.highWaterMark
    }
    const outgoing = this.#queue()
    if (outgoing.addFile(slice)) this.#pump()
    return !this.is(DESTROYED | CLOSED) && outgoing.belowMark()
  }

  /**
   * As {@link write}, for bytes and the text behind them. Undefined, and nothing is taken, where the text
   * is not ASCII, or where something has to wait.
   * @internal
   */
  writeWhole(bytes: Uint8Array, text: string): boolean | undefined {
    if (this.destroyed || this.is(ENDING)) return undefined
    return this.#queue().writeWhole(bytes, text)
  }

  /**
   * Sends descriptors over a Unix socket, with the first byte of `data`: in order with all else that is
   * written. Copies are made at once (dup(2)), so the caller may close its own after the call; they
   * are closed when they have been sent, or when the socket ends before.
   *
   * @param fds one, or up to 253
   * @param data at least one byte, at most 64 KiB; a NUL byte unless given, for the kernel sends no
   *   descriptors without a byte
   * @returns as {@link write}
   * @throws TypeError, RangeError; `ERR_UNSUPPORTED` for other than Unix sockets; SystemError EBADF, EMFILE
   */
  sendHandle(fds: number | readonly number[], data: string | Uint8Array = '\0'): boolean {
    const bytes = handleBytes(data)
    const list = typeof fds === 'number' ? [fds] : fds
    if (this.destroyed) return false
    if (this.is(ENDING)) {
      this.reportLateWrite()
      return false
    }
    mustBeUnix(this.fd)
    return this.#queue().sendHandles(list, bytes)
  }

  /** Sends `data`, if given, and then, behind all that is queued, the end: half-close. */
  end(data?: string | Uint8Array, encoding?: BufferEncoding): void {
    if (data !== undefined) this.write(data, encoding)
    if (this.is(ENDING) || this.destroyed) return
    this.mark(ENDING)
    if (this.#outgoing?.keeps !== true) this.plane.push(Command.End, this.#id)
  }

  /** Whether a chunk that was written is still kept by reference. @internal */
  get keeps(): boolean {
    return this.#outgoing?.keeps === true
  }

  /**
   * Has `drain` called once all that was written is with the kernel. False, and it is not, where
   * nothing was ever written.
   * @internal
   */
  requestDrain(): boolean {
    if (this.#outgoing === undefined || this.destroyed) return false
    this.#outgoing.requestDrain()
    return true
  }

  /** @internal */
  onStuck(bytes: number): void {
    this.#outgoing?.onStuck(bytes)
  }

  /** What C++ had queued has gone. True where `drain` is due. @internal */
  protected goOn(): boolean {
    this.#outgoing?.onDrain()
    if (this.destroyed) return false
    this.#pump()
    return this.#outgoing?.takeDrain() === true
  }

  /** @internal */
  protected dropQueued(): void {
    this.#outgoing?.drop()
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

  #queue(): Outgoing {
    return (this.#outgoing ??= new Outgoing(this.plane, this.#id, this.highWaterMark, this.packets))
  }

  /** Goes on with what is kept by reference, and ends behind it. */
  #pump(): void {
    const outgoing = this.#outgoing
    try {
      if (outgoing !== undefined && !outgoing.pump()) return
    } catch (error) {
      // The memory of a chunk was transferred away: what should be sent is not there any more.
      this.destroy(error instanceof Error ? error : undefined)
      return
    }
    if (this.is(ENDING)) this.plane.push(Command.End, this.#id)
  }
}

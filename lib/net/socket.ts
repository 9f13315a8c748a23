import { constants } from '../sys/constants'
import { check, codedError, SystemError } from '../sys/errors'
import { addon } from '../addon'
import { integerOption, LONGEST_TIMEOUT, wrongType } from './checks'
import { Command } from './commands'
import { Connection } from './connection'
import { Outgoing } from './outgoing'
import { FileSlice, type SendFileOptions } from './file-slice'
import { Group, type HandlersOf } from './handlers'
import { Arrived, handleBytes, mustBeUnix } from './passing'
import type { Plane } from './plane'
import { CLOSED, DESTROYED, ENDING, PAUSED, ENDED, UNREFERENCED } from './states'

type Held = Uint8Array | Arrived | undefined

/** {@link HandlersOf} sockets whose `data` slot holds a `Data`. */
export type SocketHandlers<Data = unknown> = HandlersOf<Socket<Data>>

/** The group of any socket. @internal */
export type SocketGroup<Data = unknown> = Group<Socket<Data>>

/** What a socket needs of its reactor. @internal */
export interface SocketOwner {
  readonly plane: Plane
  /** Calls handlers outside of a turn's walk; what they throw is dealt with. */
  call(group: SocketGroup, handler: () => void): void
  /** Makes a call that must not be made from here: in the next tick or turn. */
  later(call: () => void): void
  /** Counts what keeps `run()` and the process going. */
  reference(by: 1 | -1): void
}

/**
 * A stream socket on a reactor: TCP or Unix. It stays a valid object whatever becomes of the
 * connection; after `close` its methods do nothing.
 */
export class Socket<Data = unknown> extends Connection {
  /** A slot for the user; nothing here looks at it. */
  data: Data | undefined
  readonly #owner: SocketOwner
  #group: SocketGroup<Data>
  readonly #id: number
  #flags = 0
  /** Made by the first write: an idle connection has none. */
  #outgoing: Outgoing | undefined
  #bytesRead = 0
  /** What came in this turn after `pause()`; undefined for the end. */
  #held: Held[] | undefined
  #failure: Error | undefined

  /** @internal */
  constructor(owner: SocketOwner, group: SocketGroup<Data>, id: number) {
    super()
    this.#owner = owner
    this.#group = group
    this.#id = id
  }

  /** Bytes received so far. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  /** Bytes written so far, queued ones included. */
  get bytesWritten(): number {
    return this.#outgoing?.written ?? 0
  }

  /** Bytes that were written and have not reached the kernel yet. */
  get bufferedBytes(): number {
    return this.#outgoing?.bytes ?? 0
  }

  /** Bytes queued from which `write()` answers false. */
  get highWaterMark(): number {
    return this.#group.settings.highWaterMark
  }

  /** Never true: handlers meet a socket once it is connected. */
  get connecting(): boolean {
    return this.#id < 0 && !this.destroyed
  }

  get destroyed(): boolean {
    return this.#is(DESTROYED | CLOSED)
  }

  get paused(): boolean {
    return this.#is(PAUSED)
  }

  /** Which ways are open, in `net.Socket`'s words. */
  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.destroyed || (this.#is(ENDED) && this.#is(ENDING))) return 'closed'
    if (this.#is(ENDED)) return 'writeOnly'
    return this.#is(ENDING) ? 'readOnly' : 'open'
  }

  override get fd(): number {
    if (this.destroyed) return -1
    return addon.stream.descriptorOf(this.#owner.plane.native, this.#id)
  }

  /**
   * Sends bytes. They are always taken: what one turn's handlers write to a socket leaves in one call
   * at the turn's end, and what the kernel does not take is queued.
   *
   * A chunk of up to 64 KiB is copied; a larger one is kept by reference until it has been sent and
   * must not be changed before.
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
    if (this.#is(ENDING)) {
      this.#reportLateWrite()
      return false
    }
    this.#outgoing ??= new Outgoing(this.#owner.plane, this.#id, this.highWaterMark)
    return this.#outgoing.write(data, encoding)
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
    if (this.destroyed || this.#is(ENDING) || slice.length === 0) {
      slice.release()
      if (this.#is(ENDING) && !this.destroyed) this.#reportLateWrite()
      return !this.destroyed && !this.#is(ENDING) && this.bufferedBytes < this.highWaterMark
    }
    this.#outgoing ??= new Outgoing(this.#owner.plane, this.#id, this.highWaterMark)
    if (this.#outgoing.addFile(slice)) this.#pump()
    return this.fd >= 0 && this.#outgoing.belowMark()
  }

  /**
   * As {@link write}, for bytes and the text behind them. Undefined, and nothing is taken, where the text
   * is not ASCII, or where something has to wait.
   * @internal
   */
  writeWhole(bytes: Uint8Array, text: string): boolean | undefined {
    if (this.destroyed || this.#is(ENDING)) return undefined
    this.#outgoing ??= new Outgoing(this.#owner.plane, this.#id, this.highWaterMark)
    return this.#outgoing.writeWhole(bytes, text)
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
    if (this.#is(ENDING)) {
      this.#reportLateWrite()
      return false
    }
    mustBeUnix(this.fd)
    this.#outgoing ??= new Outgoing(this.#owner.plane, this.#id, this.highWaterMark)
    return this.#outgoing.sendHandles(list, bytes)
  }

  /** Sends `data`, if given, and then, behind all that is queued, the end: half-close. */
  end(data?: string | Uint8Array, encoding?: BufferEncoding): void {
    if (data !== undefined) this.write(data, encoding)
    if (this.#is(ENDING) || this.destroyed) return
    this.#flags |= ENDING
    if (this.#outgoing?.keeps !== true) this.#owner.plane.push(Command.End, this.#id)
  }

  /** Closes at once; what is queued is dropped. `error`, if given, reaches `error` and `close`. */
  destroy(error?: Error): void {
    if (this.#is(DESTROYED)) return
    if (this.#is(CLOSED)) {
      this.#dropHeld(error)
      return
    }
    this.#flags |= DESTROYED
    this.#failure = error
    this.#outgoing?.drop()
    this.#owner.plane.push(Command.Destroy, this.#id)
  }

  /** No `data` until `resume()`; the kernel's buffers fill, and the peer has to wait. */
  pause(): void {
    if (this.#is(PAUSED | DESTROYED | CLOSED)) return
    this.#flags |= PAUSED
    this.#owner.plane.push(Command.Pause, this.#id)
  }

  resume(): void {
    if (!this.#is(PAUSED) || this.#is(DESTROYED)) return
    this.#flags &= ~PAUSED
    if (!this.#is(CLOSED)) this.#owner.plane.push(Command.Resume, this.#id)
    if (this.#held !== undefined) {
      this.#owner.later(() => {
        this.#releaseHeld()
      })
    }
  }

  /**
   * Has `timeout` called, or the socket destroyed with `ETIMEDOUT` where there is no such handler, once
   * no byte was received and none taken by the kernel for as long. The time begins anew here.
   *
   * @param ms 1 to 2147483647; 0 ends it
   * @throws TypeError, RangeError
   */
  setTimeout(ms: number): this {
    const timeout = integerOption(ms, 'ms', 0, LONGEST_TIMEOUT, 0)
    if (this.destroyed) return this
    check(addon.stream.setIdle(this.#owner.plane.native, this.#id, timeout), 'setTimeout')
    return this
  }

  /** Keeps `run()` and the process going while it is open. The state at first. */
  ref(): this {
    if (this.#is(UNREFERENCED) && !this.#is(CLOSED)) this.#owner.reference(1)
    this.#flags &= ~UNREFERENCED
    return this
  }

  /** Lets `run()` and the process end though it is open; until then it is served as ever. */
  unref(): this {
    if (!this.#is(UNREFERENCED | CLOSED)) this.#owner.reference(-1)
    this.#flags |= UNREFERENCED
    return this
  }

  // For what is built over a socket.

  /** From now on these handlers are called, in the async context of this call. @internal */
  divert(handlers: SocketHandlers<Data>, abandoned: () => void): void {
    this.#group = new Group(handlers, this.#group.settings, undefined, abandoned)
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

  /** The reactor was closed, which no handler is told. @internal */
  onAbandoned(): void {
    this.#dropHeldNow()
    this.#group.abandoned?.()
  }

  // What the reactor tells. Each is called within the async context of the group.

  /** Whether it keeps `run()` going while it is open. @internal */
  get referenced(): boolean {
    return !this.#is(UNREFERENCED)
  }

  /** @internal */
  get group(): SocketGroup {
    return this.#group
  }

  /** @internal */
  onOpen(): void {
    if (!this.#is(DESTROYED)) this.#group.handlers.open?.(this)
  }

  /** @internal */
  onData(chunk: Uint8Array): void {
    this.#bytesRead += chunk.length
    if (this.destroyed) return
    if (this.#is(PAUSED) || this.#held !== undefined) {
      ;(this.#held ??= []).push(chunk.slice())
      return
    }
    this.#group.handlers.data?.(this, chunk)
  }

  /** Bytes that were received and taken apart elsewhere. @internal */
  countRead(bytes: number): void {
    this.#bytesRead += bytes
  }

  /** @internal */
  onHandles(fds: number[], truncated: boolean): void {
    const came = new Arrived(fds, truncated)
    if (this.destroyed) came.close()
    else if (this.#is(PAUSED) || this.#held !== undefined) (this.#held ??= []).push(came)
    else came.give(this.#group.handlers, this)
  }

  /** A message is lost, and nothing else with it. @internal */
  onRefused(errno: number, came: boolean): void {
    if (this.destroyed) return
    this.#group.handlers.error?.(this, new SystemError(-errno, came ? 'recvmsg' : 'sendmsg'))
  }

  /** @internal */
  onEnd(): void {
    if (this.destroyed) return
    if (this.#is(PAUSED) || this.#held !== undefined) {
      ;(this.#held ??= []).push(undefined)
    } else {
      this.#callEnd()
    }
  }

  /** @internal */
  onTimeout(): void {
    if (this.destroyed) return
    const { handlers } = this.#group
    if (handlers.timeout === undefined) this.destroy(new SystemError(-constants.ETIMEDOUT, 'read'))
    else handlers.timeout(this)
  }

  /** @internal */
  onStuck(bytes: number): void {
    this.#outgoing?.onStuck(bytes)
  }

  /** @internal */
  onDrain(): void {
    this.#outgoing?.onDrain()
    if (this.destroyed) return
    this.#pump()
    if (this.#outgoing?.takeDrain() === true) this.#group.handlers.drain?.(this)
  }

  /** Why it ended, where it failed. @internal */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Its descriptor is gone; the handlers are told by {@link onClose}. @internal */
  markClosed(errno: number): void {
    this.#flags |= CLOSED
    this.#outgoing?.drop()
    if (errno === 0 && !this.#is(DESTROYED)) return
    this.#dropHeldNow()
    if (this.#is(DESTROYED)) return
    this.#failure = new SystemError(-errno, errno === constants.EPIPE ? 'write' : 'read')
  }

  /** All attempts to connect have failed: {@link onClose} tells. @internal */
  neverOpened(error: Error): void {
    this.#flags |= CLOSED
    this.#failure = error
  }

  /** @internal */
  onClose(): void {
    // Both sides have ended, but the handlers have not seen all: `resume()` goes on from here.
    if (this.#held !== undefined) return
    const error = this.#failure
    if (error !== undefined) {
      // A call of its own: `close` follows also where it throws, and both exceptions are told.
      this.#owner.call(this.#group, () => {
        this.#group.handlers.error?.(this, error)
      })
    }
    this.#group.handlers.close?.(this, error)
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
    if (this.#is(ENDING)) this.#owner.plane.push(Command.End, this.#id)
  }

  /** Gives what was held, each piece in a call of its own: an exception does not lose the rest. */
  #releaseHeld(): void {
    while (this.#held !== undefined && !this.#is(PAUSED | DESTROYED)) {
      const chunk = this.#held.shift()
      const last = this.#held.length === 0
      this.#owner.call(this.#group, () => {
        if (chunk === undefined) this.#callEnd()
        else if (chunk instanceof Arrived) chunk.give(this.#group.handlers, this)
        else this.#group.handlers.data?.(this, chunk)
      })
      if (!last) continue
      this.#held = undefined
      if (this.#is(CLOSED)) this.#closeLate()
    }
  }

  /** `destroy()` after both sides have ended, while something is held. */
  #dropHeld(error: Error | undefined): void {
    if (this.#held === undefined) return
    this.#flags |= DESTROYED
    this.#dropHeldNow()
    this.#failure = error
    this.#owner.later(() => {
      this.#closeLate()
    })
  }

  #dropHeldNow(): void {
    for (const one of this.#held ?? []) if (one instanceof Arrived) one.close()
    this.#held = undefined
  }

  #closeLate(): void {
    this.#owner.call(this.#group, () => {
      this.onClose()
    })
  }

  #is(flags: number): boolean {
    return (this.#flags & flags) !== 0
  }

  #callEnd(): void {
    this.#flags |= ENDED
    if (this.#group.handlers.end === undefined) this.end()
    else this.#group.handlers.end(this)
  }

  #reportLateWrite(): void {
    const error = codedError(new Error('write after end'), 'ERR_STREAM_WRITE_AFTER_END')
    this.#owner.later(() => {
      if (this.destroyed) return
      this.#owner.call(this.#group, () => {
        this.#group.handlers.error?.(this, error)
      })
    })
  }
}

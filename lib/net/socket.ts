import process from 'node:process'
import { constants } from '../sys/constants'
import { codedError, SystemError, type SystemErrorContext } from '../sys/errors'
import type { SocketAddress } from '../sys/addresses'
import type { Credentials } from '../sys/messages'
import { getsockopt, setsockopt } from '../sys/socket-options'
import { addon } from '../addon'
import { checkOptions } from './checks'
import { Command } from './commands'
import { addressOf, Ends, portOf } from './ends'
import { Outgoing } from './outgoing'
import { Group, type HandlersOf } from './handlers'
import { peerCredentials } from './credentials'
import type { Plane } from './plane'
import { applySettings, type SocketSettings, transportSettings } from './tcp-options'

/** {@link HandlersOf} sockets whose `data` slot holds a `Data`. */
export type SocketHandlers<Data = unknown> = HandlersOf<Socket<Data>>

/** The group of any socket. @internal */
export type SocketGroup<Data = unknown> = Group<Socket<Data>>

/** What a socket needs of its reactor. @internal */
export interface SocketOwner {
  readonly plane: Plane
  /** Calls handlers outside of a turn's walk; what they throw is dealt with. */
  call(group: SocketGroup, handler: () => void): void
}

/**
 * A stream socket on a reactor: TCP or Unix. It stays a valid object whatever becomes of the
 * connection; after `close` its methods do nothing.
 */
export class Socket<Data = unknown> {
  /** A slot for the user; nothing here looks at it. */
  data: Data | undefined
  readonly #owner: SocketOwner
  #group: SocketGroup<Data>
  readonly #id: number
  /** Where it connects to; undefined once it is connected, and for an accepted one. */
  #target: SystemErrorContext | undefined
  #closed = false
  #destroyed = false
  #ending = false
  #paused = false
  /** Made by the first write: an idle connection has none. */
  #outgoing: Outgoing | undefined
  #bytesRead = 0
  /** Chunks of this turn that came after `pause()`, and undefined for the end. */
  #held: (Uint8Array | undefined)[] | undefined
  #failure: Error | undefined
  /** Made when an address is first asked for: most sockets are never asked. */
  #ends: Ends | undefined

  /** @internal */
  constructor(
    owner: SocketOwner,
    group: SocketGroup<Data>,
    id: number,
    target?: SystemErrorContext,
  ) {
    this.#owner = owner
    this.#group = group
    this.#id = id
    this.#target = target
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
    return this.#group.highWaterMark
  }

  get connecting(): boolean {
    return this.#target !== undefined
  }

  get destroyed(): boolean {
    return this.#destroyed || this.#closed
  }

  get paused(): boolean {
    return this.#paused
  }

  /** The descriptor, for `edgeloop/sys`; -1 once closed. It belongs to the socket: do not close it. */
  get fd(): number {
    if (this.destroyed) return -1
    return addon.stream.descriptorOf(this.#owner.plane.native, this.#id)
  }

  /** The peer's address; undefined for a Unix socket, and once closed if it was never asked for. */
  get remoteAddress(): string | undefined {
    return addressOf(this.#peer)
  }

  get remotePort(): number | undefined {
    return portOf(this.#peer)
  }

  get remoteFamily(): string | undefined {
    return this.#peer?.family
  }

  get localAddress(): string | undefined {
    return addressOf(this.#self)
  }

  get localPort(): number | undefined {
    return portOf(this.#self)
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
    const text = typeof data === 'string'
    if (!text && !(data instanceof Uint8Array)) {
      throw codedError(
        new TypeError(
          `The "data" argument must be a string or a Uint8Array. Received ${typeof data}`,
        ),
        'ERR_INVALID_ARG_TYPE',
      )
    }
    if (this.destroyed) return false
    if (this.#ending) {
      this.#reportLateWrite()
      return false
    }
    this.#outgoing ??= new Outgoing(this.#owner.plane, this.#id, this.highWaterMark)
    return this.#outgoing.write(data, encoding, this.connecting)
  }

  /**
   * As {@link write}, for bytes and the text behind them. Undefined, and nothing is taken, where the text
   * is not ASCII, or where something has to wait.
   * @internal
   */
  writeWhole(bytes: Uint8Array, text: string): boolean | undefined {
    if (this.destroyed || this.#ending || this.connecting) return undefined
    this.#outgoing ??= new Outgoing(this.#owner.plane, this.#id, this.highWaterMark)
    return this.#outgoing.writeWhole(bytes, text)
  }

  /** Sends `data`, if given, and then, behind all that is queued, the end: half-close. */
  end(data?: string | Uint8Array, encoding?: BufferEncoding): void {
    if (data !== undefined) this.write(data, encoding)
    if (this.#ending || this.destroyed) return
    this.#ending = true
    if (!this.connecting && this.#outgoing?.keeps !== true) {
      this.#owner.plane.push(Command.End, this.#id)
    }
  }

  /** Closes at once; what is queued is dropped. `error`, if given, reaches `error` and `close`. */
  destroy(error?: Error): void {
    if (this.#destroyed) return
    if (this.#closed) {
      this.#dropHeld(error)
      return
    }
    this.#destroyed = true
    this.#failure = error
    this.#outgoing?.drop()
    this.#owner.plane.push(Command.Destroy, this.#id)
  }

  /** No `data` until `resume()`; the kernel's buffers fill, and the peer has to wait. */
  pause(): void {
    if (this.#paused || this.destroyed) return
    this.#paused = true
    this.#owner.plane.push(Command.Pause, this.#id)
  }

  resume(): void {
    if (!this.#paused || this.#destroyed) return
    this.#paused = false
    if (!this.#closed) this.#owner.plane.push(Command.Resume, this.#id)
    if (this.#held !== undefined) {
      process.nextTick(() => {
        this.#releaseHeld()
      })
    }
  }

  /**
   * Whether small writes leave at once (`TCP_NODELAY`, tcp(7)). On unless `listen` was told otherwise;
   * a Unix socket has no such delay, and nothing happens.
   */
  setNoDelay(noDelay = true): this {
    const { IPPROTO_TCP, TCP_NODELAY } = constants
    const isTcp = !this.destroyed && this.#self?.family !== 'Unix'
    if (isTcp) setsockopt(this.fd, IPPROTO_TCP, TCP_NODELAY, noDelay)
    return this
  }

  /**
   * Probes an idle connection (`SO_KEEPALIVE`, tcp(7)).
   *
   * @param initialDelay milliseconds of idleness before the first probe, rounded up to seconds; 0
   *   leaves it as it is
   */
  setKeepAlive(enable = true, initialDelay = 0): this {
    if (this.destroyed) return this
    const { SOL_SOCKET, SO_KEEPALIVE, IPPROTO_TCP, TCP_KEEPIDLE } = constants
    setsockopt(this.fd, SOL_SOCKET, SO_KEEPALIVE, enable)
    const seconds = Math.ceil(initialDelay / 1000)
    if (enable && seconds > 0) setsockopt(this.fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds)
    return this
  }

  /**
   * Sets what the kernel is told of this socket, as `listen` and `connect` take it too.
   *
   * @throws TypeError, RangeError naming option and value; nothing is set then
   * @throws SystemError with `option`, where the kernel refuses one; those before it are set
   */
  setOptions(options: SocketSettings): this {
    checkOptions(options)
    const settings = transportSettings(options)
    if (this.destroyed) return this
    const { SOL_SOCKET, SO_DOMAIN } = constants
    applySettings(this.fd, settings(getsockopt(this.fd, SOL_SOCKET, SO_DOMAIN)))
    return this
  }

  /**
   * Who is at the other end of a Unix socket, as the kernel vouches for it: the process that called
   * connect(2), or listen(2), at that time (`SO_PEERCRED`, unix(7)). Undefined elsewhere, and once closed.
   */
  peerCredentials(): Credentials | undefined {
    return peerCredentials(this.fd)
  }

  // For what is built over a socket.

  /** From now on these handlers are called, in the async context of this call. @internal */
  divert(handlers: SocketHandlers<Data>, abandoned: () => void): void {
    this.#group = new Group(handlers, this.highWaterMark, undefined, abandoned)
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
    this.#group.abandoned?.()
  }

  // What the reactor tells. Each is called within the async context of the group.

  /** @internal */
  get group(): SocketGroup {
    return this.#group
  }

  /** @internal */
  onOpen(): void {
    const wasConnecting = this.connecting
    this.#target = undefined
    if (this.#destroyed) return
    this.#group.handlers.open?.(this)
    if (wasConnecting) this.#pump()
  }

  /** @internal */
  onData(chunk: Uint8Array): void {
    this.#bytesRead += chunk.length
    if (this.destroyed) return
    if (this.#paused || this.#held !== undefined) {
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
  onEnd(): void {
    if (this.destroyed) return
    if (this.#paused || this.#held !== undefined) {
      ;(this.#held ??= []).push(undefined)
    } else {
      this.#callEnd()
    }
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
    this.#closed = true
    this.#outgoing?.drop()
    if (errno === 0 && !this.#destroyed) return
    this.#held = undefined
    if (this.#destroyed) return
    const syscall = this.connecting ? 'connect' : errno === constants.EPIPE ? 'write' : 'read'
    this.#failure = new SystemError(-errno, syscall, this.#target)
  }

  /** All attempts to connect have failed: {@link onClose} tells. @internal */
  neverOpened(error: Error): void {
    this.#closed = true
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
    if (this.connecting) return
    const outgoing = this.#outgoing
    try {
      if (outgoing !== undefined && !outgoing.pump()) return
    } catch (error) {
      // The memory of a chunk was transferred away: what should be sent is not there any more.
      this.destroy(error instanceof Error ? error : undefined)
      return
    }
    if (this.#ending) this.#owner.plane.push(Command.End, this.#id)
  }

  /** Gives what was held, each piece in a call of its own: an exception does not lose the rest. */
  #releaseHeld(): void {
    while (this.#held !== undefined && !this.#paused && !this.#destroyed) {
      const chunk = this.#held.shift()
      const last = this.#held.length === 0
      this.#owner.call(this.#group, () => {
        if (chunk === undefined) this.#callEnd()
        else this.#group.handlers.data?.(this, chunk)
      })
      if (!last) continue
      this.#held = undefined
      if (this.#closed) this.#closeLate()
    }
  }

  /** `destroy()` after both sides have ended, while something is held. */
  #dropHeld(error: Error | undefined): void {
    if (this.#held === undefined) return
    this.#destroyed = true
    this.#held = undefined
    this.#failure = error
    process.nextTick(() => {
      this.#closeLate()
    })
  }

  #closeLate(): void {
    this.#owner.call(this.#group, () => {
      this.onClose()
    })
  }

  #callEnd(): void {
    if (this.#group.handlers.end === undefined) this.end()
    else this.#group.handlers.end(this)
  }

  #reportLateWrite(): void {
    const error = codedError(new Error('write after end'), 'ERR_STREAM_WRITE_AFTER_END')
    process.nextTick(() => {
      if (this.destroyed) return
      this.#owner.call(this.#group, () => {
        this.#group.handlers.error?.(this, error)
      })
    })
  }

  /** A connection that is not there yet, or no more, has no peer that could be asked for. */
  get #peer(): SocketAddress | undefined {
    return (this.#ends ??= new Ends()).peer(this.connecting ? -1 : this.fd)
  }

  get #self(): SocketAddress | undefined {
    return (this.#ends ??= new Ends()).self(this.fd)
  }
}

import { constants } from '../sys/constants'
import { writeAfterEndError } from '../reactor/errors'
import { check, SystemError } from '../sys/errors'
import { addon } from '../addon'
import { integerOption, LONGEST_TIMEOUT } from './checks'
import { Command } from './commands'
import { Group, type HandlersOf } from './handlers'
import { Arrived } from './passing'
import type { Plane } from './plane'
import { Sender } from './sender'
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
export class Socket<Data = unknown> extends Sender {
  /** A slot for the user; nothing here looks at it. */
  data: Data | undefined
  readonly #owner: SocketOwner
  #group: SocketGroup<Data>
  #bytesRead = 0
  /** What came in this turn after `pause()`; undefined for the end. */
  #held: Held[] | undefined
  #failure: Error | undefined

  /** @internal */
  constructor(owner: SocketOwner, group: SocketGroup<Data>, id: number) {
    super(id < 0 ? undefined : owner.plane, group.settings, id)
    this.#owner = owner
    this.#group = group
  }

  /** Bytes received so far. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  get paused(): boolean {
    return this.is(PAUSED)
  }

  /** Which ways are open, in `net.Socket`'s words. */
  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.destroyed || (this.is(ENDED) && this.is(ENDING))) return 'closed'
    if (this.is(ENDED)) return 'writeOnly'
    return this.is(ENDING) ? 'readOnly' : 'open'
  }

  override get fd(): number {
    if (this.destroyed) return -1
    return addon.stream.descriptorOf(this.plane.native, this.id)
  }

  /** Closes at once; what is queued is dropped. `error`, if given, reaches `error` and `close`. */
  override destroy(error?: Error): void {
    if (this.is(DESTROYED)) return
    if (this.is(CLOSED)) {
      this.dropHeld(error)
      return
    }
    this.mark(DESTROYED)
    this.#failure = error
    this.dropQueued()
    this.plane.push(Command.Destroy, this.id)
  }

  /** No `data` until `resume()`; the kernel's buffers fill, and the peer has to wait. */
  pause(): void {
    if (this.is(PAUSED | DESTROYED | CLOSED)) return
    this.mark(PAUSED)
    this.plane.push(Command.Pause, this.id)
  }

  resume(): void {
    if (!this.is(PAUSED) || this.is(DESTROYED)) return
    this.unmark(PAUSED)
    if (!this.is(CLOSED)) this.plane.push(Command.Resume, this.id)
    if (this.#held !== undefined) {
      this.#owner.later(() => {
        this.releaseHeld()
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
    check(addon.stream.setIdle(this.plane.native, this.id, timeout), 'setTimeout')
    return this
  }

  /** Keeps `run()` and the process going while it is open. The state at first. */
  ref(): this {
    if (this.is(UNREFERENCED) && !this.is(CLOSED)) this.#owner.reference(1)
    this.unmark(UNREFERENCED)
    return this
  }

  /** Lets `run()` and the process end though it is open; until then it is served as ever. */
  unref(): this {
    if (!this.is(UNREFERENCED | CLOSED)) this.#owner.reference(-1)
    this.mark(UNREFERENCED)
    return this
  }

  // For what is built over a socket.

  /** From now on these handlers are called, in the async context of this call. @internal */
  divert(handlers: SocketHandlers<Data>, abandoned: () => void): void {
    this.#group = new Group(handlers, this.#group.settings, undefined, abandoned)
  }

  /** The reactor was closed, which no handler is told. @internal */
  onAbandoned(): void {
    this.dropHeldNow()
    this.#group.abandoned?.()
  }

  // What the reactor tells. Each is called within the async context of the group.

  /** Whether it keeps `run()` going while it is open. @internal */
  get referenced(): boolean {
    return !this.is(UNREFERENCED)
  }

  /** @internal */
  get group(): SocketGroup {
    return this.#group
  }

  /** @internal */
  onOpen(): void {
    if (!this.is(DESTROYED)) this.#group.handlers.open?.(this)
  }

  /** @param offset in the receive slab @internal */
  onData(offset: number, length: number): void {
    this.#bytesRead += length
    if (this.destroyed) return
    const chunk = this.plane.chunk(offset, length)
    if (this.is(PAUSED) || this.#held !== undefined) {
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
    else if (this.is(PAUSED) || this.#held !== undefined) (this.#held ??= []).push(came)
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
    if (this.is(PAUSED) || this.#held !== undefined) {
      ;(this.#held ??= []).push(undefined)
    } else {
      this.callEnd()
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
  onDrain(): void {
    if (this.goOn()) this.#group.handlers.drain?.(this)
  }

  /** Why it ended, where it failed. @internal */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Its descriptor is gone; the handlers are told by {@link onClose}. @internal */
  markClosed(errno: number): void {
    this.mark(CLOSED)
    this.dropQueued()
    if (errno === 0 && !this.is(DESTROYED)) return
    this.dropHeldNow()
    if (this.is(DESTROYED)) return
    this.#failure = new SystemError(-errno, errno === constants.EPIPE ? 'write' : 'read')
  }

  /** All attempts to connect have failed: {@link onClose} tells. @internal */
  neverOpened(error: Error): void {
    this.mark(CLOSED)
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

  /** Gives what was held, each piece in a call of its own: an exception does not lose the rest. */
  private releaseHeld(): void {
    while (this.#held !== undefined && !this.is(PAUSED | DESTROYED)) {
      const chunk = this.#held.shift()
      const last = this.#held.length === 0
      this.#owner.call(this.#group, () => {
        if (chunk === undefined) this.callEnd()
        else if (chunk instanceof Arrived) chunk.give(this.#group.handlers, this)
        else this.#group.handlers.data?.(this, chunk)
      })
      if (!last) continue
      this.#held = undefined
      if (this.is(CLOSED)) this.closeLate()
    }
  }

  /** `destroy()` after both sides have ended, while something is held. */
  private dropHeld(error: Error | undefined): void {
    if (this.#held === undefined) return
    this.mark(DESTROYED)
    this.dropHeldNow()
    this.#failure = error
    this.#owner.later(() => {
      this.closeLate()
    })
  }

  private dropHeldNow(): void {
    for (const one of this.#held ?? []) if (one instanceof Arrived) one.close()
    this.#held = undefined
  }

  private closeLate(): void {
    this.#owner.call(this.#group, () => {
      this.onClose()
    })
  }

  private callEnd(): void {
    this.mark(ENDED)
    if (this.#group.handlers.end === undefined) this.end()
    else this.#group.handlers.end(this)
  }

  protected override reportLateWrite(): void {
    const error = writeAfterEndError()
    this.#owner.later(() => {
      if (this.destroyed) return
      this.#owner.call(this.#group, () => {
        this.#group.handlers.error?.(this, error)
      })
    })
  }
}

import { AsyncResource } from 'node:async_hooks'
import { constants } from '../sys/constants'
import { dispose } from '../sys/dispose'
import { closedError } from './errors'

const { EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLRDHUP, EPOLLET, EPOLLEXCLUSIVE, POLLNVAL } = constants

/** Which directions of readiness are asked for; one that is not named is off at first, and kept later. */
export interface Interest {
  /** Bytes can be read, a connection accepted, or the end was reached (`IN`, and `RDHUP` where there is one). */
  readable?: boolean
  /** Bytes can be written without blocking, or a connection attempt has ended (`OUT`). */
  writable?: boolean
  /** Out-of-band data and the like (`PRI`). */
  priority?: boolean
}

export interface RegisterOptions extends Interest {
  /**
   * When the next event comes.
   *
   * `'level'` (the default): in every turn while the descriptor is ready.
   *
   * `'edge'` (epoll only): once per *new* readiness. Act until `EAGAIN`: what is left unread stays
   * unannounced until more arrives or {@link Registration.rearm} asks again. What is ready at
   * registration counts as new. Readiness is a hint: any call may still say `EAGAIN`.
   */
  trigger?: 'level' | 'edge'
  /** One event, then none until {@link Registration.rearm} or {@link Registration.modify}. */
  once?: boolean
  /**
   * Of several epoll sets that watch the same open file, wake not all but at least one
   * (`EPOLLEXCLUSIVE`; epoll only).
   */
  exclusive?: boolean
}

/**
 * @param events what became ready, the kernel's bits: `IN` 1, `PRI` 2, `OUT` 4, `ERR` 8, `HUP` 0x10,
 *   `NVAL` 0x20 (the descriptor was closed without closing the registration), `RDHUP` 0x2000. `ERR` and
 *   `HUP` come whether asked for or not. Where the number of a closed descriptor has gone to a new socket
 *   of the reactor, `NVAL` is the last event and finds the registration closed
 */
export type ReadyHandler = (events: number, registration: Registration) => void

/** What a registration asks of its reactor. @internal */
export interface RegistrationOwner {
  modify(registration: Registration, events: number): void
  remove(registration: Registration): void
  reference(by: 1 | -1): void
  readonly reportsHangUpOfPeer: boolean
}

/**
 * A descriptor's place in a {@link Reactor}. Closing it leaves the descriptor itself open: that is the
 * owner's. Close the registration first, the descriptor second.
 *
 * `modify`, `rearm`, `ref` and `unref` of a closed one throw `ERR_CLOSED`; `close` again is fine.
 */
export class Registration {
  readonly fd: number
  readonly #owner: RegistrationOwner
  readonly #handler: ReadyHandler
  readonly #scope = new AsyncResource('EDGELOOP', { requireManualDestroy: true })
  readonly #once: boolean
  #events: number
  #referenced = true
  #fired = false
  #closed = false

  /** @internal */
  constructor(
    fd: number,
    options: RegisterOptions,
    handler: ReadyHandler,
    owner: RegistrationOwner,
  ) {
    this.fd = fd
    this.#handler = handler
    this.#owner = owner
    this.#once = options.once ?? false
    let fixed = 0
    if (options.trigger === 'edge') fixed |= EPOLLET
    if (options.exclusive === true) fixed |= EPOLLEXCLUSIVE
    this.#events = this.#merge(fixed, options)
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Changes the directions that are named; both off is a pause. Arms a fired `once` again.
   *
   * @throws SystemError EBADF where the descriptor was closed
   */
  modify(interest: Interest): void {
    this.#mustBeOpen()
    const events = this.#merge(this.#events, interest)
    this.#owner.modify(this, events)
    this.#events = events
    this.#arm()
  }

  /**
   * Has what is ready now announced again: unread data under edge triggering, anything for a fired
   * `once`. Level-triggered registrations need no such thing, and it does them no harm.
   */
  rearm(): void {
    this.#mustBeOpen()
    this.#owner.modify(this, this.#events)
    this.#arm()
  }

  /** Keeps the loop running while it is registered. The state at first. */
  ref(): this {
    this.#mustBeOpen()
    if (!this.#referenced && !this.#fired) this.#owner.reference(1)
    this.#referenced = true
    return this
  }

  /** Lets `run()` and the process end though it is registered; until then it is served as ever. */
  unref(): this {
    this.#mustBeOpen()
    if (this.#referenced && !this.#fired) this.#owner.reference(-1)
    this.#referenced = false
    return this
  }

  /** Ends it; no event is delivered after that, not even one of the same turn. */
  close(): void {
    if (this.#closed) return
    this.#leave()
    this.#scope.emitDestroy()
  }

  [dispose](): void {
    this.close()
  }

  /** The kernel's bits for the interest. @internal */
  get events(): number {
    return this.#events
  }

  /** @internal */
  get once(): boolean {
    return this.#once
  }

  /** Calls the handler, in the async context of `register`. @internal */
  dispatch(events: number): void {
    if (this.#once && !this.#fired) {
      this.#fired = true
      if (this.#referenced) this.#owner.reference(-1)
    }
    this.#scope.runInAsyncScope(this.#handler, undefined, events, this)
  }

  /** Its descriptor was closed and the number has a new owner: it ends, and the handler hears of it. @internal */
  lose(): void {
    if (this.#closed) return
    this.#leave()
    try {
      this.#scope.runInAsyncScope(this.#handler, undefined, POLLNVAL, this)
    } finally {
      this.#scope.emitDestroy()
    }
  }

  #leave(): void {
    this.#closed = true
    this.#owner.remove(this)
    if (this.#referenced && !this.#fired) this.#owner.reference(-1)
  }

  #arm(): void {
    if (!this.#fired) return
    this.#fired = false
    if (this.#referenced) this.#owner.reference(1)
  }

  #merge(events: number, { readable, writable, priority }: Interest): number {
    // An exclusive registration may not ask for RDHUP (epoll_ctl(2)).
    const exclusive = (events & EPOLLEXCLUSIVE) !== 0
    const read = this.#owner.reportsHangUpOfPeer && !exclusive ? EPOLLIN | EPOLLRDHUP : EPOLLIN
    let merged = events
    if (readable !== undefined) merged = readable ? merged | read : merged & ~read
    if (writable !== undefined) merged = writable ? merged | EPOLLOUT : merged & ~EPOLLOUT
    if (priority !== undefined) merged = priority ? merged | EPOLLPRI : merged & ~EPOLLPRI
    return merged
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedError('The registration')
  }
}

import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { addon } from '../addon'
import type { NativeReactor, Supports } from '../addon/reactor'
import { dispose } from '../sys/dispose'
import { check } from '../sys/errors'
import { closedError, runningError } from './errors'
import { type Backend, backendOf, checkRegistration, type ReactorOptions } from './options'
import { Kind, RECORD_SIZE, State } from './records'
import {
  type ReadyHandler,
  type RegisterOptions,
  Registration,
  type RegistrationOwner,
} from './registration'
import { beginRunning, endRunning } from './running'

/** Counters since the reactor was made. @internal */
export interface EventStats {
  /** turns made */
  turns: number
  /** records delivered: readiness, connections, chunks, ends */
  events: number
  /** calls between JavaScript and C++ for the sake of turns */
  crossings: number
  /** milliseconds spent waiting in the kernel */
  waitMs: number
  /** times that libuv gave the reactor its go */
  visits: number
  /** descriptors registered now */
  registered: number
  /** ready descriptors whose events did not fit the last turn, or that it had no budget for */
  carried: number
  /** what keeps `run()` going: referenced registrations, listeners and sockets */
  referenced: number
}

/**
 * The reactor proper: descriptors, turns, hosting. The floors above add sockets and HTTP to it; users
 * meet it as `Reactor`.
 * @internal
 */
export class EventReactor {
  /** The kernel call that it waits with. */
  readonly backend: Backend
  protected readonly native: NativeReactor
  protected readonly records: Int32Array
  protected readonly state: Int32Array
  protected readonly supports: Supports
  readonly #registrations: (Registration | undefined)[] = []
  readonly #slots = new Map<Registration, { slot: number; token: number }>()
  readonly #tokens: number[] = []
  readonly #freeSlots: number[] = []
  readonly #owner: RegistrationOwner
  #referenced = 0
  #closed = false
  #walking = false
  /** The promise of `run()` while it runs; a shared reactor runs without one. */
  #run: { promise: Promise<void>; resolve: () => void } | undefined
  #hosted = false
  /** Exceptions of handlers, while a `turn()` collects them. */
  #thrown: unknown[] | undefined
  /** Records that `stop()` left undelivered: the first, and how many there are in all. */
  #held = { next: 0, count: 0 }
  /** `stop()` was called while records were being walked. */
  #interrupted = false
  /** Hosted from the beginning and for ever: the thread's own. */
  #perpetual = false

  constructor(options: ReactorOptions = {}) {
    this.backend = backendOf(options)
    this.native = new addon.reactor.Reactor()
    check(this.native.open(this.backend), 'epoll_create1')
    this.records = this.native.records()
    this.state = this.native.state()
    this.supports = this.native.supports()
    this.#owner = {
      modify: (registration, events) => {
        const { fd } = registration
        const token = this.#slots.get(registration)?.token ?? 0
        check(this.native.modify(fd, events, token), this.#syscall, { fd })
      },
      remove: (registration) => {
        this.#forget(registration)
      },
      reference: (by) => {
        this.reference(by)
      },
      reportsHangUpOfPeer: this.backend !== 'select',
    }
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Watches a descriptor: any that the kernel call can wait for.
   *
   * The handler may register, modify and close whatever it likes, its own registration included. An
   * exception in it goes to `uncaughtException` (under `turn()`: to its caller), and the turn goes on.
   *
   * @param fd stays the caller's; close the registration before closing it
   * @throws SystemError EEXIST where it is registered already, EBADF where it is not open, EPERM for a
   *   regular file (epoll)
   * @throws RangeError `ERR_FD_SETSIZE` from descriptor 1024 on (select)
   * @throws Error `ERR_UNSUPPORTED` for `trigger: 'edge'` and `exclusive` on select and poll
   */
  register(fd: number, options: RegisterOptions, handler: ReadyHandler): Registration {
    this.mustBeOpen()
    checkRegistration(this.backend, this.supports, fd, options, handler)
    const registration = new Registration(fd, options, handler, this.#owner)
    const slot = this.#freeSlots.pop() ?? this.#registrations.length
    const token = this.native.add(fd, registration.events, slot, registration.once)
    if (token < 0) this.#freeSlots.push(slot)
    check(token, this.#syscall, { fd })
    this.#registrations[slot] = registration
    this.#tokens[slot] = token
    this.#slots.set(registration, { slot, token })
    this.reference(1)
    return registration
  }

  /**
   * One synchronous turn: waits at most `timeout` and calls the handlers. Node's timers and promises
   * wait meanwhile.
   *
   * @param timeout milliseconds, fractions allowed; without one, -1 or Infinity: for ever
   * @returns the number of events delivered
   * @throws whatever a handler threw, once all have been called; an AggregateError where several did
   * @throws Error `ERR_REACTOR_RUNNING` from inside a handler
   */
  turn(timeout?: number): number {
    this.mustBeOpen()
    if (this.#walking) throw runningError('turn() was called from inside a handler')
    const thrown: unknown[] = (this.#thrown = [])
    try {
      let count = this.#callEarly()
      if (!this.#closed) count += this.#makeTurn(count > 0 ? 0 : timeout)
      if (thrown.length === 1) throw thrown[0]
      if (thrown.length > 1) throw new AggregateError(thrown, 'Several handlers threw in one turn')
      return count
    } finally {
      this.#thrown = undefined
    }
  }

  /**
   * Delivers, hosted in Node's own loop, until `stop()` is called or nothing referenced is left. Timers,
   * promises and everything else of Node's go on beside it.
   *
   * @returns a promise that resolves at that point; of a reactor that runs already, the same one
   * @throws (rejects) `ERR_REACTOR_RUNNING` where another reactor in this thread excludes it: one on
   *   select or poll runs alone
   */
  run(): Promise<void> {
    if (this.#run !== undefined) return this.#run.promise
    try {
      this.mustBeOpen()
      if (this.#referenced === 0) return Promise.resolve()
      this.host()
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it is
      return Promise.reject(error)
    }
    let resolve = (): void => undefined
    const promise = new Promise<void>((done) => {
      resolve = done
    })
    this.#run = { promise, resolve }
    return promise
  }

  /** Ends `run()`. Registrations stand; nothing is delivered until the next `run()` or `turn()`. */
  stop(): void {
    if (!this.#hosted) return
    this.#hosted = false
    this.#interrupted = this.#walking
    endRunning(this)
    this.native.unhost()
    this.#resolveRun()
  }

  /** Ends everything: registrations, listeners and sockets are closed, silently. Twice is fine. */
  close(): void {
    if (this.#closed) return
    this.stop()
    this.#closed = true
    for (const registration of [...this.#slots.keys()]) registration.close()
    this.native.close()
  }

  [dispose](): void {
    this.close()
  }

  /** @throws Error `ERR_CLOSED` */
  stats(): EventStats {
    this.mustBeOpen()
    return { ...this.native.stats(), referenced: this.#referenced }
  }

  /** Hands the turns to Node's loop. */
  protected host(): void {
    if (this.#hosted) return
    beginRunning(this, this.backend !== 'epoll')
    try {
      check(
        this.native.host((count) => {
          this.#deliver(0, count)
        }),
        'uv_poll_start',
      )
    } catch (error) {
      endRunning(this)
      throw error
    }
    this.#hosted = true
    this.native.reference(this.#referenced > 0)
    if (this.#held.next < this.#held.count) {
      process.nextTick(() => {
        this.#deliverHeld()
      })
    }
  }

  /** Hosts it now and until it is closed, whatever is registered. */
  protected hostPerpetually(): void {
    this.#perpetual = true
    this.host()
  }

  /** Whether Node's loop makes the turns. */
  protected get hosted(): boolean {
    return this.#hosted
  }

  protected mustBeOpen(): void {
    if (this.#closed) throw closedError('The reactor')
  }

  /** Counts what keeps `run()` and the process going. */
  protected reference(by: 1 | -1): void {
    this.#referenced += by
    if (!this.#hosted) return
    if (this.#referenced === (by === 1 ? 1 : 0)) this.native.reference(by === 1)
    if (this.#referenced === 0 && !this.#walking) this.#settle()
  }

  /** Delivers the record at `index` of `count`, or several, and answers the index of the next. */
  protected walk(index: number, _count: number): number {
    const at = index * RECORD_SIZE
    const slot = this.records[at + 1] as number
    try {
      // The token: closed meanwhile, perhaps by a handler of this very turn, the slot may have a new
      // owner.
      if (this.records[at] === Kind.Ready) {
        if (this.#tokens[slot] === this.records[at + 3]) {
          this.#registrations[slot]?.dispatch(this.records[at + 2] as number)
        }
      } else if (this.records[at] === Kind.Lost) {
        if (this.#tokens[slot] === this.records[at + 2]) this.#registrations[slot]?.lose()
      }
    } catch (error) {
      this.failed(error)
    }
    return index + 1
  }

  /** An exception of a handler's: to the caller of `turn()`, else to `uncaughtException`. */
  protected failed(error: unknown): void {
    if (this.#thrown === undefined) {
      addon.reactor.report(error)
    } else {
      this.#thrown.push(error)
    }
  }

  /** Called by C++ once per turn, and then ended by it: ticks and promises still belong to the turn. */
  #deliver(first: number, count: number): void {
    this.#walking = true
    let index = first
    while (index < count && this.goesOn()) index = this.walk(index, count)
    this.#walking = false
    if (this.#closed) return
    if (this.#interrupted) {
      this.#interrupted = false
      // Stopped in mid-turn: the rest waits where it stands, and what was written leaves now.
      if (index < count) {
        this.#held = { next: index, count }
        this.state[State.Held] = 1
      }
      this.native.flush()
    }
    if (this.#hosted && this.#referenced === 0) this.#settle()
  }

  /** The turn of `turn()`: records that `stop()` left come first. */
  #makeTurn(timeout: number | undefined): number {
    const held = this.#held
    let first = 0
    let count
    if (held.next < held.count) {
      first = held.next
      count = held.count
      this.#unhold()
    } else {
      count = check(this.native.turn(timeout, !isMainThread), this.#waitCall)
    }
    this.#deliverHere(first, count)
    return count - first
  }

  #callEarly(): number {
    this.#walking = true
    const count = this.early()
    this.#walking = false
    // stop() in one of these calls ends nothing that is under way.
    this.#interrupted = false
    return count
  }

  /** What a floor above has to tell before the next turn; answers how much it was. */
  protected early(): number {
    return 0
  }

  /** Whether records are still to be delivered: a handler may have closed or stopped it. */
  protected goesOn(): boolean {
    return !this.#closed && !this.#interrupted
  }

  /** As {@link #deliver}, called from JavaScript. */
  #deliverHere(first: number, count: number): void {
    this.state[State.Delivering] = 1
    this.#deliver(first, count)
    this.state[State.Delivering] = 0
    if (!this.#closed) this.native.flush()
  }

  #deliverHeld(): void {
    const { next, count } = this.#held
    if (!this.#hosted || next >= count) return
    this.#unhold()
    this.#deliverHere(next, count)
  }

  #unhold(): void {
    this.#held = { next: 0, count: 0 }
    this.state[State.Held] = 0
  }

  /** Nothing referenced is left: `run()` is over. */
  #settle(): void {
    if (this.#perpetual) {
      this.#resolveRun()
    } else {
      this.stop()
    }
  }

  #resolveRun(): void {
    const run = this.#run
    this.#run = undefined
    run?.resolve()
  }

  #forget(registration: Registration): void {
    const place = this.#slots.get(registration)
    if (place === undefined) return
    this.#slots.delete(registration)
    this.#registrations[place.slot] = undefined
    this.#tokens[place.slot] = 0
    this.#freeSlots.push(place.slot)
    // Closed before: it left epoll's set by itself, and the table has forgotten it.
    this.native.remove(registration.fd, place.token)
  }

  get #syscall(): string {
    return this.backend === 'epoll' ? 'epoll_ctl' : this.backend
  }

  get #waitCall(): string {
    return this.backend === 'epoll' ? 'epoll_wait' : this.backend
  }
}

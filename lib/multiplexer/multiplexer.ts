import { addon } from '../addon'
import type { NativeMultiplexer } from '../addon/multiplexer'
import { dispose } from '../sys/dispose'
import { check, SystemError } from '../sys/errors'

/** The kernel's calls by name. */
export type MultiplexerName = 'select' | 'poll' | 'epoll'

/** Which of the flags a kernel call knows. */
export interface Supports {
  /** `ET`: edge-triggered registrations. */
  readonly edge: boolean
  /** `ONESHOT`: registrations that disarm themselves. */
  readonly oneshot: boolean
  /** `EXCLUSIVE`: one waiter woken of many. */
  readonly exclusive: boolean
}

/** A descriptor and the bits that hold for it. */
export interface ReadyEvent {
  fd: number
  events: number
}

/**
 * A set of descriptors and a kernel call that waits for them: {@link Select}, {@link Poll}, {@link Epoll}.
 *
 * An instance belongs to the thread that made it. It owns no descriptor that is added: closing the one
 * does not close the other. `docs/multiplexers.md` says what the three kernels do differently.
 *
 * Every method but `close` throws an Error with the code ERR_CLOSED once the instance is closed.
 * Arguments of a wrong type are a TypeError (ERR_INVALID_ARG_TYPE), numbers out of range, fractions and
 * NaN a RangeError (ERR_OUT_OF_RANGE). What throws has changed nothing.
 */
export interface Multiplexer {
  readonly name: MultiplexerName
  readonly supports: Supports

  /** The number of registered descriptors; 0 once closed. Epoll counts in the kernel, in time O(size). */
  readonly size: number
  readonly closed: boolean

  /**
   * Registers a descriptor.
   *
   * @param fd from 0; below 1024 for select. Select and Poll take a number that is not open and report
   *   it in `wait` (EBADF for the whole call, `POLLNVAL` 0x20 for the descriptor)
   * @param events the bits to wait for, signed or unsigned; 0 is legal. `ERR` and `HUP` are reported
   *   unasked, where the call has them
   * @throws Error ERR_UNSUPPORTED for a flag that the call lacks
   * @throws RangeError ERR_FD_SETSIZE (select)
   * @throws SystemError EEXIST; ENOMEM; from epoll also EBADF, EPERM (regular files and directories),
   *   ELOOP, EINVAL, ENOSPC
   */
  add(fd: number, events: number): void

  /**
   * Replaces the bits of a registered descriptor; under `ONESHOT` this arms it again.
   *
   * @throws Error ERR_UNSUPPORTED
   * @throws SystemError ENOENT; from epoll also EBADF, and EINVAL for what was added with `EXCLUSIVE`
   */
  modify(fd: number, events: number): void

  /**
   * Takes a descriptor out. Do it before closing the descriptor.
   *
   * @throws SystemError ENOENT; from epoll EBADF for a number that is closed
   */
  remove(fd: number): void

  /** Whether the descriptor is registered. */
  has(fd: number): boolean

  /**
   * Blocks the thread until something is ready. A signal does not end the wait.
   *
   * @param timeout milliseconds, fractions allowed, never cut short; 0 only looks; absent, null, -1 and
   *   Infinity wait for ever, also with nothing registered
   * @param maxEvents how many to take at most, from 1; 1024 unless told. What did not fit comes first the
   *   next time. More than 1,048,576 count as that many
   * @returns an event per ready descriptor, in no promised order; none once the time is over
   * @throws SystemError EBADF (select: a registered descriptor was closed); EINVAL (poll: more registered
   *   than `RLIMIT_NOFILE` allows descriptors)
   */
  wait(timeout?: number | null, maxEvents?: number): ReadyEvent[]

  /**
   * As `wait`, into memory of the caller's and without allocating any.
   *
   * @param out filled with pairs of descriptor and events; must have room for one pair. An odd element
   *   at the end is left alone. Not kept
   * @returns the number of pairs
   */
  waitInto(out: Int32Array, timeout?: number | null): number

  /** Ends the set and gives back what it holds of the kernel. Once is enough, twice is fine. */
  close(): void
  [Symbol.dispose](): void
}

const MOST_EVENTS = 1 << 20

/** What a class of this folder says of its kernel call. */
export interface KernelCall {
  readonly name: MultiplexerName
  /** What errors of `add`, `modify` and `remove` name as their call, and those of `wait`. */
  readonly control: string
  readonly wait: string
  /** An epoll descriptor to take over. */
  readonly adopt?: { readonly fd: number } | undefined
}

/** What the three classes have in common, which is nearly everything. */
export abstract class MultiplexerBase implements Multiplexer {
  readonly #native: NativeMultiplexer
  readonly #call: KernelCall
  readonly #supports: Supports
  #pairs = new Int32Array(0)

  protected constructor(call: KernelCall) {
    const { name, adopt } = call
    const native =
      adopt === undefined
        ? addon.multiplexer.create(name)
        : addon.multiplexer.create(name, adopt.fd)
    if (typeof native === 'number') {
      throw adopt === undefined
        ? new SystemError(native, 'epoll_create1')
        : new SystemError(native, 'epoll_ctl', { fd: adopt.fd })
    }
    this.#native = native
    this.#call = call
    this.#supports = Object.freeze(native.supports())
  }

  get name(): MultiplexerName {
    return this.#call.name
  }

  get supports(): Supports {
    return this.#supports
  }

  get size(): number {
    return this.#native.size()
  }

  get closed(): boolean {
    return this.#native.closed()
  }

  /** The set's own descriptor, which only epoll has. */
  protected get descriptor(): number {
    return this.#native.fd()
  }

  add(fd: number, events: number): void {
    const result = this.#native.add(fd, events)
    if (result < 0) throw new SystemError(result, this.#call.control, { fd })
  }

  modify(fd: number, events: number): void {
    const result = this.#native.modify(fd, events)
    if (result < 0) throw new SystemError(result, this.#call.control, { fd })
  }

  remove(fd: number): void {
    const result = this.#native.remove(fd)
    if (result < 0) throw new SystemError(result, this.#call.control, { fd })
  }

  has(fd: number): boolean {
    return this.#native.has(fd)
  }

  wait(timeout?: number | null, maxEvents = 1024): ReadyEvent[] {
    const pairs = this.#room(maxEvents)
    const count = check(this.#native.waitInto(pairs, timeout, maxEvents), this.#call.wait)
    const ready: ReadyEvent[] = []
    for (let i = 0; i < count; i++) {
      ready.push({ fd: pairs[2 * i] ?? -1, events: pairs[2 * i + 1] ?? 0 })
    }
    return ready
  }

  waitInto(out: Int32Array, timeout?: number | null): number {
    return check(this.#native.waitInto(out, timeout), this.#call.wait)
  }

  close(): void {
    this.#native.close()
    this.#pairs = new Int32Array(0)
  }

  [dispose](): void {
    this.close()
  }

  /** Pairs for as many events, kept for the next time. What is no proper number is C++'s to refuse. */
  #room(maxEvents: number): Int32Array {
    const wanted = typeof maxEvents === 'number' ? 2 * Math.min(maxEvents, MOST_EVENTS) : 2
    if (this.#pairs.length < wanted || this.#pairs.length < 2) {
      this.#pairs = new Int32Array(Math.max(wanted, 2))
    }
    return this.#pairs
  }
}

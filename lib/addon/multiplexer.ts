import type { Result } from './sys'

/**
 * `native/multiplexer`: one object per set of descriptors. Argument checks are made in C++. A closed one
 * answers `add`, `modify`, `remove`, `has`, `supports` and `waitInto` with an `ERR_CLOSED` error.
 * @internal
 */
export interface NativeMultiplexer {
  add(fd: number, events: number): Result
  modify(fd: number, events: number): Result
  remove(fd: number): Result
  has(fd: number): boolean
  supports(): { edge: boolean; oneshot: boolean; exclusive: boolean }
  /** 0 once closed. */
  size(): number
  /** Fills `out` with pairs of descriptor and events; answers the number of pairs. */
  waitInto(out: Int32Array, timeout?: number | null, maxEvents?: number): Result
  /** The set's own descriptor; -1 without one and once closed. */
  fd(): number
  closed(): boolean
  close(): void
}

/** @internal */
export interface NativeMultiplexers {
  /** Makes one; a negative errno where the kernel refuses. `fd` is a descriptor to take over (epoll). */
  create(backend: 'select' | 'poll' | 'epoll', fd?: number): NativeMultiplexer | Result
}

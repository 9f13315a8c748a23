import type { Result } from './sys'

/**
 * `native/reactor`: a set of descriptors, its turn, and its hosting in libuv's loop. A closed one
 * throws `ERR_CLOSED` from everything but `close`, `unhost`, `reference` and `kick`.
 * @internal
 */
export interface NativeReactor {
  open(backend: string): Result
  /** The records of the last turn, four numbers each (lib/reactor/records.ts). */
  records(): Int32Array
  /** Numbers that both sides read and write (lib/reactor/records.ts). */
  state(): Int32Array
  supports(): Supports
  /** Answers the registration's token, which its records carry. */
  add(fd: number, events: number, slot: number, once: boolean): Result
  /** `ENOENT` where `token` is not that of the descriptor's registration. */
  modify(fd: number, events: number, token: number): Result
  /** As for {@link modify}. */
  remove(fd: number, token: number): Result
  /**
   * One turn: flush, wait, harvest. Answers the number of records. In a Worker the wait ends with it:
   * `worker` says that this is one.
   */
  turn(timeout: number | undefined, worker: boolean): Result
  flush(): void
  /** Hands the turns to the thread's libuv loop; `deliver` is called once per turn with records. */
  host(deliver: (records: number) => void): Result
  unhost(): void
  /** Whether the hosting keeps the process alive. */
  reference(referenced: boolean): void
  /** Has the loop make a turn soon, though no descriptor is ready. */
  kick(): void
  stats(): NativeReactorStats
  close(): void
}

/** What a kernel call can do beyond level-triggered readiness. @internal */
export interface Supports {
  edge: boolean
  oneshot: boolean
  exclusive: boolean
}

/** @internal */
export interface NativeReactorStats {
  turns: number
  events: number
  crossings: number
  waitMs: number
  visits: number
  registered: number
  carried: number
}

/** @internal */
export interface NativeReactors {
  Reactor: new () => NativeReactor
  /** Reports an exception as uncaught, at once. */
  report(error: unknown): void
}

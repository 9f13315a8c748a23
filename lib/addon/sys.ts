/** A count, a descriptor or 0, or the negative `errno` of a call that failed. */
export type Result = number

/**
 * `native/sys`, one member per system call. Argument checks are made in C++.
 * @internal
 */
export interface NativeSys {
  readonly constants: Readonly<Record<string, number>>

  /** The C library's words for an errno (positive). */
  strerror(errno: number): string

  // descriptors.cc
  read(fd: number, buffer: Uint8Array): Result
  write(fd: number, buffer: Uint8Array): Result
  close(fd: number): Result
  dup(fd: number): Result
  pipe2(flags?: number): [number, number] | Result

  // select.cc
  select(
    read: readonly number[],
    write: readonly number[],
    except: readonly number[],
    timeout?: number | null,
  ): { read: number[]; write: number[]; except: number[] } | Result

  // poll.cc: descriptor and mask by turns, in and out
  poll(entries: readonly number[], timeout?: number | null): number[] | Result

  // epoll.cc
  epoll_create1(flags?: number): Result
  epoll_ctl(epfd: number, op: number, fd: number, events?: number): Result
  /** Descriptor and events by turns. */
  epoll_wait(epfd: number, maxEvents: number, timeout?: number | null): number[] | Result
}

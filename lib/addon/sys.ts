/** A count, a descriptor or 0, or the negative `errno` of a call that failed. */
export type Result = number

/** stat(3type): what fstat(2) tells. Times in milliseconds, `size` in bytes, `blocks` of 512 bytes. */
export interface Stat {
  dev: number
  ino: number
  mode: number
  nlink: number
  uid: number
  gid: number
  rdev: number
  size: number
  blksize: number
  blocks: number
  atimeMs: number
  mtimeMs: number
  ctimeMs: number
}

/** What a timerfd is set to: milliseconds, fractions to the nanosecond. */
export interface TimerSetting {
  /** Until it expires next; 0: stopped. */
  value: number
  /** Between further expirations; 0: none. */
  interval: number
}

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

  // fcntl.cc
  /** Answers 0, and stores what the command answered in `out[0]`: it may be negative. */
  fcntl(fd: number, command: number, argument: number, out: Int32Array): Result

  // ioctl.cc
  /** Answers 0, and stores what the request answered in `out[0]`: it may be negative. */
  ioctl(fd: number, request: number, value: number | undefined, out: Int32Array): Result

  // files.cc
  open(path: string | Uint8Array, flags: number, mode: number): Result
  openat2(
    dirfd: number,
    path: string | Uint8Array,
    flags: number,
    mode: number,
    resolve: number,
  ): Result
  fstat(fd: number, out: Uint8Array): Result

  // eventfd.cc
  eventfd(initval: number, flags: number): Result
  eventfd_read(fd: number): bigint | Result
  eventfd_write(fd: number, value: bigint | number): Result

  // timerfd.cc
  timerfd_create(clockid: number, flags: number): Result
  timerfd_settime(
    fd: number,
    flags: number,
    time: { value: number; interval?: number | undefined },
  ): TimerSetting | Result
  timerfd_gettime(fd: number): TimerSetting | Result

  // signalfd.cc
  signalfd(fd: number, signals: readonly unknown[], flags: number): Result
  sigprocmask(how: number, signals: readonly unknown[]): number[] | Result

  // inotify.cc
  inotify_init1(flags: number): Result
  inotify_add_watch(fd: number, path: string | Uint8Array, mask: number): Result
  inotify_rm_watch(fd: number, wd: number): Result

  // pidfd.cc
  pidfd_open(pid: number, flags: number): Result

  // transfer.cc
  sendfile(outFd: number, inFd: number, offset: number | null, count: number): Result
  splice(
    fdIn: number,
    offIn: number | null,
    fdOut: number,
    offOut: number | null,
    len: number,
    flags: number,
  ): Result
  copy_file_range(
    fdIn: number,
    offIn: number | null,
    fdOut: number,
    offOut: number | null,
    len: number,
    flags: number,
  ): Result

  // mmap.cc
  mmap(
    length: number,
    prot: number,
    flags: number,
    fd: number,
    offset: number,
  ): Uint8Array<ArrayBuffer> | Result
  munmap(view: Uint8Array): Result
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

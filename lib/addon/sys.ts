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
  /** `F_GETOWN` stores its answer in `out[0]`: it may be negative. */
  fcntl(fd: number, command: number, argument: number, out: Int32Array): Result

  // ioctl.cc
  /** A request that asks stores its answer in `out[0]`: it may be negative. */
  ioctl(fd: number, request: number, value: number | undefined, out: Int32Array): Result

  // files.cc
  open(path: string | Uint8Array, flags: number, mode: number): Result
  fstat(fd: number): Stat | Result
}

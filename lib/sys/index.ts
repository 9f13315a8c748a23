/**
 * `edgeloop/sys`: the system calls, named as the kernel names them.
 * @module
 */
export type {
  IPv4Address,
  IPv6Address,
  SocketAddress,
  SocketAddressLike,
  UnixAddress,
  UnknownAddress,
} from './addresses'
export * from './batches'
export { constants, type ConstantName } from './constants'
export * from './descriptors'
export * from './epoll'
export { SystemError, type SystemErrorContext } from './errors'
export { eventfd, eventfd_read, eventfd_write } from './eventfd'
export { fcntl } from './fcntl'
export { fstat, open, openat2, type OpenHow, type Path, type Stat } from './files'
export * from './inotify'
export { ioctl } from './ioctl'
export * from './messages'
export { mmap, munmap } from './mmap'
export { pidfd_open } from './pidfd'
export * from './poll'
export * from './select'
export * from './send-receive'
export * from './signalfd'
export * from './socket-options'
export * from './sockets'
export * from './timerfd'
export { copy_file_range, sendfile, splice } from './transfer'
export * from './vectors'

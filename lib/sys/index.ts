/**
 * `edgeloop/sys`: the system calls, named as the kernel names them.
 * @module
 */
export { constants, type ConstantName } from './constants'
export * from './descriptors'
export { SystemError, type SystemErrorContext } from './errors'
export { eventfd, eventfd_read, eventfd_write } from './eventfd'
export { fcntl } from './fcntl'
export { fstat, open, type Path, type Stat } from './files'
export * from './inotify'
export { ioctl } from './ioctl'
export { mmap, munmap } from './mmap'
export { pidfd_open } from './pidfd'
export * from './signalfd'
export * from './timerfd'
export { copy_file_range, sendfile, splice } from './transfer'

/**
 * `edgeloop/sys`: the system calls, named as the kernel names them.
 * @module
 */
export { constants, type ConstantName } from './constants'
export * from './descriptors'
export { fcntl } from './fcntl'
export { fstat, open, type Path, type Stat } from './files'
export { ioctl } from './ioctl'
export { SystemError, type SystemErrorContext } from './errors'

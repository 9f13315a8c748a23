/**
 * `edgeloop/sys`: the system calls, named as the kernel names them.
 * @module
 */
export { constants, type ConstantName } from './constants'
export * from './descriptors'
export * from './epoll'
export { SystemError, type SystemErrorContext } from './errors'
export * from './poll'
export * from './select'

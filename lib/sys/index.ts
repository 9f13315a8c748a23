/**
 * `edgeloop/sys`: the system calls, named as the kernel names them.
 * @module
 */
export * from './descriptors'
export { SystemError, type SystemErrorContext } from './errors'

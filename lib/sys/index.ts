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
export * from './messages'
export * from './poll'
export * from './select'
export * from './socket-options'
export * from './sockets'
export * from './transfer'
export * from './vectors'

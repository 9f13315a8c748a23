/**
 * `edgeloop`: select, poll and epoll for Node.js, a reactor on top of them, and servers on the reactor.
 * The system calls themselves are in `edgeloop/sys`.
 * @module
 */
export type { HttpRequest, RequestHeaders } from './http/request'
export type { HttpResponse } from './http/response'
export { Reactor } from './http/reactor'
export type { HttpHandler, HttpServer, ServeOptions } from './http/server'
export { type InheritedDescriptor, listenFds, type ListenFdsOptions } from './net/inherited'
export type { Listener } from './net/listener'
export type { ConnectOptions, Endpoint, ListenOptions } from './net/options'
export type { HandlersOf } from './net/handlers'
export type { DatagramInfo, DatagramSource } from './net/datagram-info'
export type { InterfaceLike } from './net/udp-multicast'
export type { UdpOptions } from './net/udp-options'
export type { UdpBinding } from './net/udp-binding'
export type { DatagramTarget, UdpHandlers, UdpSocket, UdpStats } from './net/udp-socket'
export type { Socket, SocketHandlers } from './net/socket'
export type { BindOptions, KeepAlive, SocketSettings, TransportOptions } from './net/tcp-options'
export type { Interest, ReadyHandler, RegisterOptions, Registration } from './reactor/registration'
export type { Backend, ReactorOptions } from './reactor/options'
export type { ReactorStats } from './reactor/reactor'
export * from './multiplexer'
export { constants } from './sys/constants'
export { SystemError } from './sys/errors'
export { poll } from './sys/poll'
export { select } from './sys/select'

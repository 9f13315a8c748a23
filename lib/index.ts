/**
 * `edgeloop`: select, poll and epoll for Node.js, a reactor on top of them, and servers on the reactor.
 * The system calls themselves are in `edgeloop/sys`.
 * @module
 */
export type { HttpRequest, RequestHeaders } from './http/request'
export type { HttpResponse } from './http/response'
export { Reactor } from './http/reactor'
export type { HttpHandler, HttpServer, ServeOptions } from './http/server'
export { type DuplexOptions, type SocketDuplex, toDuplex } from './net/duplex'
export type { Listener } from './net/listener'
export type { AdoptOptions, ConnectOptions, Endpoint, ListenOptions } from './net/options'
export type { DropInfo, HandlersOf } from './net/handlers'
export type { Socket, SocketHandlers } from './net/socket'
export type { ReactorStats } from './net/stats'
export type { Interest, ReadyHandler, RegisterOptions, Registration } from './reactor/registration'
export type { Backend, ReactorOptions } from './reactor/options'
export * from './multiplexer'
export { constants } from './sys/constants'
export type { Credentials } from './sys/messages'
export { SystemError } from './sys/errors'
export { poll } from './sys/poll'
export { select } from './sys/select'

/**
 * `edgeloop`: select, poll and epoll for Node.js, a reactor on top of them, and servers on the reactor.
 * The system calls themselves are in `edgeloop/sys`.
 * @module
 */
export { commonLog } from './http/access-log'
export type { FileOptions } from './http/files/plan'
export type { Dotfiles } from './http/files/target'
export type { HttpRequest, RequestHeaders } from './http/request'
export type { HttpResponse } from './http/response'
export type { FieldValue } from './http/response-fields'
export { Reactor } from './http/reactor'
export type { CloseOptions, HttpHandler, HttpServer, ServeOptions } from './http/server'
export { serveStatic, type StaticHandler, type StaticOptions } from './http/static'
export type { SendFileOptions } from './net/file-slice'
export type { Listener } from './net/listener'
export type { ConnectOptions, Endpoint, ListenOptions } from './net/options'
export type { HandlersOf } from './net/handlers'
export type { Socket, SocketHandlers } from './net/socket'
export type { Interest, ReadyHandler, RegisterOptions, Registration } from './reactor/registration'
export type { Backend, ReactorOptions } from './reactor/options'
export type { ReactorStats } from './reactor/reactor'
export * from './multiplexer'
export { constants } from './sys/constants'
export { SystemError } from './sys/errors'
export { poll } from './sys/poll'
export { select } from './sys/select'

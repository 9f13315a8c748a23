import type { MessagePort } from 'node:worker_threads'
import type { Backend } from '../reactor/options'
import type { ReactorStats } from '../net/stats'

/** A Worker listens with a socket of its own. @internal */
export interface OwnPlace {
  readonly hostname: string
  readonly port: number
  readonly backlog?: number
  readonly ipv6Only?: boolean
}

/** A Worker listens on a copy of the main thread's descriptor. @internal */
export interface SharedPlace {
  readonly fd: number
}

/** Where a Worker listens. @internal */
export type Place = OwnPlace | SharedPlace

/** What a Worker is started with, by way of its `workerData`. @internal */
export interface Assignment {
  /** The URL of the user's module. */
  readonly module: string
  /** The user's `workerData`. */
  readonly data: unknown
  readonly backend: Backend
  readonly place: Place
  readonly port: MessagePort
}

/** What a Worker tells of itself. */
export interface ThreadStats {
  /** Stream sockets that are open on its reactor. */
  connections: number
  /** `Reactor.shared().stats()` of the Worker. */
  reactor: ReactorStats
}

/** @internal */
export type ToWorker = { readonly type: 'close' } | { readonly type: 'stats' }

/** Answers to `stats` come in the order of the questions. @internal */
export type FromWorker =
  { readonly type: 'listening' } | { readonly type: 'stats'; readonly stats: ThreadStats }

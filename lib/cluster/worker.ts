import { setImmediate } from 'node:timers'
import type { MessagePort } from 'node:worker_threads'
import { Reactor } from '../http/reactor'
import type { HttpServer, ServeOptions } from '../http/server'
import type { Listener } from '../net/listener'
import type { ListenOptions } from '../net/options'
import { closedError } from '../reactor/errors'
import { constants } from '../sys/constants'
import { close, dup } from '../sys/descriptors'
import { codedError } from '../sys/errors'
import { getsockopt } from '../sys/socket-options'
import type { Assignment, FromWorker, Place, ToWorker } from './messages'

/** What the cluster decides for its Workers. */
type Decided =
  | 'port'
  | 'hostname'
  | 'path'
  | 'lookup'
  | 'fd'
  | 'backlog'
  | 'reusePort'
  | 'exclusive'
  | 'ipv6Only'

/** {@link ListenOptions} without what the cluster decides: the address, and how it is shared. */
export type WorkerListenOptions<Data = unknown> = Omit<ListenOptions<Data>, Decided>

/** {@link ServeOptions} without what the cluster decides: the address, and how it is shared. */
export type WorkerServeOptions = Omit<ServeOptions, Decided>

/** This thread's part in a cluster. */
let member: { readonly place: Place; readonly port: MessagePort } | undefined
const closers: (() => void)[] = []
const closing = new AbortController()

/**
 * In a Worker of a cluster: aborted when the cluster closes gracefully. The listener is closed then
 * already; what the module keeps open itself (connections without an end, timers, a database) ends here,
 * so that the Worker can.
 */
export const workerClosing: AbortSignal = closing.signal

/**
 * In a Worker of a cluster: listens for stream connections at the cluster's address, on the thread's
 * `Reactor.shared()`, which delivers without `run()`.
 *
 * @param options as for {@link Reactor.listen}; what a cluster decides (the address, the backlog, how it
 *   is shared) is left out and would be ignored
 * @throws Error `ERR_CLUSTER_NO_WORKER` in any other thread, `ERR_CLOSED` once the cluster closes
 */
export function workerListen<Data = unknown>(options: WorkerListenOptions<Data>): Listener {
  return enter((place) => {
    const listener = Reactor.shared().listen<Data>({ ...options, ...place })
    closers.push(() => {
      listener.close()
    })
    return listener
  })
}

/**
 * In a Worker of a cluster: serves HTTP/1.1 at the cluster's address, on the thread's
 * `Reactor.shared()`, which delivers without `run()`. When the cluster closes gracefully, requests under
 * way are answered and idle connections closed.
 *
 * @param options as for {@link Reactor.serve}, without what a cluster decides
 * @throws Error as {@link workerListen}
 */
export function workerServe(options: WorkerServeOptions): HttpServer {
  return enter((place) => {
    const server = Reactor.shared().serve({ ...options, ...place })
    closers.push(() => {
      void server.close({ graceful: true })
    })
    return server
  })
}

type Placed = Pick<ListenOptions, Exclude<Decided, 'path' | 'lookup'>>

/** Listens at the cluster's place, and tells the main thread once the module's own code has run. */
function enter<Served>(listen: (place: Placed) => Served): Served {
  if (member === undefined) {
    throw codedError(
      new Error('This thread is no Worker of a cluster: startCluster() starts them'),
      'ERR_CLUSTER_NO_WORKER',
    )
  }
  if (closing.signal.aborted) throw closedError('The cluster')
  const { place, port } = member
  const served =
    'fd' in place ? shareListener(place.fd, listen) : listen({ ...place, reusePort: true })
  // A module that throws behind its call of this has not started well.
  setImmediate(() => {
    tell(port, { type: 'listening' })
  })
  return served
}

function shareListener<Served>(shared: number, listen: (place: Placed) => Served): Served {
  // It was stopped already: to listen on it would open it again.
  if (getsockopt(shared, constants.SOL_SOCKET, constants.SO_ACCEPTCONN) === 0) {
    throw closedError('The cluster')
  }
  const exclusive = Reactor.shared().backend === 'epoll'
  const fd = dup(shared)
  try {
    return listen({ fd, exclusive })
  } catch (error) {
    close(fd)
    throw error
  }
}

/** Makes this thread a Worker of a cluster. @internal */
export function join({ place, port }: Assignment): void {
  member = { place, port }
  port.on('message', (message: ToWorker) => {
    if (message.type === 'stats') {
      tell(port, { type: 'stats', stats: ownStats() })
      return
    }
    for (const closeOne of closers.splice(0)) closeOne()
    closing.abort()
  })
  // What it listens on keeps the Worker alive, and nothing else does.
  port.unref()
}

function ownStats() {
  const reactor = Reactor.shared()
  return { connections: reactor.connections, reactor: reactor.stats() }
}

function tell(port: MessagePort, message: FromWorker): void {
  port.postMessage(message)
}

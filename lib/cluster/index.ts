/**
 * `edgeloop/cluster`: one server on several cores. `startCluster` in the main thread, `workerListen` or
 * `workerServe` in the module that each Worker runs.
 * @module
 */
export type { ThreadStats } from './messages'
export {
  type Cluster,
  type ClusterCloseOptions,
  type ClusterEvents,
  startCluster,
  type WorkerExit,
  type WorkerRestart,
  type WorkerStats,
} from './cluster'
export type { ClusterMode, ClusterOptions, RestartOptions } from './options'
export {
  workerClosing,
  workerListen,
  type WorkerListenOptions,
  workerServe,
  type WorkerServeOptions,
} from './worker'

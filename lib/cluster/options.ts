import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { WorkerOptions } from 'node:worker_threads'
import { integerOption } from '../net/checks'
import type { Endpoint } from '../net/options'
import { unsupportedError } from '../reactor/errors'
import { type Backend, backendOf } from '../reactor/options'
import { codedError, shown } from '../sys/errors'

/**
 * How Workers share one address.
 *
 * `'reuse-port'`: each has a listener of its own on the port (`SO_REUSEPORT`), and the kernel spreads
 * connections by a hash of both addresses. What waits in a Worker's backlog is reset when that Worker
 * ends. TCP only.
 *
 * `'shared-listener'`: one listener, in the set of every Worker; whoever is free takes the next
 * connection. The main thread keeps it too: nothing in the backlog is lost when a Worker ends.
 */
export type ClusterMode = 'reuse-port' | 'shared-listener'

/** When a Worker that ended by itself is started again. */
export interface RestartOptions {
  /**
   * Restarts of one Worker within {@link within}, at most; with the next end it is given up, and `error` is
   * emitted. 0: none is ever started again.
   * @default 10
   */
  limit?: number
  /**
   * Milliseconds in which {@link limit} restarts are allowed.
   * @default 60000
   */
  within?: number
  /**
   * Milliseconds before the first restart; doubled for each further one within {@link within}.
   * @default 100
   */
  delay?: number
  /**
   * Milliseconds before a restart, at most.
   * @default 10000
   */
  maxDelay?: number
}

/** Where a cluster listens, with how many Workers, and what becomes of those that end. */
export interface ClusterOptions extends Endpoint {
  /**
   * Workers, 1 to 1024. Each is a thread with a heap and a reactor of its own.
   * @default os.availableParallelism()
   */
  workers?: number
  /** @default 'reuse-port'; 'shared-listener' for a `path` */
  mode?: ClusterMode
  /** Connections that wait to be accepted, at most; in `'reuse-port'` mode for each Worker. @default 511 */
  backlog?: number
  /** A listener on `::` takes no IPv4 connections. @default false */
  ipv6Only?: boolean
  /** The kernel call of each Worker's `Reactor.shared()`. @default `EDGELOOP_BACKEND`, else epoll */
  backend?: Backend
  /** What each Worker finds as `workerData` of `node:worker_threads`: a structured clone. */
  workerData?: unknown
  /** Passed on to `new Worker`. */
  workerOptions?: Pick<WorkerOptions, 'argv' | 'execArgv' | 'resourceLimits'>
  /** Milliseconds for a Worker to listen, from its start; then it is ended. @default 30000 */
  startTimeout?: number
  restart?: RestartOptions
}

/** {@link ClusterOptions}, checked, with the defaults filled in. @internal */
export interface Plan {
  readonly module: string
  readonly workers: number
  readonly mode: ClusterMode
  readonly backend: Backend
  readonly startTimeout: number
  readonly restart: Required<RestartOptions>
  readonly options: ClusterOptions
}

const LONGEST_TIMEOUT = 0x7fffffff
const MOST_WORKERS = 1024

/**
 * Refuses what `startCluster` can't take, before anything is opened or started.
 *
 * @throws TypeError, RangeError, `ERR_UNSUPPORTED`
 * @internal
 */
export function planOf(module: unknown, options: ClusterOptions): Plan {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) throw wrongType('options', 'an object', given)
  const parallelism = Math.min(os.availableParallelism(), MOST_WORKERS)
  return {
    module: moduleUrl(module),
    workers: integerOption(options.workers, 'workers', 1, MOST_WORKERS, parallelism),
    mode: modeOf(options),
    backend: backendOf(options),
    startTimeout: integerOption(options.startTimeout, 'startTimeout', 1, LONGEST_TIMEOUT, 30_000),
    restart: restartOf(options.restart),
    options,
  }
}

function restartOf(given: unknown = {}): Required<RestartOptions> {
  if (typeof given !== 'object' || given === null) {
    throw wrongType('options.restart', 'an object', given)
  }
  const { limit, within, delay, maxDelay } = given as RestartOptions
  const most = LONGEST_TIMEOUT
  return {
    limit: integerOption(limit, 'restart.limit', 0, Number.MAX_SAFE_INTEGER, 10),
    within: integerOption(within, 'restart.within', 1, most, 60_000),
    delay: integerOption(delay, 'restart.delay', 0, most, 100),
    maxDelay: integerOption(maxDelay, 'restart.maxDelay', 0, most, 10_000),
  }
}

function modeOf({ mode, path }: ClusterOptions): ClusterMode {
  const given: unknown = mode
  if (given === undefined) return path === undefined ? 'reuse-port' : 'shared-listener'
  if (given !== 'reuse-port' && given !== 'shared-listener') {
    throw codedError(
      new RangeError(
        `The "mode" option must be 'reuse-port' or 'shared-listener'. Received ${shown(given)}`,
      ),
      'ERR_OUT_OF_RANGE',
    )
  }
  if (given === 'reuse-port' && path !== undefined) {
    throw unsupportedError("a Unix socket can't be listened on twice: mode 'shared-listener' can")
  }
  return given
}

/** As `new Worker` takes it, but relative paths need no leading dot. */
function moduleUrl(module: unknown): string {
  if (module instanceof URL) return module.href
  if (typeof module !== 'string') throw wrongType('module', 'a path or a URL', module)
  return /^(file|data):/.test(module) ? module : pathToFileURL(path.resolve(module)).href
}

function wrongType(name: string, what: string, given: unknown): Error {
  return codedError(
    new TypeError(`The "${name}" argument must be ${what}. Received ${shown(given)}`),
    'ERR_INVALID_ARG_TYPE',
  )
}

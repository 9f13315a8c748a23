import { EventEmitter } from 'node:events'
import process from 'node:process'
import { clearTimeout, setTimeout } from 'node:timers'
import { integerOption } from '../net/checks'
import { addressOf, portOf } from '../net/ends'
import { codedError } from '../sys/errors'
import { Entrance } from './entrance'
import type { ThreadStats } from './messages'
import { type ClusterMode, type ClusterOptions, type Plan, planOf } from './options'
import { Restarts } from './restarts'
import { ClusterThread, type Ending } from './thread'

/** A Worker that ended by itself. */
export interface WorkerExit {
  /** Which of the cluster's Workers, from 1; a restarted one keeps it. */
  id: number
  /** Node's number of the thread. */
  threadId: number
  /** The exit code; 1 where it threw. */
  code: number
  /** What it threw, if it did. */
  error: unknown
  /** Milliseconds until it is started again; undefined where it is given up. */
  restartIn: number | undefined
}

/** A Worker that was started again, and listens. */
export interface WorkerRestart {
  /** Which of the cluster's Workers. */
  id: number
  /** Node's number of the new thread. */
  threadId: number
  /** How often this one has been started again. */
  restarts: number
}

/** What a Worker is about. */
export interface WorkerStats extends ThreadStats {
  /** Which of the cluster's Workers, from 1. */
  id: number
  /** Node's number of the thread. */
  threadId: number
  /** How often it has been started again. */
  restarts: number
}

/** What a {@link Cluster} emits. */
export interface ClusterEvents {
  /** A Worker ended by itself. */
  exit: [WorkerExit]
  /** A Worker was started again, and listens. */
  restart: [WorkerRestart]
  /** A Worker is given up: its restarts are spent (`ERR_CLUSTER_RESTARTS`; `cause` is what it threw last). */
  error: [Error]
  /** All Workers have ended, and the address is free. */
  close: []
}

export interface ClusterCloseOptions {
  /** Let connections finish; without it they are cut. */
  graceful?: boolean
  /**
   * Milliseconds after which what has not finished is cut.
   * @default 10000
   */
  deadline?: number
}

/** A Worker's place in the cluster, which outlives the Worker. */
interface Slot {
  readonly id: number
  readonly restarts: Restarts
  thread: ClusterThread | undefined
  timer: NodeJS.Timeout | undefined
}

/**
 * Workers on one address, each with a reactor of its own, started again where they end by themselves.
 * Made by {@link startCluster}; belongs to the thread that made it. Its Workers keep the process alive.
 */
export class Cluster extends EventEmitter<ClusterEvents> {
  readonly #plan: Plan
  readonly #entrance: Entrance
  readonly #slots: readonly Slot[]
  #closing = false
  #ended = false
  readonly #end: Promise<void>
  #resolveEnd = (): void => undefined
  readonly #deadlines: NodeJS.Timeout[] = []
  /** While the first Workers start: how many have neither listened nor ended. */
  #starting: { waiting: number; failures: unknown[]; done: () => void } | undefined

  private constructor(plan: Plan, entrance: Entrance) {
    super()
    this.#plan = plan
    this.#entrance = entrance
    this.#end = new Promise((resolve) => {
      this.#resolveEnd = resolve
    })
    this.#slots = Array.from({ length: plan.workers }, (_, i) => ({
      id: i + 1,
      restarts: new Restarts(plan.restart),
      thread: undefined,
      timer: undefined,
    }))
  }

  /** @internal */
  static async start(plan: Plan): Promise<Cluster> {
    const cluster = new Cluster(plan, await Entrance.open(plan))
    const failures: unknown[] = []
    // Also where one has failed, the others are waited for: one that is ended while it loads its modules
    // leaves descriptors of Node's behind.
    await new Promise<void>((done) => {
      cluster.#starting = { waiting: plan.workers, failures, done }
      for (const slot of cluster.#slots) cluster.#launch(slot)
    })
    cluster.#starting = undefined
    if (failures.length === 0) return cluster
    await cluster.close()
    throw failures[0]
  }

  get mode(): ClusterMode {
    return this.#plan.mode
  }

  /** The port, the kernel's choice where 0 was asked for; undefined for a Unix socket. */
  get port(): number | undefined {
    return portOf(this.#entrance.address)
  }

  /** The numeric address; undefined for a Unix socket. */
  get hostname(): string | undefined {
    return addressOf(this.#entrance.address)
  }

  /** The path of a Unix socket; an abstract name begins with NUL. */
  get path(): string | undefined {
    const { address } = this.#entrance
    return 'path' in address ? address.path : undefined
  }

  /** Workers that listen now; fewer than asked for while one is started again. */
  get listening(): number {
    return this.#slots.filter((slot) => slot.thread?.listening === true).length
  }

  /** Whether `close` was called, or the last Worker was given up. */
  get closed(): boolean {
    return this.#closing
  }

  /** What each Worker is about. One that is being started again is left out. */
  async stats(): Promise<WorkerStats[]> {
    const asked = this.#slots.map(async ({ id, thread, restarts }) => {
      const stats = thread?.listening === true ? await thread.stats() : undefined
      if (thread === undefined || stats === undefined) return []
      return [{ id, threadId: thread.threadId, restarts: restarts.count, ...stats }]
    })
    return (await Promise.all(asked)).flat()
  }

  /**
   * Takes no connection from now on, and ends the Workers. With `graceful` each goes on until its
   * connections have ended and nothing else keeps it alive, or until the deadline.
   *
   * Again, it can only hurry: without `graceful`, or with an earlier deadline.
   *
   * @returns a promise: all Workers have ended, and the address is free
   */
  close({ graceful = false, deadline }: ClusterCloseOptions = {}): Promise<void> {
    const patience = integerOption(deadline, 'deadline', 0, 0x7fffffff, 10_000)
    if (this.#ended) return this.#end
    if (!this.#closing) {
      this.#closing = true
      this.#entrance.stop()
      for (const slot of this.#slots) clearTimeout(slot.timer)
    }
    if (graceful) {
      for (const { thread } of this.#slots) thread?.close()
      const cut = (): void => {
        this.#terminate()
      }
      this.#deadlines.push(setTimeout(cut, patience))
    } else {
      this.#terminate()
    }
    this.#settle()
    return this.#end
  }

  #terminate(): void {
    for (const { thread } of this.#slots) thread?.terminate()
  }

  #launch(slot: Slot): void {
    slot.timer = undefined
    try {
      slot.thread = new ClusterThread(this.#plan, this.#entrance.place, {
        listening: () => {
          this.#onListening(slot)
        },
        ended: (ending) => {
          this.#onEnded(slot, ending)
        },
      })
    } catch (error) {
      this.#onEnded(slot, { code: 1, error })
    }
  }

  #onListening({ id, thread, restarts }: Slot): void {
    if (this.#starting !== undefined) {
      this.#settleOne(this.#starting)
    } else if (!this.#closing && thread !== undefined) {
      this.emit('restart', { id, threadId: thread.threadId, restarts: restarts.count })
    }
  }

  #settleOne(starting: { waiting: number; done: () => void }): void {
    starting.waiting--
    if (starting.waiting === 0) starting.done()
  }

  #onEnded(slot: Slot, { code, error }: Ending): void {
    const { id, thread } = slot
    slot.thread = undefined
    const exit = { id, threadId: thread?.threadId ?? 0, code, error }
    if (this.#starting !== undefined) {
      this.#starting.failures.push(error ?? endedEarly(code))
      if (thread?.listening !== true) this.#settleOne(this.#starting)
    } else if (!this.#closing) {
      this.#replace(slot, exit)
    } else {
      this.#settle()
      // Not for having ended, which it was asked to.
      if (error !== undefined) this.emit('exit', { ...exit, restartIn: undefined })
    }
  }

  /** Decides first and tells then: a listener that throws changes nothing. */
  #replace(slot: Slot, exit: Omit<WorkerExit, 'restartIn'>): void {
    const restartIn = slot.restarts.next(performance.now())
    if (restartIn !== undefined) {
      slot.timer = setTimeout(() => {
        this.#launch(slot)
      }, restartIn)
      this.emit('exit', { ...exit, restartIn })
      return
    }
    process.nextTick(() => {
      this.#giveUp(exit)
    })
    this.emit('exit', { ...exit, restartIn })
  }

  /** Where nobody listens for `error`, it is thrown. */
  #giveUp({ id, error }: Omit<WorkerExit, 'restartIn'>): void {
    const { limit, within } = this.#plan.restart
    const message = `Worker ${String(id)} is given up: ${String(limit)} restarts within ${String(within)} ms are spent`
    try {
      this.emit('error', codedError(new Error(message, { cause: error }), 'ERR_CLUSTER_RESTARTS'))
    } finally {
      if (this.#slots.every(({ thread, timer }) => thread === undefined && timer === undefined)) {
        void this.close()
      }
    }
  }

  /** Over once the last Worker has ended. */
  #settle(): void {
    if (this.#ended || this.#slots.some(({ thread }) => thread !== undefined)) return
    this.#ended = true
    this.#entrance.close()
    for (const timer of this.#deadlines) clearTimeout(timer)
    this.#resolveEnd()
    // A listener that throws is no business of whoever closes.
    process.nextTick(() => this.emit('close'))
  }
}

function endedEarly(code: number): Error {
  return codedError(
    new Error(`A Worker ended with exit code ${String(code)} before it listened`),
    'ERR_CLUSTER_START',
  )
}

/**
 * Starts Workers that share an address, each with its own reactor: a server on several cores.
 *
 * @param module the module that each Worker runs, ES module or CommonJS: a path, or a URL such as
 *   `new URL('./worker.mjs', import.meta.url)`. It calls `workerListen` or `workerServe`
 * @returns once all of them listen
 * @throws TypeError, RangeError, `ERR_UNSUPPORTED`: for options that it can't take
 * @throws SystemError EADDRINUSE, EACCES … from the address
 * @throws whatever a Worker's module threw at its start; `ERR_CLUSTER_START` where one ended or was silent
 *   for `startTimeout`. All Workers have ended then, and nothing is left open
 */
export async function startCluster(
  module: string | URL,
  options: ClusterOptions = {},
): Promise<Cluster> {
  return Cluster.start(planOf(module, options))
}

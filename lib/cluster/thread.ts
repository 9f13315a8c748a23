import path from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { codedError } from '../sys/errors'
import type { Assignment, FromWorker, Place, ThreadStats, ToWorker } from './messages'
import type { Plan } from './options'

/** How a Worker ended. @internal */
export interface Ending {
  /** Its exit code. */
  readonly code: number
  /** What it threw, where it did not end by itself. */
  readonly error: unknown
}

/** What the cluster is told of a Worker; `ended` comes last, once. @internal */
export interface ThreadEvents {
  listening(): void
  ended(ending: Ending): void
}

const bootstrap = path.join(__dirname, 'bootstrap.js')

/** One Worker, from its start to its end. @internal */
export class ClusterThread {
  readonly threadId: number
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #questions: ((stats: ThreadStats | undefined) => void)[] = []
  #listening = false
  #error: unknown

  /** @throws DataCloneError for a `workerData` that can't be cloned */
  constructor(plan: Plan, place: Place, events: ThreadEvents) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const assignment: Assignment = {
      module: plan.module,
      data: plan.options.workerData,
      backend: plan.backend,
      place,
      port: port2,
    }
    try {
      this.#worker = new Worker(bootstrap, {
        ...plan.options.workerOptions,
        workerData: assignment,
        transferList: [port2],
      })
    } catch (error) {
      port1.close()
      port2.close()
      throw error
    }
    this.threadId = this.#worker.threadId
    const timer = this.#limitStart(plan.startTimeout)
    port1.on('message', (message: FromWorker) => {
      if (message.type === 'stats') {
        this.#questions.shift()?.(message.stats)
      } else if (!this.#listening) {
        this.#listening = true
        clearTimeout(timer)
        events.listening()
      }
    })
    // The Worker itself keeps the process alive.
    port1.unref()
    this.#worker.on('error', (error: unknown) => {
      this.#error = error
    })
    this.#worker.on('exit', (code) => {
      clearTimeout(timer)
      port1.close()
      for (const answer of this.#questions.splice(0)) answer(undefined)
      events.ended({ code, error: this.#error })
    })
  }

  /** Whether it has listened. */
  get listening(): boolean {
    return this.#listening
  }

  /** Has it close its listeners, finish what is under way, and then end for want of anything to do. */
  close(): void {
    this.#tell({ type: 'close' })
  }

  /** Ends it at once; its connections are cut. */
  terminate(): void {
    void this.#worker.terminate()
  }

  /** Undefined where it ends before it answers. */
  stats(): Promise<ThreadStats | undefined> {
    return new Promise((resolve) => {
      this.#questions.push(resolve)
      this.#tell({ type: 'stats' })
    })
  }

  #tell(message: ToWorker): void {
    this.#port.postMessage(message)
  }

  #limitStart(timeout: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#error = codedError(
        new Error(`The Worker did not listen within ${String(timeout)} ms`),
        'ERR_CLUSTER_START',
      )
      this.terminate()
    }, timeout)
  }
}

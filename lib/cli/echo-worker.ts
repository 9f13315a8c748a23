// Each Worker of `edgeloop echo --workers N`.

import { workerData } from 'node:worker_threads'
import { workerClosing, workerListen } from '../cluster'
import { Reactor } from '../index'
import { echoing, endAll } from './echoing'
import type { WorkerTask } from './serving'

const { trigger } = workerData as WorkerTask
workerListen({ trigger, socket: echoing })
workerClosing.addEventListener('abort', () => {
  endAll(Reactor.shared())
})

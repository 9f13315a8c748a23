// Each Worker of `edgeloop echo --workers N`.

import { workerData } from 'node:worker_threads'
import { workerClosing, workerListen } from '../cluster'
import { echoing } from './echoing'
import type { WorkerTask } from './serving'

const { trigger } = workerData as WorkerTask
const { handlers, end } = echoing()
workerListen({ trigger, socket: handlers })
workerClosing.addEventListener('abort', end)

// Each Worker of `edgeloop http --workers N`.

import { workerData } from 'node:worker_threads'
import { workerServe } from '../cluster'
import { hello } from './hello'
import type { WorkerTask } from './serving'

const { trigger } = workerData as WorkerTask
workerServe({ trigger, handler: hello })

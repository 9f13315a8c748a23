// Each Worker of `edgeloop http --workers N`.

import { workerData } from 'node:worker_threads'
import { workerServe } from '../cluster'
import { httpOptions, type HttpTask } from './http-task'

workerServe(httpOptions(workerData as HttpTask))

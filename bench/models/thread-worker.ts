import { workerData } from 'node:worker_threads'
import { echoUntilEnd } from './blocking'

echoUntilEnd(Number(workerData))

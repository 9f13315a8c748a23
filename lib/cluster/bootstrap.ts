// What every Worker of a cluster runs first: it learns its place, then loads the user's module.

import { syncBuiltinESMExports } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import workerThreads from 'node:worker_threads'
import type { Assignment } from './messages'
import { join } from './worker'

const assignment = workerThreads.workerData as Assignment
// Not `module`: in CommonJS that name is taken.
const { module: url, data, backend } = assignment

// The module finds its own `workerData`, and its own file behind `process.argv`, as in any Worker.
Object.assign(workerThreads, { workerData: data })
syncBuiltinESMExports()
if (url.startsWith('file:')) process.argv[1] = fileURLToPath(url)
// This thread's copy: its Reactor.shared() waits as the cluster was told to.
process.env['EDGELOOP_BACKEND'] = backend
join(assignment)

import(url).catch((error: unknown) => {
  // Outside of the promise: an exception ends the Worker however rejections are treated.
  process.nextTick(() => {
    throw error
  })
})

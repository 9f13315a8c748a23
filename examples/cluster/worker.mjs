// @ts-check
// What each Worker of examples/cluster runs.

import { threadId } from 'node:worker_threads'
import { workerServe } from 'edgeloop/cluster'

workerServe({
  handler(request, response) {
    response.send(`Worker ${String(threadId)}\n`)
    // For the sake of the example: here is how one goes down.
    if (request.path === '/crash') throw new Error('crashed, as it was asked to')
  },
})

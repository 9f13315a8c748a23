// HTTP from a CommonJS module.

const { threadId } = require('node:worker_threads')
const { workerServe } = require('edgeloop/cluster')

workerServe({
  handler(request, response) {
    if (request.path === '/slow') response.write(`${String(threadId)} `)
    else response.send({ threadId })
    // Answered when the client says so: it sends the body's end.
    if (request.path === '/slow') void request.text().then((text) => response.end(text))
  },
})

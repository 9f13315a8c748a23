// @ts-check
// HTTP on several cores: Workers that share a port, and are started again where they end.
//   node examples/cluster/main.mjs [PORT] [WORKERS]

import process from 'node:process'
import { startCluster } from 'edgeloop/cluster'

const cluster = await startCluster(new URL('worker.mjs', import.meta.url), {
  port: Number(process.argv[2] ?? 8000),
  workers: Number(process.argv[3] ?? 2),
})
cluster.on('exit', ({ id, error, restartIn }) => {
  const reason = error instanceof Error ? error.message : 'it ended'
  console.log(`Worker ${String(id)}: ${reason}; again in ${String(restartIn)} ms`)
})
cluster.on('restart', ({ id, threadId }) => {
  console.log(`Worker ${String(id)} is back, as thread ${String(threadId)}`)
})
cluster.on('error', (error) => {
  console.log(error.message)
})
/** Lets requests finish, for five seconds at most; whoever cannot wait sends the signal again. */
const stop = () => {
  void cluster.close({ graceful: !cluster.closed, deadline: 5000 })
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

const address = `http://127.0.0.1:${String(cluster.port)}`
console.log(`listening on ${address} (${cluster.mode}, ${String(cluster.listening)} Workers)`)
console.log(`try: curl ${address}/ ; curl ${address}/crash   end: Ctrl-C`)

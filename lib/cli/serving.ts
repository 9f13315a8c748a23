import process from 'node:process'
import { startCluster } from '../cluster'
import type { Reactor } from '../index'
import type { ServerOptions } from './server-options'
import { type Address, url, urlsElsewhere } from './urls'

/** How long connections are given to end once a signal has come. */
const GRACE_MS = 3000

/** What is served: a listener or an HTTP server. */
export interface Served extends Address {
  readonly ready: Promise<void>
}

/** What the Workers of a cluster are told. */
export type WorkerTask = Pick<ServerOptions, 'trigger'>

/** Says where it listens, how, and what. */
function announce(scheme: string, address: Address, how: string, what: string): void {
  process.stdout.write(
    `listening on ${url(scheme, address)} (${how})\n${urlsElsewhere(scheme, address)}${what}`,
  )
}

/**
 * Says where it listens, runs the reactor, and ends when SIGINT or SIGTERM comes: `close` stops
 * listening and lets connections end; those that have not after three seconds are cut. A second
 * signal ends the process as if nobody had listened for the first.
 *
 * @param what further lines about what is served
 * @returns the exit code
 */
export async function serveUntilSignal(
  reactor: Reactor,
  served: Served,
  scheme: 'tcp' | 'http',
  { backend, trigger }: ServerOptions,
  close: () => void,
  what = '',
): Promise<number> {
  const onSignal = (): void => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    close()
    setTimeout(() => {
      reactor.close()
    }, GRACE_MS).unref()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  await served.ready
  announce(scheme, served, `${backend}, ${trigger}`, what)
  await reactor.run()
  reactor.close()
  return 0
}

/**
 * As {@link serveUntilSignal}, with Workers that run `module`. What becomes of them is told on stderr.
 *
 * @param workerData what they are told
 * @returns the exit code: 1 where all Workers had to be given up
 */
export async function clusterUntilSignal(
  module: string,
  scheme: 'tcp' | 'http',
  { port, hostname, backend, trigger, workers = 1, mode }: ServerOptions,
  workerData: WorkerTask = { trigger },
  what = '',
): Promise<number> {
  const cluster = await startCluster(module, { port, hostname, backend, workers, mode, workerData })
  let code = 0
  const say = (text: string): void => {
    process.stderr.write(`edgeloop: ${text}\n`)
  }
  cluster.on('exit', ({ id, error }) => {
    say(`Worker ${String(id)} ended${error instanceof Error ? `: ${error.message}` : ''}`)
  })
  cluster.on('error', (error) => {
    say(error.message)
    if (cluster.listening === 0) code = 1
  })
  const closed = new Promise<void>((resolve) => {
    cluster.once('close', resolve)
  })
  const onSignal = (): void => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    void cluster.close({ graceful: true, deadline: GRACE_MS })
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  const how = `${backend}, ${trigger}, ${String(workers)} ${workers === 1 ? 'Worker' : 'Workers'}, ${mode}`
  announce(scheme, cluster, how, what)
  await closed
  return code
}

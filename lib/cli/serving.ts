import process from 'node:process'
import type { Reactor } from '../index'
import type { ServerOptions } from './server-options'

/** How long connections are given to end once a signal has come. */
const GRACE_MS = 3000

/** What is served: a listener or an HTTP server. */
export interface Served {
  readonly port: number | undefined
  readonly hostname: string | undefined
  readonly ready: Promise<void>
}

/** `tcp://127.0.0.1:7000`; an IPv6 address stands in brackets. */
function url(scheme: string, { hostname = '', port = 0 }: Served): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return `${scheme}://${host}:${String(port)}`
}

/**
 * Says where it listens, runs the reactor, and ends when SIGINT or SIGTERM comes: `close` stops
 * listening and lets connections end; those that have not after three seconds are cut. A second
 * signal ends the process as if nobody had listened for the first.
 *
 * @returns the exit code
 */
export async function serveUntilSignal(
  reactor: Reactor,
  served: Served,
  scheme: 'tcp' | 'http',
  { backend, trigger }: ServerOptions,
  close: () => void,
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
  process.stdout.write(`listening on ${url(scheme, served)} (${backend}, ${trigger})\n`)
  await reactor.run()
  reactor.close()
  return 0
}

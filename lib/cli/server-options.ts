import process from 'node:process'
import type { ClusterMode } from '../cluster'
import type { Backend } from '../index'
import { choice, UsageError } from './usage'

/** What every server of the command line can be told. */
export const serverOptions = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  backend: { type: 'string' },
  trigger: { type: 'string' },
  workers: { type: 'string' },
  mode: { type: 'string' },
} as const

/** @param port the default */
export const serverHelp = (
  port: number,
): string => `  --port, -p N      the port, 0 for one of the kernel's choice (${String(port)})
  --host HOST       the address or name to listen on (127.0.0.1)
  --backend NAME    select, poll or epoll (EDGELOOP_BACKEND in the environment, else epoll)
  --trigger NAME    level or edge; edge on epoll only (edge on epoll, else level)
  --workers N       N threads that share the port, restarted where they end
  --mode NAME       how they share it: reuse-port or shared-listener (reuse-port)`

export interface ServerOptions {
  readonly port: number
  readonly hostname: string
  readonly backend: Backend
  readonly trigger: 'level' | 'edge'
  /** How many share the port; undefined where this thread serves by itself. */
  readonly workers: number | undefined
  readonly mode: ClusterMode
}

/** The options as they come from the command line. */
interface Values {
  port?: string
  host?: string
  backend?: string
  trigger?: string
  workers?: string
  mode?: string
}

const MOST_WORKERS = 1024
const backends = ['select', 'poll', 'epoll'] as const

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < least || number > most) {
    const range = `from ${String(least)} to ${String(most)}`
    throw new UsageError(`${option} must be a whole number ${range}, not '${text}'`)
  }
  return number
}

function chosenBackend(given: string | undefined): Backend {
  if (given !== undefined) return choice('--backend', given, backends)
  const environment = process.env['EDGELOOP_BACKEND']
  if (environment === undefined || environment === '') return 'epoll'
  return choice('EDGELOOP_BACKEND', environment, backends)
}

/** Reads {@link serverOptions}. */
export function readServerOptions(values: Values, defaultPort: number): ServerOptions {
  const backend = chosenBackend(values.backend)
  const trigger =
    values.trigger === undefined
      ? backend === 'epoll'
        ? 'edge'
        : 'level'
      : choice('--trigger', values.trigger, ['level', 'edge'])
  if (trigger === 'edge' && backend !== 'epoll') {
    throw new UsageError(`${backend} has no edge triggering: --trigger edge needs --backend epoll`)
  }
  if (values.host === '') throw new UsageError('--host must be an address or a name')
  if (values.mode !== undefined && values.workers === undefined) {
    throw new UsageError('--mode says how several share a port: it needs --workers')
  }
  return {
    port: values.port === undefined ? defaultPort : wholeNumber('--port', values.port, 0, 65535),
    hostname: values.host ?? '127.0.0.1',
    backend,
    trigger,
    workers:
      values.workers === undefined
        ? undefined
        : wholeNumber('--workers', values.workers, 1, MOST_WORKERS),
    mode: choice('--mode', values.mode ?? 'reuse-port', ['reuse-port', 'shared-listener']),
  }
}

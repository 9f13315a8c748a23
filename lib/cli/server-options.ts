import process from 'node:process'
import type { Backend } from '../index'
import { choice, UsageError } from './usage'

/** What every server of the command line can be told. */
export const serverOptions = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  backend: { type: 'string' },
  trigger: { type: 'string' },
} as const

/** @param port the default */
export const serverHelp = (
  port: number,
): string => `  --port, -p N      the port, 0 for one of the kernel's choice (${String(port)})
  --host HOST       the address or name to listen on (127.0.0.1)
  --backend NAME    select, poll or epoll (EDGELOOP_BACKEND in the environment, else epoll)
  --trigger NAME    level or edge; edge on epoll only (edge on epoll, else level)`

export interface ServerOptions {
  readonly port: number
  readonly hostname: string
  readonly backend: Backend
  readonly trigger: 'level' | 'edge'
}

const backends = ['select', 'poll', 'epoll'] as const

function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new UsageError(`--port must be a whole number from 0 to 65535, not '${text}'`)
  }
  return port
}

function chosenBackend(given: string | undefined): Backend {
  if (given !== undefined) return choice('--backend', given, backends)
  const environment = process.env['EDGELOOP_BACKEND']
  if (environment === undefined || environment === '') return 'epoll'
  return choice('EDGELOOP_BACKEND', environment, backends)
}

/** Reads {@link serverOptions}. */
export function readServerOptions(
  values: { port?: string; host?: string; backend?: string; trigger?: string },
  defaultPort: number,
): ServerOptions {
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
  return {
    port: values.port === undefined ? defaultPort : portNumber(values.port),
    hostname: values.host ?? '127.0.0.1',
    backend,
    trigger,
  }
}

import { type ServeOptions, serveStatic } from '../index'
import { hello } from './hello'
import type { WorkerTask } from './serving'
import { logLine, type Site } from './site'

/** What `edgeloop http` does, in this thread or in Workers. */
export interface HttpTask extends WorkerTask {
  /** Undefined for `--hello`. */
  readonly site: Site | undefined
  readonly log: boolean
}

/** The options for `serve` but the address. */
export function httpOptions({ trigger, site, log }: HttpTask): ServeOptions {
  const handler = site === undefined ? hello : serveStatic(site.root, site.options)
  return log ? { trigger, handler, log: logLine } : { trigger, handler }
}

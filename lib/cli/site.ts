import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { commonLog, type ServeOptions, serveStatic, type StaticOptions } from '../index'
import { choice, UsageError } from './usage'

/** How the command line is told what files to serve. */
export const siteOptions = {
  listing: { type: 'boolean' },
  index: { type: 'string' },
  'no-index': { type: 'boolean' },
  dotfiles: { type: 'string' },
  'cache-control': { type: 'string' },
  precompressed: { type: 'boolean' },
} as const

export const siteHelp = `  --listing         a page for each directory that has no index
  --index FILE      what stands for its directory (index.html)
  --no-index        nothing does
  --dotfiles WORD   names with a dot in front: allow, deny (403) or ignore (404) (ignore)
  --cache-control V the field Cache-Control of every file, such as max-age=3600 (none)
  --precompressed   FILE.br or FILE.gz in place of FILE, to who takes it`

/** The options as they come from the command line. */
interface Values {
  listing?: boolean
  index?: string
  'no-index'?: boolean
  dotfiles?: string
  'cache-control'?: string
  precompressed?: boolean
}

/** The files to serve; can be handed to a Worker. */
export interface Site {
  /** An absolute path. */
  readonly root: string
  readonly options: StaticOptions
}

/** Reads {@link siteOptions}. @throws UsageError for a root that can't be served, and what serveStatic refuses */
export function readSite(root: string, values: Values): Site {
  const options: StaticOptions = {
    listing: values.listing === true,
    dotfiles: choice('--dotfiles', values.dotfiles ?? 'ignore', ['allow', 'deny', 'ignore']),
    precompressed: values.precompressed === true,
  }
  const { index, 'cache-control': cacheControl } = values
  if (index !== undefined) options.index = index
  if (cacheControl !== undefined) options.cacheControl = cacheControl
  if (values['no-index'] === true) {
    if (index !== undefined) throw new UsageError('either --index FILE or --no-index')
    options.index = false
  }
  const site: Site = { root: directory(root), options }
  try {
    serveStatic(site.root, options).close()
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
  return site
}

/** A line for who would be answered 404 at once. */
export function adviceFor({ root, options: { index = 'index.html', listing } }: Site): string {
  if (listing === true || (index !== false && existsSync(path.join(root, index)))) return ''
  const none = index === false ? 'no index' : `no ${index} there`
  return `${none}: --listing shows what is there instead\n`
}

/** The first of {@link siteOptions} that was given. */
export function givenSiteOption(values: Values): string | undefined {
  const name = Object.keys(siteOptions).find((name) => name in values)
  return name === undefined ? undefined : `--${name}`
}

/** Writes a line of the Common Log Format to stdout. */
export const logLine: NonNullable<ServeOptions['log']> = (request, response) => {
  process.stdout.write(`${commonLog(request, response)}\n`)
}

function directory(root: string): string {
  const stat = statSync(root, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`there is no directory '${root}'`)
  if (!stat.isDirectory()) throw new UsageError(`'${root}' is not a directory`)
  return path.resolve(root)
}

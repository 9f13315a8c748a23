// ADDON bare|call echo|http: bench/hosted, with or without a call for each turn.

import { createRequire } from 'node:module'
import process from 'node:process'

interface Hosted {
  serve(job: string, called?: () => void): number
}

const [file = '', way, job = ''] = process.argv.slice(2)
const addon = createRequire(__filename)(file) as Hosted
const nothing = (): void => undefined
const port = addon.serve(job, way === 'call' ? nothing : undefined)
const scheme = job === 'http' ? 'http' : 'tcp'
process.on('SIGTERM', () => process.exit(0))
process.stdout.write(`listening on ${scheme}://127.0.0.1:${String(port)} (epoll, level, in Node)\n`)

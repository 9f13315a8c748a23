import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'

const root = path.join(__dirname, '../..')

/** How a script ended, and what it printed. */
export interface Ended {
  stdout: string
  stderr: string
  /** The exit code; null when a signal ended it. */
  code: number | null
  signal: string | null
}

/**
 * Runs a CommonJS script in a process of its own, `sys` being `edgeloop/sys` as built in dist/.
 * `await` is allowed at its top.
 */
export async function runScript(source: string, ...flags: string[]): Promise<Ended> {
  const program = `
    'use strict'
    const sys = require('./dist/sys')
    const { constants } = sys
    const assert = require('node:assert/strict')
    ;(async () => {${source}
    })().catch((error) => { console.error(error); process.exit(99) })`
  const child = spawn(process.execPath, [...flags, '-e', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  return { stdout: stdout.trim(), stderr, code: child.exitCode, signal: child.signalCode }
}

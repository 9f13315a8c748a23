// Scripts in a process of their own: signals, limits and garbage belong to a process.

import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect } from 'vitest'

const root = path.resolve(__dirname, '../..')

/** In a script, `require('edgeloop')` is the package as built: dist/. */
const prelude = `
  const { createRequire } = require('node:module')
  const load = createRequire(${JSON.stringify(path.join(root, 'package.json'))})
  require = (name) => name.startsWith('edgeloop') ? load(name) : load('node:' + name.replace('node:', ''))
  ;`

export interface ScriptOptions {
  readonly args?: readonly string[]
  /** Options for node itself. */
  readonly node?: readonly string[]
  /** The limit of descriptors, hard too: node raises the soft one by itself. */
  readonly limit?: number
  /** A command to run node under. */
  readonly under?: readonly string[]
}

/** Starts a script; the caller talks with it and waits for its end. */
export function startScript(script: string, options: ScriptOptions = {}): ChildProcess {
  const { args = [], node = [], limit, under = [] } = options
  const command = [...under, process.execPath, ...node, '-e', prelude + script, ...args]
  const limited = ['/bin/sh', '-c', `ulimit -n ${String(limit)}; exec "$@"`, 'sh', ...command]
  const [program = '', ...rest] = limit === undefined ? command : limited
  return spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
}

/** Runs a script to its end, which must be a good one, and answers what it printed. */
export async function runScript(
  script: string,
  options: ScriptOptions = {},
): Promise<{ output: string }> {
  const child = startScript(script, options)
  const ended = new Promise<unknown>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  const heard: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => heard.push(text))
  expect(await ended).toBe(0)
  return { output: heard.join('').trim() }
}

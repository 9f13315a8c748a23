// A reactor's echo server in a process of its own, the load generator, and what the two are asked.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { builtProgram } from '../../bench/package'
import { type LoadResult, parseLoadResult } from '../../bench/run/load'
import { startScript } from '../multiplexer/child'

/** Where there are two cores, the server has one to itself and the generator the other. */
const pinned = os.availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0

function onCore(core: number): string[] {
  return pinned ? ['taskset', '-c', String(core)] : []
}

/** Puts echo load on a port, and answers what the generator found. */
export async function loadEcho(port: number, ...words: readonly string[]): Promise<LoadResult> {
  const [program = '', ...rest] = [
    ...onCore(1),
    ...[builtProgram('edgeloop-load'), 'echo', '--target', `127.0.0.1:${String(port)}`],
    // The generator's own patience is for a machine that has nothing else to do.
    ...['--timeout', '60', ...words],
  ]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  await once(child, 'close')
  return parseLoadResult(output.trim())
}

/** A script that talks in lines: it hears them on stdin, and says JSON on stdout. */
export class Conversation {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  readonly #ended: Promise<unknown>
  #wake = (): void => undefined

  /** In the script, `heard(line => …)` hears and `say(value)` says. */
  constructor(script: string, args: readonly string[] = []) {
    this.#child = startScript(prelude + script, { args, under: onCore(0) })
    this.#ended = once(this.#child, 'close')
    if (this.#child.stdout === null) throw new Error('no output')
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line)
      this.#wake()
    })
    void this.#ended.then(() => {
      this.#wake()
    })
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** The next that it says; throws where it ended instead. */
  async hear(): Promise<unknown> {
    while (this.#lines.length === 0) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`It ended: ${String(this.#child.signalCode ?? this.#child.exitCode)}`)
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return JSON.parse(this.#lines.shift() ?? '')
  }

  /** How it ended: its exit code, or the signal. */
  async end(): Promise<number | string | null> {
    this.#child.stdin?.end()
    await this.#ended
    return this.#child.signalCode ?? this.#child.exitCode
  }
}

const prelude = `
  const heard = (listener) => {
    const { createInterface } = require('readline')
    createInterface({ input: process.stdin }).on('line', listener).on('close', () => process.exit(0))
  }
  const say = (value) => console.log(JSON.stringify(value))
  ;`

/**
 * Runs `work(require, say, heard, args)` in the main thread of a script, or in a Worker of it.
 *
 * @param work the body of a function
 */
export function inThread(place: 'main thread' | 'Worker', work: string): string {
  const called = `(async (require, say, heard, args) => {${work}})`
  if (place === 'main thread') return `${called}(require, say, heard, process.argv.slice(1))`
  const root = path.resolve(__dirname, '../../package.json')
  const inside = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { createRequire } = require('node:module')
    const load = createRequire(${JSON.stringify(root)})
    const find = (name) => name.startsWith('edgeloop') ? load(name) : load('node:' + name)
    ;${called}(find, (value) => parentPort.postMessage(value),
      (listener) => parentPort.on('message', listener), workerData)`
  return `
    const { Worker } = require('worker_threads')
    const worker = new Worker(${JSON.stringify(inside)}, { eval: true, workerData: process.argv.slice(1) })
    worker.on('message', say)
    heard((line) => worker.postMessage(line))
    worker.on('exit', (code) => process.exit(code))`
}

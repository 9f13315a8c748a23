// Runs the command line as a user does: dist/cli/main.js in a process of its own.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const main = path.resolve('dist/cli/main.js')

export function edgeloop(...words: string[]) {
  return spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', timeout: 20_000 })
}

export interface Server {
  readonly child: ChildProcess
  /** The first line on stdout. */
  readonly line: string
  readonly port: number
  /** Resolves with the first lines on stdout, once there are as many. */
  lines(count: number): Promise<string[]>
  /** Sends the signal; resolves with what became of the process. */
  stop(
    signal?: NodeJS.Signals,
  ): Promise<{ code: number | null; signal: string | null; stderr: string }>
}

/** Starts a server and waits until it says where it listens. */
export async function start(
  words: string[],
  env: NodeJS.ProcessEnv = {},
  cwd = process.cwd(),
): Promise<Server> {
  const child = spawn(process.execPath, [main, ...words], { env: { ...process.env, ...env }, cwd })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const exited = once(child, 'close') as Promise<[number | null, string | null]>
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const lines = (count: number): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const whole = output.split('\n').slice(0, -1)
        if (whole.length < count) return
        child.stdout.off('data', look)
        resolve(whole.slice(0, count))
      }
      child.stdout.on('data', look)
      look()
      exited.then(() => {
        reject(new Error(`ended before it had said ${String(count)} lines: ${stderr}`))
      }, reject)
    })
  const [line = ''] = await lines(1)
  return {
    child,
    line,
    port: Number(/:(\d+) \(/.exec(line)?.[1]),
    lines,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code, by] = await exited
      return { code, signal: by, stderr }
    },
  }
}

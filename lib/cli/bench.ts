import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Command } from './usage'

const program = path.join(__dirname, '..', 'bench', 'main.js')

/** Runs the laboratory, a program of its own: what it measures must not share its process. */
export const bench: Command = {
  name: 'bench',
  summary: "measures the servers against libuv's default loop",
  help: '',
  run(words) {
    if (!existsSync(program)) throw new Error(`the laboratory is not built (${program})`)
    const child = spawn(process.execPath, [program, ...words], { stdio: 'inherit' })
    const pass = (signal: NodeJS.Signals): void => {
      child.kill(signal)
    }
    process.on('SIGINT', pass)
    process.on('SIGTERM', pass)
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => {
        process.off('SIGINT', pass)
        process.off('SIGTERM', pass)
        // Ended by a signal, and so is this process: the caller's shell sees what happened.
        if (signal !== null) process.kill(process.pid, signal)
        resolve(code ?? 1)
      })
    })
  },
}

import { spawn } from 'node:child_process'
import { pinned } from './pinning'

/** A program that ended otherwise than it should have. */
export class ProcessError extends Error {}

/** Of what a program said when it failed, the line that names the error. */
export function complaintOf(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => /^(\w*Error|edgeloop)\b.*:/.test(line)) ?? lines.find(Boolean)
}

/** Runs a program to its end and resolves with what it printed. Rejects with ProcessError. */
export function outputOf(words: readonly string[], core: number | undefined): Promise<string> {
  const [program = '', ...rest] = words
  const command = pinned([program, ...rest], core)
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let complaint = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const how = `ended with ${signal ?? `exit code ${String(code)}`}`
      if (code === 0) resolve(output.trim())
      else reject(new ProcessError(complaintOf(complaint)?.slice(0, 160) ?? how))
    })
  })
}

import { spawn } from 'node:child_process'
import { pinned } from './pinning'

/** A program that ended otherwise than it should have. */
export class ProcessError extends Error {}

/** Of what a program said when it failed, the line that names the error. */
export function complaintOf(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => /^(\w*Error|edgeloop)\b.*:/.test(line)) ?? lines.find(Boolean)
}

/** What is done while a program waits at a gate: `edgeloop-load --gates`. */
export type AtGate = (name: string) => Promise<void>

/**
 * Runs a program to its end and resolves with what it printed. Rejects with ProcessError, or with what
 * `atGate` rejects with, once the program has ended.
 */
export function outputOf(
  words: readonly string[],
  core: number | undefined,
  atGate?: AtGate,
): Promise<string> {
  const [program = '', ...rest] = words
  const command = pinned([program, ...rest], core)
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let complaint = ''
    // It may have ended without having read all.
    child.stdin.on('error', () => undefined)
    if (atGate === undefined) child.stdin.end()
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text.replace(/^gate \w+\n/m, '')
      const [, gate] = /^gate (\w+)$/m.exec(text) ?? []
      if (gate === undefined || atGate === undefined) return
      atGate(gate).then(
        () => child.stdin.write('\n'),
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)))
          child.stdin.end()
        },
      )
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const how = `ended with ${signal ?? `exit code ${String(code)}`}`
      child.stdin.end()
      if (code === 0) resolve(output.trim())
      else reject(new ProcessError(complaintOf(complaint)?.slice(0, 160) ?? how))
    })
  })
}

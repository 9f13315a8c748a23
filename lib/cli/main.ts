#!/usr/bin/env node
import process from 'node:process'
import { bench } from './bench'
import { echo } from './echo'
import { http } from './http'
import { info } from './info'
import { SystemError } from '../sys'
import { type Command, UsageError } from './usage'
import { packageVersion } from './version'

const commands: readonly Command[] = [echo, http, bench, info]

const help = `edgeloop COMMAND [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`).join('\n')}

  --help, -h      this, or with a command what that takes
  --version, -v   the version
`

/** Resolves with the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help)
    return 0
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${packageVersion()}\n`)
    return 0
  }
  const command = commands.find((one) => one.name === name)
  if (command === undefined) {
    const known = commands.map((one) => one.name).join(', ')
    const what = name.startsWith('-') ? 'option' : 'command'
    throw new UsageError(`there is no ${what} '${name}' (commands: ${known}; or --help)`)
  }
  if (command.help !== '' && rest.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(command.help)
    return 0
  }
  return command.run(rest)
}

/** What to do about the failures to listen that everybody meets. */
function remedy(error: unknown): string {
  if (!(error instanceof SystemError) || error.syscall !== 'bind') return ''
  if (error.code === 'EADDRINUSE') return ' (--port takes another, --port 0 any that is free)'
  if (error.code === 'EACCES') return ' (ports below 1024 take privileges: --port takes another)'
  return ''
}

// Whoever read our output has gone: there is nobody left to tell.
process.stdout.on('error', () => {
  process.exit(1)
})

const words = process.argv.slice(2)
const [first = ''] = words
const prefix = commands.some(({ name }) => name === first) ? `edgeloop ${first}` : 'edgeloop'

main(words).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${prefix}: ${message.split('\n', 1)[0] ?? ''}${remedy(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  },
)

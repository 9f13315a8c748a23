import { parseArgs } from 'node:util'
import { contestants } from './contestants'
import type { Contestant } from './contestants/contestant'
import { scenarios, type Scenario } from './scenarios'

/** What the command line asked for. */
export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly contestants: readonly Contestant[]
  readonly rounds: number
  /** Measured, for each server in each round. */
  readonly seconds: number
  readonly json: string
  readonly out: string
  readonly list: boolean
  readonly help: boolean
}

/** A command line that asks for something that does not exist. Its message is for the user. */
export class UsageError extends Error {}

export const usage = `edgeloop bench [options]

Compares edgeloop's servers with libuv's default loop (node:net, node:http) and with a floor in C++,
under load from another process on this machine. Prints a table, writes report.html and results.json.

  --quick               three rounds of half a second: a minute and a half (the default)
  --scenario a,b        only these kinds of load
  --server a,b          only these servers
  --rounds N            how often each server has its turn (3)
  --seconds S           measured in each turn (0.5)
  --connections N       that talk at the same time, instead of each scenario's own number
  --json FILE           results.json, every figure of every round
  --out FILE            report.html
  --list                the scenarios and servers there are
  --help                this
`

const definitions = {
  quick: { type: 'boolean' },
  scenario: { type: 'string' },
  server: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string' },
  json: { type: 'string' },
  out: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: definitions, allowPositionals: false }).values
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(message.split(/[.\n]/, 1)[0] ?? message)
  }
}

function number(
  name: string,
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
) {
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new UsageError(`--${name} must be from ${String(min)} to ${String(max)}, not '${text}'`)
  return value
}

function whole(name: string, text: string | undefined, fallback: number, max: number) {
  const value = number(name, text, fallback, 1, max)
  if (!Number.isInteger(value))
    throw new UsageError(`--${name} must be a whole number, not '${String(text)}'`)
  return value
}

function chosen<T extends { readonly name: string }>(
  option: string,
  text: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (text === undefined) return all
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !all.some((one) => one.name === name))
  if (unknown !== undefined) {
    const known = all.map((one) => one.name).join(', ')
    throw new UsageError(`--${option}: there is no '${unknown}' (there are ${known})`)
  }
  return all.filter((one) => names.includes(one.name))
}

function fileName(option: string, text: string | undefined, fallback: string): string {
  if (text === '') throw new UsageError(`--${option} needs the name of a file`)
  return text ?? fallback
}

/** Reads the words after `edgeloop bench`. Throws UsageError. */
export function parseOptions(words: readonly string[]): Options {
  const values = parse(words)
  const connections = whole('connections', values.connections, 64, 10_000)
  return {
    scenarios: chosen('scenario', values.scenario, scenarios).map((scenario) =>
      values.connections === undefined ? scenario : withConnections(scenario, connections),
    ),
    contestants: chosen('server', values.server, contestants),
    rounds: whole('rounds', values.rounds, 3, 1000),
    seconds: number('seconds', values.seconds, 0.5, 0.1, 600),
    json: fileName('json', values.json, 'results.json'),
    out: fileName('out', values.out, 'report.html'),
    list: values.list ?? false,
    help: values.help ?? false,
  }
}

function withConnections(scenario: Scenario, connections: number): Scenario {
  const title = scenario.title.replace(/64 connections/, `${String(connections)} connections`)
  return { ...scenario, connections, title }
}

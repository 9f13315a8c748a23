import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'
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
  /** Whether to count system calls in a pass of its own. */
  readonly calls: boolean
  /** The same for scenarios that are one of a series. */
  readonly brief: { readonly rounds: number; readonly seconds: number; readonly calls: boolean }
  readonly list: boolean
  readonly peers: boolean
  readonly help: boolean
}

/** A command line that asks for something that does not exist. Its message is for the user. */
export class UsageError extends Error {}

export const usage = `edgeloop bench [options]
edgeloop bench compare OLD.json NEW.json   (--help says how)

Compares edgeloop's servers with libuv's default loop (node:net, node:http) and with a floor in C++,
under load from another process on this machine. Prints a table, writes report.html and results.json.

  --quick               three rounds of 0.3 seconds: a good minute (the default)
  --full                everything: all scenarios, libuv in C++ (built with cmake where its headers
                        are), other runtimes where installed, system calls; five rounds of two
                        seconds: about an hour
  --scenario a,b        only these kinds of load, on everything that can take part in them
  --server a,b          only these servers
  --calls, --no-calls   count system calls too, in a pass of its own (with strace); --full does
  --rounds N            how often each server has its turn (3; 5 with --full)
  --seconds S           measured in each turn (0.3; 2 with --full)
  --connections N       that talk at the same time, instead of each scenario's own number
                        (memory, register, rings, models and the series by connections keep theirs)
  --json FILE           results.json, every figure of every round
  --out FILE            report.html
  --peers               which of the others were found, and how to get those that were not
  --list                the scenarios and servers there are
  --help                this
`

const definitions = {
  quick: { type: 'boolean' },
  full: { type: 'boolean' },
  calls: { type: 'boolean' },
  'no-calls': { type: 'boolean' },
  scenario: { type: 'string' },
  server: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string' },
  json: { type: 'string' },
  out: { type: 'string' },
  peers: { type: 'boolean' },
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
  text: string,
  all: readonly T[],
): readonly T[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !all.some((one) => one.name === name))
  if (unknown !== undefined) {
    const known = all.map((one) => one.name).join(', ')
    throw new UsageError(`--${option}: there is no '${unknown}' (there are ${known})`)
  }
  return all.filter((one) => names.includes(one.name))
}

/** To learn after an hour that a file can't be written would be late. */
function refuseUnwritable(option: string, file: string): void {
  if (file === '') throw new UsageError(`--${option} needs the name of a file`)
  const folder = path.dirname(path.resolve(file))
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`--${option}: '${file}' is a directory`)
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw new UsageError(`--${option}: nothing can be written to '${folder}'`)
  }
}

const usualConnections = 64

function files({ json = 'results.json', out = 'report.html' }: { json?: string; out?: string }) {
  refuseUnwritable('json', json)
  refuseUnwritable('out', out)
  if (path.resolve(json) === path.resolve(out))
    throw new UsageError(`--json and --out name the same file, '${out}'`)
  return { json, out }
}

/** Without being named: all that is always there, and of the rest what a longer run can use. */
function usual(long: boolean): readonly Contestant[] {
  return contestants.filter(({ needs, role }) => {
    if (needs === undefined) return true
    return long && (role !== 'peer' || needs.find() !== undefined)
  })
}

/** Reads the words after `edgeloop bench`. Throws UsageError. */
export function parseOptions(words: readonly string[]): Options {
  const values = parse(words)
  const full = values.full ?? false
  const nothingToRun = [values.list, values.peers, values.help].includes(true)
  if (full && values.quick === true) throw new UsageError('--quick and --full exclude each other')
  if (values.calls === true && values['no-calls'] === true)
    throw new UsageError('--calls and --no-calls exclude each other')
  const rounds = whole('rounds', values.rounds, full ? 5 : 3, 1000)
  const seconds = number('seconds', values.seconds, full ? 2 : 0.3, 0.1, 600)
  const connections = whole('connections', values.connections, usualConnections, 10_000)
  const chosenScenarios =
    values.scenario === undefined
      ? scenarios.filter(({ quick }) => full || quick)
      : chosen('scenario', values.scenario, scenarios)
  return {
    scenarios: chosenScenarios.map((scenario) =>
      values.connections === undefined ? scenario : withConnections(scenario, connections),
    ),
    contestants:
      values.server === undefined
        ? usual(full || values.scenario !== undefined)
        : chosen('server', values.server, contestants),
    rounds,
    seconds,
    ...(nothingToRun ? { json: '', out: '' } : files(values)),
    calls: values['no-calls'] !== true && (values.calls ?? full),
    brief: {
      rounds: values.rounds === undefined ? 3 : rounds,
      seconds: values.seconds === undefined ? 0.5 : seconds,
      calls: values.calls ?? false,
    },
    list: values.list ?? false,
    peers: values.peers ?? false,
    help: values.help ?? false,
  }
}

/** Memory, descriptors and what is about the number of connections have numbers of their own. */
function withConnections(scenario: Scenario, connections: number): Scenario {
  if (!['talk', 'churn'].includes(scenario.kind)) return scenario
  if (scenario.connections !== usualConnections) return scenario
  const title = scenario.title.replace(/64 (connections|sockets)/, `${String(connections)} $1`)
  return { ...scenario, connections, title }
}

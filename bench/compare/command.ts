import { parseArgs } from 'node:util'
import { UsageError } from '../options'
import type { Results } from '../results'
import { leastChange } from './change'
import { compareResults, type Comparison } from './comparison'
import type { Selection } from './pairs'
import { printedComparison } from './printed'
import { readResults } from './read'

export const compareUsage = `edgeloop bench compare OLD.json NEW.json [options]

What became slower or faster from one results.json to the other, beyond noise: all rounds of the one lie
beyond all rounds of the other. CPU is compared as a ratio to the C++ floor in the same round, so that a
machine that was slower for a while does not count. Exit code 1 if anything is slower, or fails now.

  --scenario a,b        only these scenarios
  --server a,b          only these servers
  --least PERCENT       how far medians must lie apart to be told (${String(leastChange * 100)})
  --help                this
`

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        scenario: { type: 'string' },
        server: { type: 'string' },
        least: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(`compare: ${message.split(/[.\n]/, 1)[0] ?? message}`)
  }
}

function leastOf(text: string | undefined): number {
  if (text === undefined) return leastChange
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1000))
    throw new UsageError(`compare: --least must be a percentage from 0 to 1000, not '${text}'`)
  return value / 100
}

/** A name that is in neither file is a mistake. */
function namesOf(option: string, text: string | undefined, known: Set<string>) {
  if (text === undefined) return () => true
  const names = new Set(text.split(',').map((name) => name.trim()))
  const unknown = [...names].find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new UsageError(
      `compare: --${option}: '${unknown}' is in neither file (there are ${[...known].join(', ')})`,
    )
  return (name: string) => names.has(name)
}

function selection(
  values: { scenario?: string | undefined; server?: string | undefined },
  both: readonly Results[],
): Selection {
  const scenarios = both.flatMap((results) => results.scenarios)
  const servers = scenarios.flatMap(({ rows }) => rows.map(({ server }) => server))
  return {
    scenario: namesOf(
      'scenario',
      values.scenario,
      new Set(scenarios.map(({ scenario }) => scenario.name)),
    ),
    server: namesOf('server', values.server, new Set(servers)),
  }
}

/** Nothing in common is an answer to a question that nobody asked. */
function refuseStrangers({ found, broken, mended, skipped }: Comparison): void {
  if (found.length + broken.length + mended.length > 0) return
  const [first = 'both are empty', ...others] = skipped
  const more = others.length === 0 ? '' : ` (and ${String(others.length)} more like it)`
  throw new UsageError(`compare: nothing to compare: ${first}${more}`)
}

/** `edgeloop bench compare`: prints what changed. Returns the exit code. Throws UsageError, FileError. */
export function compareCommand(words: readonly string[], print: (text: string) => void): number {
  const { values, positionals } = parse(words)
  if (values.help === true) {
    print(compareUsage)
    return 0
  }
  const [oldFile, newFile, ...more] = positionals
  if (oldFile === undefined || newFile === undefined || more.length > 0)
    throw new UsageError(
      `compare takes two files, OLD.json and NEW.json, not ${String(positionals.length)}`,
    )
  const least = leastOf(values.least)
  const [before, after] = [readResults(oldFile), readResults(newFile)]
  const comparison = compareResults(before, after, selection(values, [before, after]), least)
  refuseStrangers(comparison)
  print(printedComparison(comparison, [oldFile, before], [newFile, after], least))
  const worse = comparison.found.some(({ verdict }) => verdict === 'slower')
  return worse || comparison.broken.length > 0 ? 1 : 0
}

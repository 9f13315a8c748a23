import { existsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { compareCommand } from './compare/command'
import { contestants } from './contestants'
import { obstacle } from './contestants/contestant'
import { describeMachine, readCpuTime } from './machine'
import { parseOptions, usage, UsageError, type Options } from './options'
import { makeProgress } from './output/progress'
import { printed } from './output/table'
import { builtProgram } from './package'
import { report } from './report/report'
import { resultsFormat, type Results, type ScenarioResult } from './results'
import { commandFor } from './run/part'
import { chooseCores } from './run/pinning'
import { runScenario } from './run/rounds'
import { killServers } from './run/server'
import { planFor, secondsOf, type Plan } from './run/turns'
import { scenarios, type Scenario } from './scenarios'

const firstWarmup = 0.5
const warmup = 0.1
const rest = 10

function list(): string {
  const entries = (all: readonly { name: string; title: string }[]) =>
    all.map(({ name, title }) => `  ${name.padEnd(16)}${title}`)
  return ['scenarios', ...entries(scenarios), 'servers', ...entries(contestants), ''].join('\n')
}

/** What takes part only where it was installed. */
function peers(): string {
  const lines = contestants.flatMap(({ name, title, needs }) => {
    if (needs === undefined) return []
    const found = needs.find()
    return [`  ${name.padEnd(14)}${title.padEnd(24)}${found ?? `missing: ${needs.how}`}`]
  })
  return [...lines, ''].join('\n')
}

/** Builds what is to be built before the clock runs, and says so: it may take a while. */
function prepareAll({ scenarios, contestants }: Options): void {
  for (const contestant of contestants) {
    if (contestant.needs === undefined) continue
    if (!scenarios.some((scenario) => commandFor(contestant, scenario) !== undefined)) continue
    process.stderr.write(`edgeloop bench: looking for ${contestant.title} …\n`)
    const reason = obstacle(contestant)
    if (reason !== undefined) process.stderr.write(`edgeloop bench: ${reason}\n`)
  }
}

async function measure(options: Options): Promise<Results> {
  const { rounds, seconds, calls, brief } = options
  const plan: Plan = { rounds, seconds, firstWarmup, warmup, calls, rest, brief }
  const cores = chooseCores()
  prepareAll(options)
  const begun = new Date()
  const cpuTime = readCpuTime()
  const [loadBefore = 0] = os.loadavg()
  const taking = (scenario: Scenario) =>
    options.contestants.filter((one) => commandFor(one, scenario) !== undefined).length
  const counts = options.scenarios.map((one) => taking(one) * planFor(one, plan).rounds)
  const turns = counts.reduce((sum, count) => sum + count, 0)
  let left = options.scenarios.reduce(
    (sum, scenario) => sum + taking(scenario) * secondsOf(scenario, plan),
    0,
  )
  const progress = makeProgress(turns)
  const finished: ScenarioResult[] = []
  for (const scenario of options.scenarios) {
    const result = await runScenario(
      scenario,
      options.contestants,
      plan,
      cores,
      (_, one, round) => {
        const ofRounds = planFor(scenario, plan).rounds
        const what = `${scenario.title} · round ${String(round + 1)} of ${String(ofRounds)} · ${one.title}`
        progress.turn(what, left)
        left -= secondsOf(scenario, plan) / ofRounds
      },
    )
    finished.push(result)
  }
  progress.end()
  return {
    format: resultsFormat,
    startedAt: begun.toISOString(),
    seconds: (Date.now() - begun.getTime()) / 1000,
    command: ['edgeloop bench', ...process.argv.slice(2)].join(' '),
    settings: {
      rounds: plan.rounds,
      seconds: plan.seconds,
      warmup: `${String(firstWarmup)} s (first round, at a fixed rate behind as long at full speed) or ${String(warmup)} s`,
    },
    machine: describeMachine(cores.how, cpuTime, loadBefore),
    scenarios: finished,
  }
}

/** JSON for people too, in which a point of a curve takes one line and not four. */
function written(results: Results): string {
  const text = JSON.stringify(results, undefined, 1)
  return `${text.replace(/\[\s+([-+.\de]+),\s+([-+.\de]+)\s+\]/g, '[$1, $2]')}\n`
}

/** Runs the laboratory. Resolves with the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words
  if (first === 'compare') return compareCommand(rest, (text) => void process.stdout.write(text))
  const options = parseOptions(words)
  if (options.help) process.stdout.write(usage)
  if (options.list) process.stdout.write(list())
  if (options.peers) process.stdout.write(peers())
  if (options.help || options.list || options.peers) return 0
  if (!existsSync(builtProgram('edgeloop-load'))) {
    process.stderr.write(
      'edgeloop bench: the load generator is not built: run `npm start` in a checkout of edgeloop\n',
    )
    return 1
  }
  const results = await measure(options)
  writeFileSync(options.json, written(results))
  writeFileSync(options.out, report(results))
  process.stdout.write(printed(results, process.stdout.columns))
  process.stdout.write(`Charts: ${options.out}   every figure: ${options.json}\n`)
  const figures = results.scenarios.some(({ rows }) =>
    rows.some(({ summary, memory, model }) => summary ?? memory ?? model),
  )
  return figures ? 0 : 1
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    killServers()
    process.exit(code)
  })
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const usageError = error instanceof UsageError
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`edgeloop bench: ${message}\n`)
    process.exitCode = usageError ? 2 : 1
  },
)

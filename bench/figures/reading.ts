import type { Results, ScenarioResult } from '../results'
import { duration, listed, micros, percent, times, whole } from './format'
import { readLoad } from './load-reading'
import { measured, type Measured } from './measured'
import { readMemory } from './memory'
import { readModels } from './models'
import { readRing } from './ring'
import { differ, noisy, type Figure } from './statistics'
import { saturated } from './summary'
import { readSweep } from './sweep-reading'
import { isPoint, sweeps } from './sweeps'
import { readIdle, readTriggers } from './textbook'

export { measured, type Measured } from './measured'

/** The candidate that spends the least CPU per answer. */
export function cheapest(result: ScenarioResult): Measured | undefined {
  return measured(result)
    .filter(({ role }) => role === 'candidate')
    .sort((a, b) => a.summary.cpu.median - b.summary.cpu.median)[0]
}

function againstNode(best: Measured, node: Measured, unit: string): string {
  const [ours, theirs] = [best.summary.cpu, node.summary.cpu]
  const price = `${node.title} pays ${micros(theirs.median)} µs for the same ${unit}`
  if (!differ(ours, theirs)) return `${price}: no difference that these rounds could prove.`
  const share = theirs.median / ours.median
  const who = node.server.startsWith('node-') ? "libuv's default loop" : node.title
  if (share < 1) return `${price}: here ${who} is ahead, by ${percent(1 - share)}.`
  return share < 2
    ? `${price}: ${percent(share - 1)} more.`
    : `${price}: ${share.toFixed(1)} times as much.`
}

function readCost(result: ScenarioResult): string[] {
  const best = cheapest(result)
  if (best === undefined) return []
  const { unit } = result.scenario
  const { cpu, againstFloor } = best.summary
  const measure =
    againstFloor === undefined ? '' : `, ${times(againstFloor.median)} times the C++ floor`
  const node = measured(result).find(({ role }) => role === 'baseline')
  const others = measured(result).filter(
    ({ role, server }) => !['floor', 'baseline'].includes(role) && server !== best.server,
  )
  const tied = others.filter(({ summary }) => !differ(summary.cpu, cpu)).map(({ title }) => title)
  const ahead = others
    .filter(({ summary }) => differ(summary.cpu, cpu) && summary.cpu.median < cpu.median)
    .map(({ title, summary }) => `${title} (${micros(summary.cpu.median)} µs)`)
  const lowest = measured(result).every(
    ({ role, summary }) => role === 'floor' || summary.cpu.median >= cpu.median,
  )
  const place = lowest ? 'Cheapest here' : 'Cheapest of the edgeloop servers'
  const noise =
    tied.length === 0
      ? ''
      : ` ${listed(tied)} ${tied.length === 1 ? 'lies' : 'lie'} within the noise of it.`
  return [
    `${place} is ${best.title}: ${micros(cpu.median)} µs of CPU per ${unit}${measure}.${noise}`,
    ...(ahead.length === 0 ? [] : [`Ahead of it: ${listed(ahead)}.`]),
    ...(node === undefined ? [] : [againstNode(best, node, unit)]),
  ]
}

/** At a fixed rate every server answers as much; what differs is how long one waits. */
function readLatency(result: ScenarioResult): string[] {
  const rows = measured(result)
  const best = cheapest(result)
  const node = rows.find(({ role }) => role === 'baseline')
  if (result.scenario.rate === 0 || best === undefined || node === undefined) return []
  const [ours, theirs] = [best.summary.latency?.p99, node.summary.latency?.p99]
  if (ours === undefined || theirs === undefined) return []
  const verdict = differ(ours, theirs) ? '' : ', too close to call from these rounds'
  return [
    `One ${result.scenario.unit} in a hundred takes longer than ${duration(ours.median)} with ${best.title}, and than ${duration(theirs.median)} with ${node.title}${verdict}.`,
  ]
}

/** The tail against the floor's: only what the rounds tell apart is told as a figure. */
function readTail(result: ScenarioResult): string[] {
  const rows = measured(result)
  const floor = rows.find(({ role }) => role === 'floor')?.summary.latency?.p99
  if (floor === undefined || result.scenario.rate === 0) return []
  const tails = rows.flatMap(({ title, role, summary: { latency } }) =>
    latency === undefined || role === 'floor' ? [] : [{ title, p99: latency.p99 }],
  )
  const range = ({ min, max }: Figure) => `${duration(min)} to ${duration(max)}`
  const apart = tails.filter(({ p99 }) => differ(p99, floor))
  const near = tails.filter(({ p99 }) => !differ(p99, floor)).map(({ title }) => title)
  const told = apart.map(
    ({ title, p99 }) => `${title} ${times(p99.median / floor.median)} times (${range(p99)})`,
  )
  return [
    ...(told.length === 0
      ? []
      : [`p99 beyond all rounds of the C++ floor (${range(floor)}): ${listed(told)}.`]),
    ...(near.length === 0
      ? []
      : [
          `p99 that these rounds do not tell apart from that of the C++ floor (${range(floor)}): ${listed(near)}. A few moments in which the machine did something else make a p99: it takes longer rounds and a quiet machine to set an order.`,
        ]),
  ]
}

/** Of large bodies it is the byte that counts: answers within a short window are few. */
function readBytes(result: ScenarioResult): string[] {
  const told = measured(result).flatMap(({ title, summary: { cpuPerKiB, byteAgainstFloor } }) => {
    if (cpuPerKiB === undefined) return []
    const ratio = byteAgainstFloor === undefined ? '' : ` (${times(byteAgainstFloor.median)})`
    return [`${title} ${whole(cpuPerKiB.median)}${ratio}`]
  })
  if (told.length === 0) return []
  return [`CPU per KiB of the file, in ns, and against the C++ floor: ${told.join(', ')}.`]
}

/** System calls are the same on every machine: where one server makes more, that is why it costs more. */
function readCalls(result: ScenarioResult): string[] {
  const counted = result.rows.flatMap(({ title, calls }) => {
    if (typeof calls !== 'object') return []
    const names = Object.entries(calls.names).map(([name, count]) => `${name} ${count.toFixed(2)}`)
    return [`${title} ${calls.total.toFixed(2)} (${names.join(', ')})`]
  })
  const [reason] = result.rows.flatMap(({ calls }) => (typeof calls === 'string' ? [calls] : []))
  if (counted.length > 0)
    return [`System calls per ${result.scenario.unit}, under strace: ${counted.join('; ')}.`]
  return reason === undefined ? [] : [`System calls were not counted: ${reason}.`]
}

/** Descriptors that are watched without a server and without load from outside. */
const inOneProcess = ({ scenario: { kind } }: ScenarioResult): boolean =>
  kind === 'ready' || kind === 'ring'

/** What a handler in JavaScript adds to a loop in C++: the program's own time, without the kernel's. */
function readRegister(result: ScenarioResult): string[] {
  if (!inOneProcess(result)) return []
  const own = ({ summary: { cpu, userShare = 0 } }: Measured) => cpu.median * userShare
  const floor = measured(result).find(({ role }) => role === 'floor')
  const rows = measured(result).filter(({ role }) => role !== 'floor')
  if (floor === undefined || rows.length === 0) return []
  const told = rows.map((row) => `${row.title} ${(own(row) - own(floor)).toFixed(2)} µs`)
  return [`Of the program's own time (user), an event takes more than in C++: ${listed(told)}.`]
}

function readLimits(result: ScenarioResult): string[] {
  const rows = measured(result)
  if (result.scenario.rate > 0 || inOneProcess(result)) return []
  const limited = rows.filter(({ summary }) => summary.loadBusy >= saturated)
  if (limited.length === 0) return []
  const who =
    limited.length === rows.length ? 'every server' : listed(limited.map(({ title }) => title))
  return [
    `The load generator's own core was the bottleneck against ${who}: throughput says nothing there, CPU per ${result.scenario.unit} does.`,
  ]
}

function readNoise(result: ScenarioResult): string[] {
  const restless = measured(result).filter(({ summary }) => noisy(summary.cpu))
  if (restless.length === 0) return []
  const who = listed(restless.map(({ title }) => title))
  return [
    `The rounds of ${who} lie more than 15% apart: take these figures as a sketch, and run again on a quieter machine.`,
  ]
}

/** Which servers have no figures, or not from every round, and why. */
export function readFailures(result: ScenarioResult): string[] {
  const byReason = new Map<string, string[]>()
  for (const { title, failure } of result.rows) {
    if (failure === undefined) continue
    byReason.set(failure, [...(byReason.get(failure) ?? []), title])
  }
  return [...byReason].map(([reason, titles]) => `Not all figures of ${listed(titles)}: ${reason}.`)
}

/** What the figures of one scenario say, in plain words, each a sentence or two. */
export function readScenario(result: ScenarioResult, results: Results): string[] {
  return [
    ...readCost(result),
    ...readRegister(result),
    ...readMemory(result),
    ...readLatency(result),
    ...readTail(result),
    ...readBytes(result),
    ...readIdle(result, results),
    ...readRing(result, results),
    ...readModels(result),
    ...readTriggers(result),
    ...readCalls(result),
    ...readLoad(result),
    ...readLimits(result),
    ...readNoise(result),
  ]
}

/** Whether the machine had other things to do; the reader should know before anything else. */
export function readMachine({ machine }: Results): string[] {
  const { others = 0, steal = 0 } = machine
  if (others < 0.05 && steal < 0.05) return []
  const what = [
    ...(others < 0.05 ? [] : [`other processes took ${percent(others)} of all CPU time`]),
    ...(steal < 0.05 ? [] : [`the hypervisor gave ${percent(steal)} of it to other machines`]),
  ]
  return [
    `The machine was not quiet: ${listed(what)}. Ratios within a round suffer least; latencies and throughput suffer most.`,
  ]
}

/** The whole run in a few sentences; points of a curve are told with it. */
export function readAll(results: Results): string[] {
  const all = sweeps(results)
  const own = results.scenarios.filter((result) => !isPoint(result, all))
  const sentences = own.flatMap((result) => {
    const best = cheapest(result)
    const node = measured(result).find(({ role }) => role === 'baseline')
    if (best?.summary.againstNode === undefined || node === undefined) return []
    const { median: share } = best.summary.againstNode
    const said = differ(best.summary.cpu, node.summary.cpu)
      ? `${times(share)} times the CPU of ${node.title}`
      : `as much CPU as ${node.title}, as far as these rounds can tell`
    return [`${result.scenario.title}: ${best.title} needs ${said}.`]
  })
  // What the calls differ in, before who is cheaper than whom.
  const idle = all.find(({ kind }) => kind === 'idle')
  const calls = idle === undefined ? [] : readSweep(idle).slice(0, 2)
  if (sentences.length > 0) return [...readMachine(results), ...calls, ...sentences]
  return ['Nothing could be compared: no scenario has figures for both edgeloop and Node.']
}

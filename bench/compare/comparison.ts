import { percent } from '../figures/format'
import type { Results, Row } from '../results'
import { changesOf, leastChange, type Change, type Pair } from './change'
import { pairUp, type Selection } from './pairs'

/** A change, and where it was seen. */
export interface Found extends Change {
  readonly scenario: string
  readonly title: string
}

export interface Comparison {
  readonly found: readonly Found[]
  /** Servers that worked and do not any more, and those of which the opposite is true. */
  readonly broken: readonly string[]
  readonly mended: readonly string[]
  /** What could not be compared, and why. */
  readonly skipped: readonly string[]
  /** What a reader should know before believing any of it. */
  readonly warnings: readonly string[]
}

const hasFigures = ({ summary, memory }: Row): boolean => (summary ?? memory) !== undefined

const machineKeys = ['cpu', 'cores', 'kernel', 'node', 'edgeloop', 'pinning'] as const

function machineWarnings(before: Results, after: Results): string[] {
  const differing = machineKeys.flatMap((key) => {
    const [was, is] = [before.machine[key], after.machine[key]]
    return was === is ? [] : [`${key} ${String(was)} / ${String(is)}`]
  })
  const others = [before, after].map(({ machine }) => machine.others ?? 0)
  return [
    ...(differing.length === 0 ? [] : [`not the same conditions: ${differing.join('; ')}`]),
    ...(Math.max(...others) < 0.05
      ? []
      : [
          `the machine was not quiet: other processes took ${others.map(percent).join(' / ')} of all CPU time`,
        ]),
  ]
}

/** What the floor itself cost: when that changed, the machine did. */
function floorWarnings(pairs: readonly Pair[]): string[] {
  const moved = pairs.flatMap(({ scenario, before, after }) => {
    const [was, is] = [before.summary?.cpu, after.summary?.cpu]
    if (after.role !== 'floor' || was === undefined || is === undefined) return []
    const change = is.min / was.min - 1
    return Math.abs(change) < 0.1 ? [] : [`${scenario} ${change > 0 ? '+' : ''}${percent(change)}`]
  })
  return moved.length === 0
    ? []
    : [
        `the C++ floor's own price changed (${moved.join(', ')}): that is the machine, and ratios leave it out`,
      ]
}

/** Whether a server that worked fails now, in all rounds or in some; or the other way round. */
function works({ after, before }: Pair): 'broken' | 'mended' | 'as before' {
  if (hasFigures(before) && !hasFigures(after)) return 'broken'
  if (!hasFigures(before) && hasFigures(after)) return 'mended'
  if (before.failure === undefined && after.failure !== undefined) return 'broken'
  return before.failure !== undefined && after.failure === undefined ? 'mended' : 'as before'
}

/**
 * Sets two runs side by side.
 * @param least the least change that is told, as a part
 */
export function compareResults(
  before: Results,
  after: Results,
  chosen: Selection = { scenario: () => true, server: () => true },
  least = leastChange,
): Comparison {
  const { pairs, alone } = pairUp(before, after, chosen)
  const sameMachine =
    before.machine.cpu === after.machine.cpu && before.machine.cores === after.machine.cores
  const found: Found[] = []
  const [broken, mended, skipped] = [[] as string[], [] as string[], [...alone]]
  for (const pair of pairs) {
    const { scenario, after: row } = pair
    const [name, state] = [`${scenario}, ${row.title}`, works(pair)]
    if (state === 'broken') broken.push(`${name}: ${row.failure ?? 'no figures'}`)
    if (state === 'mended') mended.push(name)
    if (!hasFigures(pair.before) || !hasFigures(row)) continue
    for (const change of changesOf(pair, sameMachine, least)) {
      if (typeof change === 'string') skipped.push(`${name}: ${change}`)
      else found.push({ scenario, title: row.title, ...change })
    }
  }
  const warnings = [...machineWarnings(before, after), ...floorWarnings(pairs)]
  return { found, broken, mended, skipped, warnings }
}

import type { MemorySummary, ScenarioResult, Trial } from '../results'
import { listed, whole } from './format'
import { noisy, figure, type Figure } from './statistics'
import { counting } from './summary'

/** What each of `connections` cost in memory; undefined when no round counts. */
export function summarizeMemory(
  trials: readonly Trial[],
  connections: number,
): MemorySummary | undefined {
  const rounds = counting(trials).flatMap(({ memory }) => (memory === undefined ? [] : [memory]))
  if (rounds.length === 0) return undefined
  return {
    rounds: rounds.length,
    before: figure(rounds.map(({ before }) => before)),
    open: figure(rounds.map(({ before, open }) => (open - before) / connections)),
    answered: figure(rounds.map(({ before, answered }) => (answered - before) / connections)),
  }
}

/**
 * Whether memory per connection can be told. Where a process is smaller with its connections than
 * without them, a collector gave back more in the meantime than they took: how much that was nobody knows.
 */
export const tellable = ({ min }: Figure): boolean => min > 0

/** What stands where a figure can't be told. */
export const untold = 'can’t be told'

/** Bytes of a connection, for a table: "414 ~", with a mark where the rounds lie far apart. */
export function bytesCell(value: Figure, mark = ' ~'): string {
  if (!tellable(value)) return untold
  return noisy(value) ? `${whole(value.median)}${mark}` : whole(value.median)
}

/** What connections cost in memory, in the order of the table. */
export function readMemory(result: ScenarioResult): string[] {
  const rows = result.rows.flatMap(({ title, memory }) =>
    memory === undefined ? [] : [{ title, memory }],
  )
  if (rows.length === 0) return []
  const told = rows.flatMap(({ title, memory: { open, answered } }) => {
    const figures = [open, answered].map((value) => (tellable(value) ? whole(value.median) : '–'))
    return tellable(open) || tellable(answered) ? [`${title} ${figures.join(' and ')}`] : []
  })
  const silent = rows.flatMap(({ title, memory: { open, answered } }) => {
    if (tellable(open) && tellable(answered)) return []
    const lowest = Math.min(open.min, answered.min)
    return [`${title} (one round ${whole(-lowest)} bytes a connection smaller than before them)`]
  })
  return [
    ...(told.length === 0
      ? []
      : [
          `Bytes per connection, open and silent, and after one message: ${told.join('; ')}. What was taken beforehand for all of them is not in it, and what a collector has not yet given back is.`,
        ]),
    ...(silent.length === 0
      ? []
      : [
          `Less than can be told: ${listed(silent)}. A collector gave back more memory while the connections were opened and used than they took; how much they took is hidden behind that.`,
        ]),
  ]
}

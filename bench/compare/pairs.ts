import type { Results, Row, ScenarioResult } from '../results'
import type { Pair } from './change'

/** What is to be looked at, by name. */
export interface Selection {
  readonly scenario: (name: string) => boolean
  readonly server: (name: string) => boolean
}

export interface Pairs {
  readonly pairs: readonly Pair[]
  /** What stands in one file only, or is not the same job in both. */
  readonly alone: readonly string[]
}

/** What is not the load itself: words, who takes part, and what was worked out from the machine. */
const beside = new Set(['title', 'about', 'quick', 'brief', 'servers', 'capacity'])

/** Two scenarios of one name are the same job only when all that makes the load is the same. */
function difference(before: ScenarioResult, after: ScenarioResult): string | undefined {
  const was = new Map<string, unknown>(Object.entries(before.scenario))
  const is = new Map<string, unknown>(Object.entries(after.scenario))
  const told = (of: Map<string, unknown>, key: string) =>
    of.has(key) ? JSON.stringify(of.get(key)) : 'not set'
  // Of a share of capacity, the rate follows from the machine.
  const follows = (key: string) => key === 'rate' && is.has('share')
  const key = [...new Set([...was.keys(), ...is.keys()])].find(
    (one) => !beside.has(one) && !follows(one) && told(was, one) !== told(is, one),
  )
  return key === undefined ? undefined : `${key} was ${told(was, key)} and is ${told(is, key)}`
}

function rowPairs(
  [before, after]: readonly [ScenarioResult, ScenarioResult],
  chosen: Selection,
): Pairs {
  const scenario = after.scenario.name
  const others = new Map(before.rows.map((row) => [row.server, row]))
  const wanted = after.rows.filter(({ server }) => chosen.server(server))
  const pairs = wanted.flatMap((row): Pair[] => {
    const other = others.get(row.server)
    return other === undefined ? [] : [{ scenario, before: other, after: row }]
  })
  const both = new Set(pairs.map(({ after: { server } }) => server))
  const only = (rows: readonly Row[], file: string) => {
    const lone = rows.filter(({ server }) => chosen.server(server) && !both.has(server))
    const titles = lone.map(({ title }) => title).join(', ')
    return lone.length === 0 ? [] : [`${scenario}: ${titles} only in the ${file} file`]
  }
  return { pairs, alone: [...only(before.rows, 'old'), ...only(after.rows, 'new')] }
}

/** Finds what two runs have in common. */
export function pairUp(before: Results, after: Results, chosen: Selection): Pairs {
  const wanted = ({ scenarios }: Results) =>
    new Map(
      scenarios
        .filter(({ scenario: { name } }) => chosen.scenario(name))
        .map((result) => [result.scenario.name, result]),
    )
  const [was, is] = [wanted(before), wanted(after)]
  const found = [...new Set([...was.keys(), ...is.keys()])].map((name): Pairs => {
    const [old, renewed] = [was.get(name), is.get(name)]
    if (old === undefined) return { pairs: [], alone: [`${name}: only in the new file`] }
    if (renewed === undefined) return { pairs: [], alone: [`${name}: only in the old file`] }
    const differs = difference(old, renewed)
    return differs === undefined
      ? rowPairs([old, renewed], chosen)
      : { pairs: [], alone: [`${name}: not the same job (${differs})`] }
  })
  return {
    pairs: found.flatMap(({ pairs }) => pairs),
    alone: found.flatMap(({ alone }) => alone),
  }
}

import { listed } from '../../figures/format'
import type { Calls, Row, ScenarioResult } from '../../results'
import { markdown } from './markdown'
import { chunks, rowOf, serversOf } from './prices'

/** Calls that do the same under several names. */
const families: readonly (readonly string[])[] = [
  ['recvfrom', 'read', 'readv', 'recvmsg', 'recvmmsg'],
  ['sendto', 'write', 'writev', 'sendmsg', 'sendmmsg'],
  ['epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'ppoll', 'poll', 'pselect6', 'select'],
]

/** As many of a call as are worth a word, for each answer. */
const worthTelling = 0.1

const familyOf = (name: string): readonly string[] =>
  families.find((family) => family.includes(name)) ?? [name]

const inFamily = ({ names }: Calls, family: readonly string[]): number =>
  family.reduce((sum, name) => sum + (names[name] ?? 0), 0)

/** What a server calls that the floor does not, or calls less often. */
function beyond(calls: Calls, floor: Calls): string[] {
  const seen = new Set(Object.keys(calls.names).map(familyOf))
  return [...seen].flatMap((family) => {
    const more = inFamily(calls, family) - inFamily(floor, family)
    const [name = ''] = family.filter((one) => one in calls.names)
    return more < worthTelling ? [] : [`${name} +${more.toFixed(2)}`]
  })
}

const counted = (row: Row | undefined): Calls | undefined =>
  typeof row?.calls === 'object' ? row.calls : undefined

function beyondFloor(result: ScenarioResult): string[] {
  const floor = counted(result.rows.find(({ role }) => role === 'floor'))
  if (floor === undefined) return []
  const told = result.rows.flatMap((row) => {
    const calls = counted(row)
    const more = calls === undefined ? [] : beyond(calls, floor)
    return more.length === 0 ? [] : [`${row.title} ${listed(more)}`]
  })
  return told.length === 0 ? [] : [`- \`${result.scenario.name}\`: ${told.join('; ')}.`]
}

/** How many calls an answer takes, and whose they are where somebody makes more than the floor. */
export function callTables(scenarios: readonly ScenarioResult[]): string[] {
  const some = scenarios.filter(({ rows }) => rows.some((row) => counted(row) !== undefined))
  if (some.length === 0) return []
  const tables = chunks(some, 6).map((part) =>
    markdown(
      ['calls per answer', ...part.map(({ scenario }) => `\`${scenario.name}\``)],
      serversOf(part)
        .filter(({ server }) => part.some((result) => counted(rowOf(result, server)) !== undefined))
        .map(({ server, title }) => [
          title,
          ...part.map((result) => counted(rowOf(result, server))?.total.toFixed(2) ?? '–'),
        ]),
    ),
  )
  const more = some.flatMap(beyondFloor)
  if (more.length === 0) return tables
  return [
    ...tables,
    `What is called ${String(worthTelling)} times or more beyond the floor:`,
    more.join('\n'),
  ]
}

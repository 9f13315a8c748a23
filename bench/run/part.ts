import type { Contestant } from '../contestants/contestant'
import type { Scenario } from '../scenarios'

/** What a contestant is started with in a scenario; undefined where it takes no part. */
export function commandFor(
  contestant: Contestant,
  { job, servers }: Scenario,
): readonly string[] | undefined {
  const invited = servers?.includes(contestant.name) ?? contestant.special !== true
  return invited ? contestant.command(job) : undefined
}

import type { Contestant } from '../contestants/contestant'
import type { Scenario } from '../scenarios'

/** What a contestant is started with in a scenario; undefined where it takes no part. */
export function commandFor(
  contestant: Contestant,
  { job, servers, guests }: Scenario,
): readonly string[] | undefined {
  const { name, special } = contestant
  const invited = servers?.includes(name) ?? (special !== true || guests?.includes(name) === true)
  return invited ? contestant.command(job) : undefined
}

import { figures as figure, times } from '../figures/format'
import { cheapest } from '../figures/reading'
import { differ } from '../figures/statistics'
import { sweeps, type Course } from '../figures/sweeps'
import { growths, scans } from '../figures/textbook'
import type { Results, ScenarioResult } from '../results'
import { html, type Html } from './html'

/** More than these would be a table. */
const mostTiles = 8

/** What idle connections add to the price, where the run has both sides of it. */
function growthTile(result: ScenarioResult, results: Results): Html | undefined {
  const all = growths(result, results)
  const scanning =
    all.find(({ server }) => server === 'select') ?? all.find(({ server }) => server === 'poll')
  const epoll = all.find(({ server }) => server.startsWith('epoll'))
  if (scanning === undefined || epoll === undefined) return undefined
  const figure = `${times(scanning.factor)}× and ${times(epoll.factor)}×`
  const unit = result.scenario.unit
  return html`<a class="tile" href="#${result.scenario.name}"
    ><b>${figure}</b
    ><small
      >the price of a ${unit} on ${scanning.server}, and on epoll, once
      ${result.scenario.idle.toLocaleString('en-US')} idle connections are open</small
    ></a
  >`
}

/** What it costs to watch more descriptors: the longest line that a run holds. */
function curveTile(results: Results): Html | undefined {
  const sweep = sweeps(results).find(({ kind, like }) => kind === 'idle' && like.kind !== 'talk')
  const [first, last] = [sweep?.xs[0] ?? 0, sweep?.xs.at(-1) ?? 0]
  const whole = (sweep?.courses ?? []).filter(
    ({ points }) => points[0]?.x === first && points.at(-1)?.x === last,
  )
  const factor = ({ points }: Course) =>
    (points.at(-1)?.figure.median ?? 0) / (points[0]?.figure.median ?? 1)
  const scanning = whole.find(({ server }) => scans(server))
  const epoll = whole.find(({ server }) => server.startsWith('epoll'))
  if (sweep === undefined || scanning === undefined || epoll === undefined) return undefined
  return html`<a class="tile" href="#curves"
    ><b>${figure(factor(scanning))}× and ${figure(factor(epoll))}×</b
    ><small
      >the price of an ${sweep.like.unit} on ${scanning.server}, and on epoll, once
      ${last.toLocaleString('en-US')} descriptors are watched instead of
      ${first.toLocaleString('en-US')}</small
    ></a
  >`
}

function nodeTile(result: ScenarioResult): Html | undefined {
  const best = cheapest(result)
  const against = best?.summary.againstNode
  const node = result.rows.find(({ role }) => role === 'baseline')
  if (best === undefined || against === undefined || node?.summary === undefined) return undefined
  // What the rounds do not prove is nothing to begin with.
  if (!differ(best.summary.cpu, node.summary.cpu)) return undefined
  return html`<a class="tile" href="#${result.scenario.name}"
    ><b>${times(against.median)}×</b
    ><small>the CPU of ${node.title}: ${result.scenario.title} (${best.title})</small></a
  >`
}

/**
 * The first figures that one sees: why epoll is there, then of each scenario with a section of its own what
 * Node's server costs.
 */
export function tiles(scenarios: readonly ScenarioResult[], results: Results): Html[] {
  const growth = scenarios.flatMap((result) => growthTile(result, results) ?? [])
  const others = scenarios.filter((result) => growthTile(result, results) === undefined)
  return [
    ...[curveTile(results) ?? []].flat(),
    ...growth,
    ...others.flatMap((result) => nodeTile(result) ?? []),
  ].slice(0, mostTiles)
}

import { times } from '../figures/format'
import { cheapest } from '../figures/reading'
import { growths } from '../figures/textbook'
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

function nodeTile(result: ScenarioResult): Html | undefined {
  const best = cheapest(result)
  const against = best?.summary.againstNode
  const node = result.rows.find(({ role }) => role === 'baseline')
  if (best === undefined || against === undefined || node === undefined) return undefined
  return html`<a class="tile" href="#${result.scenario.name}"
    ><b>${times(against.median)}×</b
    ><small>the CPU of ${node.title}: ${result.scenario.title} (${best.title})</small></a
  >`
}

/** The first figures that one sees: of the scenarios that have a section, one each. */
export function tiles(scenarios: readonly ScenarioResult[], results: Results): Html[] {
  return scenarios
    .flatMap((result) => growthTile(result, results) ?? nodeTile(result) ?? [])
    .slice(0, mostTiles)
}

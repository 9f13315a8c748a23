import { micros, times } from '../../figures/format'
import { bytesCell, tellable, untold } from '../../figures/memory'
import type { Figure } from '../../figures/statistics'
import { isPoint, sweeps } from '../../figures/sweeps'
import type { Results, Row, ScenarioResult } from '../../results'
import { circumstances, markdown, runLine } from './markdown'
import { marked, rowOf } from './prices'

/** What `edgeloop` uses where nobody chooses: epoll; always the same, not whichever was best. */
const ours = 'epoll-edge'

interface Three {
  readonly floor: Row
  readonly edgeloop: Row
  readonly node: Row
}

function threeOf(result: ScenarioResult): Three | undefined {
  const floor = result.rows.find(({ role }) => role === 'floor')
  const node = result.rows.find(({ role }) => role === 'baseline')
  const edgeloop = rowOf(result, ours)
  if (floor === undefined || node === undefined || edgeloop === undefined) return undefined
  return { floor, node, edgeloop }
}

function priceRow(result: ScenarioResult): string[][] {
  const { scenario } = result
  const three = scenario.rate > 0 ? undefined : threeOf(result)
  const [floor, edgeloop, node] = [three?.floor, three?.edgeloop, three?.node].map(
    (row) => row?.summary,
  )
  if (
    edgeloop?.againstFloor === undefined ||
    floor === undefined ||
    node?.againstFloor === undefined
  )
    return []
  return [
    [
      `${scenario.title}, CPU`,
      marked(`${micros(floor.cpu.median)} µs`, floor.cpu),
      marked(`× ${times(edgeloop.againstFloor.median)}`, edgeloop.cpu),
      marked(`× ${times(node.againstFloor.median)}`, node.cpu),
    ],
  ]
}

function inBytes(value: Figure | undefined): string {
  if (value === undefined) return '–'
  return tellable(value) ? marked(`${bytesCell(value, '')} bytes`, value) : untold
}

function memoryRow(result: ScenarioResult): string[][] {
  const three = threeOf(result)
  const bytes = [three?.floor, three?.edgeloop, three?.node].map((row) => row?.memory?.answered)
  if (three === undefined || bytes.includes(undefined)) return []
  return [[`${result.scenario.title}, each`, ...bytes.map((value) => inBytes(value))]]
}

/** With more of the CPU time gone to others than this, a run is a sketch, and no sketch is put in the window. */
const restless = 0.15

/** What stands in README.md between its marks: of the same run, the few rows that say most. */
export function readmeFigures(results: Results): string {
  if ((results.machine.others ?? 0) > restless)
    return [
      'The last run shared its machine with other work, so that its figures are a sketch; they stand there, not here.',
      `${runLine(results)}: ${circumstances(results)}`,
    ].join('\n\n')
  const all = sweeps(results)
  const own = results.scenarios.filter((result) => !isPoint(result, all))
  const rows = own.flatMap((result) =>
    result.scenario.kind === 'memory' ? memoryRow(result) : priceRow(result),
  )
  const restlessRows = rows.flat().some((cell) => cell.endsWith('~'))
  return [
    markdown(['for each answer', 'C++ on epoll, the floor', 'edgeloop epoll (edge)', 'Node'], rows),
    `${runLine(results)}: ${circumstances(results)}`,
    ...(restlessRows ? ['`~`: the rounds lie more than 15% apart.'] : []),
  ].join('\n\n')
}

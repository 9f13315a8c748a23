// The reading, tables and charts of what is no conversation on open connections.

import { describe, expect, it } from 'vitest'
import { readScenario } from '../../bench/figures/reading'
import { summarizeMemory } from '../../bench/figures/memory'
import { growths } from '../../bench/figures/textbook'
import { performanceFigures } from '../../bench/output/pages/performance'
import { readmeFigures } from '../../bench/output/pages/readme'
import { printed } from '../../bench/output/table'
import { chartsOf } from '../../bench/report/charts'
import { report } from '../../bench/report/report'
import type { Row, ScenarioResult } from '../../bench/results'
import { load, result, results, row } from './made-up'

const read = (of: ScenarioResult): string => readScenario(of, results(of)).join('\n')

function memoryRow(server: string, open: number, answered: number): Row {
  const memory = { before: 0, open: open * 1000, answered: answered * 1000 }
  const summary = summarizeMemory([{ round: 0, load: load(5, { memory }) }], 1000)
  return { ...row(server), ...(summary === undefined ? {} : { memory: summary }) }
}

describe('memory', () => {
  const memory = result(
    { name: 'memory', kind: 'memory', connections: 1000 },
    memoryRow('node-net', 3000, 4000),
    memoryRow('epoll-edge', 250, 500),
    row('select', 'too many'),
  )

  it('is read out for each server', () => {
    expect(read(memory)).toContain('node-net 3,000 and 4,000; epoll-edge 250 and 500')
  })

  const shrunk = result(
    { name: 'memory', kind: 'memory', connections: 1000 },
    memoryRow('node-net', 3000, 150_100),
    memoryRow('bun', 70, -211),
  )

  it('is no figure where the process was smaller with the connections than without', () => {
    expect(read(shrunk)).toContain(
      'Less than can be told: bun (one round 211 bytes a connection smaller than before them).',
    )
    expect(read(shrunk)).toContain('bun 70 and –')
    expect(printed(results(shrunk))).toMatch(/^bun +70 +can’t be told +0\.0 MB$/m)
    const [chart] = chartsOf(shrunk, results(shrunk))
    expect(chart).toMatchObject({
      log: true,
      series: [{ values: [3000, 70] }, { values: [150_100, null] }],
    })
    expect(report(results(shrunk))).toContain('can’t be told (-211 to -211)')
    for (const page of [performanceFigures, readmeFigures])
      expect(page(results(shrunk))).not.toContain('-211')
  })

  it('is a table of bytes, with the reason where there are none', () => {
    const text = printed(results(memory))
    expect(text).toMatch(/^epoll-edge +250 +500 +0\.0 MB$/m)
    expect(text).toMatch(/^select +too many$/m)
  })

  it('is a chart and a table in the report', () => {
    const [chart, ...rest] = chartsOf(memory, results(memory))
    expect(rest).toEqual([])
    expect(chart).toMatchObject({ id: 'memory-memory', tones: ['node', 'edgeloop'] })
    expect(report(results(memory))).toContain('3,000 (3,000 to 3,000)')
  })
})

describe('system calls', () => {
  it('are named for each server', () => {
    const calls = { total: 2.04, names: { recvfrom: 1, sendto: 1, epoll_wait: 0.03 } }
    const told = read(result({}, { ...row('floor', 5), calls }))
    expect(told).toContain('floor 2.04 (recvfrom 1.00, sendto 1.00, epoll_wait 0.03)')
    expect(report(results(result({}, { ...row('floor', 5), calls })))).toContain('<td>2.04</td>')
  })

  it('that could not be counted are told with the reason', () => {
    const told = read(result({}, { ...row('floor', 5), calls: 'strace is not installed' }))
    expect(told).toContain('System calls were not counted: strace is not installed.')
  })
})

describe('descriptors that become ready', () => {
  const split = (user: number, sys: number) => {
    const answers = 100_000
    const server = { ...load(0).server, cpuUs: (user + sys) * answers }
    const ticks = { userTicks: user * 10_000, sysTicks: sys * 10_000 }
    const latencyUs = { ...load(0).latencyUs, count: 0 }
    return load(0, { latencyUs, server: { ...server, ...ticks } })
  }

  it('cost of the own time what is over that of the floor', () => {
    const told = read(
      result({ kind: 'ready' }, row('floor', split(0.1, 0.1)), row('epoll-level', split(0.3, 0.1))),
    )
    expect(told).toContain('an event takes more than in C++: epoll-level 0.20 µs')
  })

  it('have no chart of a latency', () => {
    const ready = result({ kind: 'ready' }, row('floor', split(0.1, 0.1)))
    expect(chartsOf(ready, results(ready)).map(({ title }) => title)).toEqual([
      'CPU per message',
      'Messages per second',
    ])
  })
})

describe('a fixed rate', () => {
  it('is read for its tail against the floor', () => {
    const at = (p99: number) => load(5, { due: 1, latencyUs: { ...load(5).latencyUs, p99 } })
    const told = read(result({ rate: 5000 }, row('floor', at(100)), row('poll', at(120))))
    expect(told).toContain(
      'p99 beyond all rounds of the C++ floor (100 µs to 100 µs): poll 1.20 times (120 µs to 120 µs).',
    )
  })

  it('has no order of tails where the rounds overlap', () => {
    const at = (p99: number) => load(5, { due: 1, latencyUs: { ...load(5).latencyUs, p99 } })
    const told = read(
      result({ rate: 5000 }, row('floor', at(100), at(2000)), row('poll', at(150), at(9000))),
    )
    expect(told).toContain(
      'p99 that these rounds do not tell apart from that of the C++ floor (100 µs to 2.0 ms): poll.',
    )
    expect(told).not.toContain('times (')
  })

  it('has no split in user and kernel: ticks sample a server that sleeps between them wrongly', () => {
    const { rows } = result({ rate: 5000 }, row('poll', load(5, { due: 1 })))
    expect(rows[0]?.summary?.userShare).toBeUndefined()
  })
})

describe('idle connections', () => {
  it('are set beside conversations, not beside churn', () => {
    const churn = result({ kind: 'churn' }, row('poll', 30))
    const idle = result({ idle: 900 }, row('poll', 9))
    expect(growths(idle, results(churn, idle))).toEqual([])
    expect(growths(idle, results(churn, result({}, row('poll', 6)), idle))).toMatchObject([
      { server: 'poll', factor: 1.5 },
    ])
  })
})

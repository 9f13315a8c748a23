// Scenarios that differ in one number are a curve; what is read from it is what its figures say.

import { describe, expect, it } from 'vitest'
import { readSweep } from '../../bench/figures/sweep-reading'
import { isPoint, sweeps } from '../../bench/figures/sweeps'
import type { Results, Row, ScenarioResult } from '../../bench/results'
import type { Scenario } from '../../bench/scenarios'
import { load, result, results, row } from './made-up'
import { wholeRun } from './made-up-run'

const among = (idle: number, poll: number, epoll: number, changes: Partial<Scenario> = {}) =>
  result(
    { name: `among-${String(idle)}`, idle, quick: false, ...changes },
    row('floor', 5, 5.1),
    row('poll', poll, poll * 1.01),
    row('epoll-level', epoll, epoll * 1.01),
  )

const told = (...scenarios: ScenarioResult[]): string =>
  sweeps(results(...scenarios))
    .flatMap(readSweep)
    .join('\n')

describe('sweeps', () => {
  it('are found in a run: idle descriptors, connections, sizes, parts of capacity', () => {
    const found = sweeps(wholeRun()).map(({ kind, like, xs }) => [kind, like.kind, xs])
    expect(found).toEqual([
      ['idle', 'ring', [100, 1000, 10_000]],
      ['idle', 'talk', [64, 964, 5064]],
      ['connections', 'talk', [10, 64, 100, 1000]],
      ['size', 'talk', [64, 16_384, 262_144, 1_048_576]],
      ['share', 'talk', [10, 25, 50, 75, 90]],
    ])
  })

  it('need two numbers of idle descriptors, and nothing else that differs', () => {
    const count = (...all: ScenarioResult[]): number => sweeps(results(...all)).length
    expect(count()).toBe(0)
    expect(count(among(0, 5, 5))).toBe(0)
    expect(count(among(0, 5, 5), among(900, 9, 5))).toBe(1)
    expect(count(among(0, 5, 5), among(900, 9, 5, { size: 1024 }))).toBe(0)
    expect(count(among(0, 5, 5), among(900, 9, 5, { rate: 5000 }))).toBe(0)
    expect(count(among(0, 5, 5), among(900, 9, 5, { kind: 'churn' }))).toBe(0)
  })

  it('leave out who was not asked everywhere: at the far end nothing of theirs could be told', () => {
    const run = results(
      result({ name: 'a', size: 64 }, row('floor', 5), row('poll', 5), row('bun', 6)),
      result({ name: 'b', size: 16_384 }, row('floor', 7), row('poll', 7), row('bun', 8)),
      result({ name: 'c', size: 1_048_576 }, row('floor', 300), row('poll', 600)),
    )
    const [sweep] = sweeps(run)
    expect(sweep?.courses.map(({ server }) => server)).toEqual(['floor', 'poll'])
    expect(sweep && readSweep(sweep).join()).not.toContain('bun')
  })

  it('leave out a server where it has no figures, and a scenario where nobody has', () => {
    const run: Results = results(
      result({ idle: 0 }, row('select', 5), row('poll', 5)),
      result({ idle: 900 }, row('select', 'refused'), row('poll', 9)),
    )
    const [sweep] = sweeps(run)
    expect(sweep?.courses.map(({ server, points }) => [server, points.length])).toEqual([
      ['select', 1],
      ['poll', 2],
    ])
    expect(
      sweeps(results(result({}, row('poll', 'x')), result({ idle: 900 }, row('poll', 'x')))),
    ).toEqual([])
  })

  it('take the place of the sections of scenarios that only longer runs have', () => {
    const [long, quick, alone] = [
      among(900, 9, 5),
      among(0, 5, 5, { quick: true }),
      among(0, 5, 5, { name: 'alone', size: 1 }),
    ]
    const all = sweeps(results(quick, long, alone))
    expect([long, quick, alone].map((one) => isPoint(one, all))).toEqual([true, false, false])
  })
})

describe('the reading of a curve', () => {
  it('finds the textbook where the figures do', () => {
    const text = told(among(0, 5, 5), among(1000, 15, 5))
    expect(text).toContain('That is what the textbook says: select and poll are O(n)')
    expect(text).toContain(
      'adds to the price of every message: poll 10 ns and epoll-level nothing that shows',
    )
    expect(text).toContain('from 64 to 1,064 connections, 64 of them active')
  })

  it('says where epoll is not as flat as in the textbook', () => {
    const text = told(among(0, 5, 5), among(1000, 15, 6.5))
    expect(text).toContain('that is not quite so: it grew up to 1.30 times here')
  })

  it('says where the figures do not support the textbook', () => {
    const text = told(among(0, 5, 5), among(1000, 5.1, 5))
    expect(text).toContain('These figures do not show it clearly')
    expect(text).not.toContain('That is what the textbook says')
  })

  it('says where lines end, and where the load generator was the bottleneck', () => {
    const busy = load(5, { loadCpuUs: 990_000 })
    const text = told(
      result({}, row('select', 5, 5), row('poll', 5, 5)),
      result({ idle: 900 }, row('select', 'refused'), row('poll', busy, busy)),
    )
    expect(text).toContain('Lines that end early: select at 64.')
    expect(text).toContain(
      'The load generator’s own core was the bottleneck at 964: throughput is its limit',
    )
  })

  it('tells sizes by what a byte costs, and load by the wait of one in a hundred', () => {
    const readings = sweeps(wholeRun()).map((sweep) => [sweep.kind, readSweep(sweep).join('\n')])
    const of = (kind: string) => readings.find(([one]) => one === kind)?.[1]
    expect(of('size')).toContain(
      'From 64 bytes to 1 MiB. At the far end a byte costs: C++ floor 0.26 ns',
    )
    expect(of('share')).toContain('The longest wait at 90% is with node:net')
    expect(of('connections')).toContain('From 10 to 1,000 connections, all of them talking')
  })

  it('sets no price at one size beside a price at another', () => {
    const text = told(
      result({ name: 'a', size: 64 }, row('floor', 5), row('poll', 6)),
      result({ name: 'b', size: 1024 }, row('floor', 5), row('poll', 6)),
      result({ name: 'c', size: 65_536 }, row('floor', 50), row('poll', 'broken')),
    )
    expect(text).not.toContain('poll 1.20 and')
    expect(text).toContain('At the far end a byte costs: floor 0.76 ns')
  })

  it('says where a line ends that has an end of its own, and where a price rises again', () => {
    const of = (connections: number, ...rows: Row[]) =>
      result({ name: String(connections), connections }, ...rows)
    const text = told(
      of(1, row('floor', 20), row('select', 30)),
      of(100, row('floor', 5), row('select', 6)),
      of(1000, row('floor', 6), row('select', 9)),
      of(10_000, row('floor', 10), row('select', 'too many')),
    )
    expect(text).toContain('select 30.0 to 9.00 µs at 1,000 (×0.30)')
    expect(text).toContain(
      'the price rises again: floor ×2.00 since 100 and select ×1.50 since 100',
    )
  })

  it('names who does not keep up with a share, and tails that are mostly chance', () => {
    const at = (share: number, answers: number) => {
      const late = [90, 900].map((p99) =>
        load(5, { due: 9, answers, latencyUs: { ...load(5).latencyUs, p99 } }),
      )
      return result(
        { name: String(share), share: share / 100, rate: 1000 * share },
        row('floor', load(5, { due: 9 })),
        row('poll', ...late),
      )
    }
    const text = told(at(10, 100_000), at(50, 100_000), at(90, 50_000))
    expect(text).toContain('Not keeping up with the rate: poll (at 90%).')
    expect(text).toContain('Of 6 points 3 come from rounds more than 15% apart')
  })

  it('claims no order where the rounds of all overlap', () => {
    const at = (share: number) => {
      const late = [90, 110].map((p99) =>
        load(5, { due: 9, latencyUs: { ...load(5).latencyUs, p99 } }),
      )
      return result(
        { name: String(share), share, rate: 100 * share },
        row('floor', ...late),
        row('poll', ...late),
      )
    }
    expect(told(at(0.1), at(0.5), at(0.9))).toContain('no order among them is proved')
  })
})

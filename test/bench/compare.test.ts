// `bench compare`: what is told as slower or faster, and what is noise.

import { describe, expect, it } from 'vitest'
import { judge } from '../../bench/compare/change'
import { compareResults } from '../../bench/compare/comparison'
import type { ScenarioResult } from '../../bench/results'
import { load, memoryRow, result, results, row } from './made-up'

const rounds = (min: number, median: number, max: number) => ({ min, median, max })

describe('a figure', () => {
  it.each([
    ['slower', rounds(1, 1.1, 1.2), rounds(1.3, 1.4, 1.5)],
    ['faster', rounds(1.3, 1.4, 1.5), rounds(1, 1.1, 1.2)],
    ['same', rounds(1, 1.1, 1.31), rounds(1.3, 1.4, 1.5)],
    ['same', rounds(1, 1.1, 1.29), rounds(0.9, 1.4, 1.5)],
    ['same', rounds(1, 1, 1), rounds(1.04, 1.04, 1.04)],
    ['slower', rounds(1, 1, 1), rounds(1.06, 1.06, 1.06)],
    ['faster', rounds(1.06, 1.06, 1.06), rounds(1, 1, 1)],
    ['same', rounds(0, 0, 0), rounds(1, 1, 1)],
  ] as const)('is %s: %j, then %j', (verdict, before, after) => {
    expect(judge('CPU µs', before, after, 0.05).verdict).toBe(verdict)
  })

  it('has not changed where its cheapest rounds say that it has not', () => {
    const [before, after] = [rounds(1, 1.1, 1.2), rounds(1.3, 1.4, 1.5)]
    expect(judge('CPU × floor', before, after, 0.05, 1.01).verdict).toBe('same')
    expect(judge('CPU × floor', after, before, 0.05, 0.99).verdict).toBe('same')
  })

  it('must change by as much as is asked for', () => {
    const [before, after] = [rounds(1, 1.1, 1.2), rounds(1.3, 1.4, 1.5)]
    expect(judge('CPU µs', before, after, 0.5).verdict).toBe('same')
    expect(judge('CPU µs', before, after, 0).verdict).toBe('slower')
  })
})

/** The floor costs 5, 10, 5 µs in the three rounds, a server so much more. */
const drifting = (factor: number) =>
  result({}, row('floor', 5, 10, 5), row('poll', 5 * factor, 10 * factor, 5.02 * factor))

const compared = (before: ScenarioResult, after: ScenarioResult) =>
  compareResults(results(before), results(after))

describe('two runs', () => {
  it('are compared by ratios to the floor within a round, on a machine that drifts', () => {
    const { found } = compared(drifting(1.1), drifting(1.3))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ measure: 'CPU × floor', verdict: 'slower', title: 'poll' })
    expect(found[0]?.factor).toBeCloseTo(1.3 / 1.1)
    expect(compared(drifting(1.3), drifting(1.1)).found[0]?.verdict).toBe('faster')
    expect(compared(drifting(1.1), drifting(1.1)).found[0]?.verdict).toBe('same')
  })

  it('say when it was the machine that changed', () => {
    const { found, warnings } = compared(
      result({}, row('floor', 5, 5), row('poll', 6, 6.1)),
      result({}, row('floor', 7, 7), row('poll', 8.4, 8.5)),
    )
    expect(found[0]?.verdict).toBe('same')
    expect(warnings.join()).toContain("the C++ floor's own price changed (echo +40%)")
  })

  it('are compared in µs where the floor is missing, but not on two machines', () => {
    const [before, after] = [
      results(result({}, row('poll', 5, 5.1))),
      results(result({}, row('poll', 6, 6.1))),
    ]
    expect(compareResults(before, after).found[0]).toMatchObject({
      measure: 'CPU µs',
      verdict: 'slower',
    })
    const elsewhere = { ...after, machine: { ...after.machine, cpu: 'another' } }
    const { found, skipped, warnings } = compareResults(before, elsewhere)
    expect(found).toEqual([])
    expect(skipped.join()).toContain('two machines')
    expect(warnings.join()).toContain('cpu A CPU / another')
  })

  it('need two rounds each', () => {
    const { found, skipped } = compared(
      result({}, row('floor', 5), row('poll', 5)),
      result({}, row('floor', 5), row('poll', 50)),
    )
    expect(found).toEqual([])
    expect(skipped).toContain('echo, poll: one round alone has no spread to judge by')
  })

  it('are compared by the latency at a fixed rate, too', () => {
    const late = (p99: number) => load(5, { due: 100, latencyUs: { ...load(5).latencyUs, p99 } })
    const run = (p99: number) =>
      result(
        { rate: 5000 },
        row('floor', late(100), late(110)),
        row('poll', late(p99), late(p99 * 1.1)),
      )
    const { found } = compared(run(150), run(300))
    expect(found.map(({ measure, verdict }) => [measure, verdict])).toEqual([
      ['CPU × floor', 'same'],
      ['p99 × floor', 'slower'],
    ])
  })

  it('are not compared by memory that a collector hid', () => {
    const of = (bytes: number) =>
      results(result({ kind: 'memory', connections: 100 }, memoryRow('poll', bytes, 200)))
    const { found, skipped } = compareResults(of(100), of(-50))
    expect(found).toEqual([])
    expect(skipped.join()).toContain('a collector gave back more memory')
  })

  it('are compared by memory for each connection, the floor too', () => {
    const run = (bytes: number) =>
      result({ kind: 'memory', connections: 100 }, memoryRow('floor', bytes, bytes + 1))
    const { found } = compared(run(300), run(200))
    expect(found.map(({ measure, verdict }) => [measure, verdict])).toEqual([
      ['bytes open', 'faster'],
      ['bytes answered', 'faster'],
    ])
  })

  it('tell servers that fail now, in all rounds or in one, and those that work again', () => {
    const works = result({}, row('floor', 5, 5), row('poll', 5, 5), row('select', 5, 5))
    const fails = result(
      {},
      row('floor', 5, 5),
      row('poll', 'ended: exit code 1'),
      row('select', 5, 'closed'),
    )
    expect(compared(works, fails).broken).toEqual([
      'echo, poll: ended: exit code 1',
      'echo, select: closed',
    ])
    expect(compared(fails, works)).toMatchObject({
      broken: [],
      mended: ['echo, poll', 'echo, select'],
    })
    expect(compared(fails, fails)).toMatchObject({ broken: [], mended: [] })
  })

  it('leave out what stands in one alone, or is not the same job', () => {
    const before = results(
      result({}, row('floor', 5, 5), row('poll', 5, 5)),
      result({ name: 'old' }, row('poll', 5, 5)),
      result({ name: 'larger' }, row('poll', 5, 5)),
    )
    const after = results(
      result({ title: 'Told in other words' }, row('poll', 5, 5), row('select', 5, 5)),
      result({ name: 'new' }, row('poll', 5, 5)),
      result({ name: 'larger', size: 1024 }, row('poll', 50, 50)),
    )
    expect(compareResults(before, after)).toMatchObject({
      found: [{ scenario: 'echo', verdict: 'same' }],
      skipped: [
        'echo: floor only in the old file',
        'echo: select only in the new file',
        'old: only in the old file',
        'larger: not the same job (size was 64 and is 1024)',
        'new: only in the new file',
      ],
    })
  })

  it('are the same job at a share of capacity, whatever rate that came to', () => {
    const at = (capacity: number, share: number) =>
      result({ share, capacity, rate: capacity * share }, row('floor', 5, 5), row('poll', 6, 6))
    expect(compared(at(1000, 0.5), at(2000, 0.5)).found).toHaveLength(1)
    expect(compared(at(1000, 0.5), at(1000, 0.9)).skipped.join()).toContain('share was 0.5')
  })

  it('say when the machine had other things to do', () => {
    const quiet = results(drifting(1))
    const busy = { ...quiet, machine: { ...quiet.machine, others: 0.3 } }
    expect(compareResults(quiet, busy).warnings.join()).toContain('other processes took 0% / 30%')
    expect(compareResults(quiet, quiet).warnings).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { readScenario } from '../../bench/figures/reading'
import { summarizeMemory } from '../../bench/figures/memory'
import { summarize } from '../../bench/figures/summary'
import { load, results, result, row } from './made-up'

describe('summarize', () => {
  it('is about CPU per answer and answers per second', () => {
    const summary = summarize([
      { round: 0, load: load(5) },
      { round: 1, load: load(7, { windowSeconds: 2 }) },
      { round: 2, load: load(6) },
    ])
    expect(summary).toMatchObject({
      rounds: 3,
      cpu: { median: 6, min: 5, max: 7 },
      throughput: { median: 100_000, min: 50_000 },
      userShare: 0.25,
      loadBusy: 0.5,
    })
  })

  it('leaves out rounds that failed, whatever figures they have', () => {
    const summary = summarize([
      { round: 0, failure: '1 wrong', load: load(1) },
      { round: 1, load: load(5) },
    ])
    expect(summary).toMatchObject({ rounds: 1, cpu: { median: 5, min: 5 } })
  })

  it('is undefined when no round counts', () => {
    expect(summarize([])).toBeUndefined()
    expect(summarize([{ round: 0, failure: 'no' }])).toBeUndefined()
  })

  it('does not split what is too short to be split', () => {
    const server = { ...load(5).server, userTicks: 1, sysTicks: 2 }
    expect(summarize([{ round: 0, load: load(5, { server }) }])).not.toHaveProperty('userShare')
  })
})

describe('compare', () => {
  it('takes ratios against the floor and the baseline within a round', () => {
    const { rows } = result({}, row('floor', 5, 10), row('node-net', 10, 20), row('poll', 6, 12))
    expect(rows[2]?.summary?.againstFloor).toMatchObject({ median: 1.2, cheapest: 1.2 })
    expect(rows[2]?.summary?.againstNode).toMatchObject({ median: 0.6 })
    expect(rows[0]?.summary?.againstFloor?.median).toBe(1)
  })

  it('matches rounds by their number when one failed', () => {
    const { rows } = result({}, row('floor', 5, 10), row('poll', 'broken', 20))
    expect(rows[1]?.summary?.againstFloor?.median).toBe(2)
  })

  it('has no ratio where the floor did not run', () => {
    const { rows } = result({}, row('poll', 6))
    expect(rows[0]?.summary).not.toHaveProperty('againstFloor')
  })
})

describe('beside CPU', () => {
  it('context switches are given for 1,000 answers', () => {
    const server = { ...load(5).server, voluntarySwitches: 200, involuntarySwitches: 50 }
    const summary = summarize([{ round: 0, load: load(5, { server }) }])
    expect(summary?.switches).toMatchObject({
      voluntary: { median: 2 },
      involuntary: { median: 0.5 },
    })
  })

  it('p99 is set against the floor at a fixed rate only', () => {
    const at = (p99: number, due: number) =>
      load(5, { due, latencyUs: { ...load(5).latencyUs, p99 } })
    const paced = result(
      {},
      row('floor', at(100, 9), at(50, 9)),
      row('poll', at(110, 9), at(60, 9)),
    )
    const tail = paced.rows[1]?.summary?.p99AgainstFloor
    expect(tail?.median).toBeCloseTo(1.15)
    expect(tail?.cheapest).toBeCloseTo(1.2)
    const closed = result({}, row('floor', at(100, 0)), row('poll', at(110, 0)))
    expect(closed.rows[1]?.summary).not.toHaveProperty('p99AgainstFloor')
  })

  it('there is no latency where nothing is waited for', () => {
    const latencyUs = { ...load(5).latencyUs, count: 0 }
    expect(summarize([{ round: 0, load: load(5, { latencyUs }) }])).not.toHaveProperty('latency')
  })
})

describe('summarizeMemory', () => {
  const memory = { before: 1_000_000, open: 2_000_000, answered: 4_000_000 }

  it('is the growth for each connection', () => {
    const rounds = [
      { round: 0, load: load(5, { memory }) },
      { round: 1, load: load(5, { memory: { ...memory, open: 3_000_000 } }) },
      { round: 2, failure: '1 closed', load: load(5, { memory: { ...memory, open: 9 } }) },
    ]
    expect(summarizeMemory(rounds, 1000)).toMatchObject({
      rounds: 2,
      before: { median: 1_000_000 },
      open: { median: 1500, min: 1000, max: 2000 },
      answered: { median: 3000 },
    })
  })

  it('is undefined when no round counts', () => {
    expect(summarizeMemory([{ round: 0, failure: 'no' }], 10)).toBeUndefined()
  })
})

describe('large bodies', () => {
  const body = 100 * 1024
  const sends = (cpu: number) => load(cpu, { bodyBytes: 100_000 * body })

  it('have a price for each KiB, also against the floor', () => {
    const { rows } = result({}, row('floor', sends(10)), row('epoll-edge', sends(15)))
    expect(rows[0]?.summary?.cpuPerKiB?.median).toBeCloseTo(100)
    expect(rows[1]?.summary?.cpuPerKiB?.median).toBeCloseTo(150)
    expect(rows[1]?.summary?.byteAgainstFloor?.median).toBeCloseTo(1.5)
  })

  it('are read out', () => {
    const files = result(
      { job: 'http-file-100k' },
      row('floor', sends(10)),
      row('nginx', sends(15)),
    )
    expect(readScenario(files, results(files))).toContain(
      'CPU per KiB of the file, in ns, and against the C++ floor: floor 100 (1.00), nginx 150 (1.50).',
    )
  })

  it('are none of 13 bytes', () => {
    const small = summarize([{ round: 0, load: load(5, { bodyBytes: 1_300_000 }) }])
    expect(small).not.toHaveProperty('cpuPerKiB')
  })
})

// What the load itself has to say about figures: rates, loss, threads, limits.

import { describe, expect, it } from 'vitest'
import { readLoad } from '../../bench/figures/load-reading'
import { readScenario } from '../../bench/figures/reading'
import { printed } from '../../bench/output/table'
import { report } from '../../bench/report/report'
import { load, result, results, row } from './made-up'

const told = (...given: Parameters<typeof result>) => readLoad(result(...given)).join(' ')

/** The load generator's core was at work for this part of the window. */
const busy = (share: number, answers = 100_000) =>
  load(5, { loadCpuUs: share * 1e6, answers, due: 100_000 })

describe('the load generator at its limit', () => {
  it.each([
    [0.951, true],
    [0.949, false],
  ])('is told in table and report from 95%% of its core on (%f)', (share, isTold) => {
    const all = results(result({}, row('floor', load(5, { loadCpuUs: share * 1e6 }))))
    const sentence = "The load generator's own core was the bottleneck against"
    expect(printed(all).replace(/\s+/g, ' ').includes(sentence)).toBe(isTold)
    expect(report(all).includes(sentence.replace("'", '&#39;'))).toBe(isTold)
    expect(/^floor +[\d,]+!/m.test(printed(all))).toBe(isTold)
  })

  it('is told at a fixed rate too, where it is latency that suffers', () => {
    const text = told({ rate: 100_000 }, row('floor', busy(0.97)), row('poll', busy(0.5)))
    expect(text).toContain('bottleneck against floor: latency at this rate is partly its own')
    expect(told({ rate: 100_000 }, row('floor', busy(0.9)))).toBe('')
  })
})

describe('at a part of capacity', () => {
  const changes = { rate: 90_000, share: 0.9, capacity: 100_000 }

  it('the rate is explained', () => {
    expect(told(changes, row('floor', busy(0.5)))).toContain(
      'The rate is 90% of 100,000 messages/s, which is what the C++ floor answered',
    )
  })

  it('who does not keep up is told, with what it answered', () => {
    const text = told(changes, row('floor', busy(0.5)), row('poll', busy(0.5, 60_000)))
    expect(text).toContain('Not keeping up at this rate: poll (60,000/s).')
  })
})

describe('datagrams', () => {
  const udp = { job: 'udp', unit: 'datagram' } as const

  it('that were lost are told by server', () => {
    const losing = { lost: 1000, late: 0, answers: 99_000 }
    const text = told(
      udp,
      row('floor', load(5, losing)),
      row('poll', load(5, { lost: 0, late: 0 })),
    )
    expect(text).toContain('lost: floor 1.0%.')
    const { rows } = result(udp, row('floor', load(5, losing)))
    expect(rows[0]?.summary?.lost).toBe(0.01)
  })

  it('of which none was lost are told too', () => {
    expect(told(udp, row('floor', load(5, { lost: 0, late: 0 })))).toBe('No datagram was lost.')
    expect(told({}, row('floor', 5))).toBe('')
  })
})

describe('several threads', () => {
  const workers = { ...row('workers-2', 6), threads: 2 }

  it('on one core are told to show the price of sharing only', () => {
    const text = told({}, row('floor', 5), { ...workers, cores: 1 })
    expect(text).toContain('workers-2 had one core for all threads')
    expect(text).toContain('throughput cannot grow with Workers here')
  })

  it('with a core each are as they are', () => {
    expect(told({}, row('floor', 5), { ...workers, cores: 2 })).toBe('')
  })
})

describe('a known limit', () => {
  it('is told as one, not as a failure', () => {
    const limit = 'takes no descriptor beyond 1,023: a limit, not a mistake'
    const limited = { ...row('select'), limit }
    const all = results(result({ idle: 5000 }, row('floor', 5), limited))
    const [scenario] = all.scenarios
    if (scenario === undefined) throw new Error('no scenario')
    expect(readScenario(scenario, all)).toContain(`select ${limit}.`)
    expect(printed(all)).toContain(`select                 ${limit}`)
    expect(report(all)).toContain(limit)
    expect(report(all)).not.toContain('Not all figures')
  })
})

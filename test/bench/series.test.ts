// Series of scenarios: which there are, how long they take, and rates that are parts of capacity.

import { describe, expect, it } from 'vitest'
import { nodeDgram } from '../../bench/contestants/node'
import { contestants } from '../../bench/contestants'
import {
  epollEdge,
  epollLevel,
  oneWorker,
  poll,
  select,
  twoWorkers,
} from '../../bench/contestants/edgeloop'
import { floor } from '../../bench/contestants/floor'
import { libuvGuide, libuvTuned } from '../../bench/contestants/libuv'
import { parseOptions } from '../../bench/options'
import { obstacle } from '../../bench/contestants/contestant'
import { commandFor } from '../../bench/run/part'
import { chooseCores, coresFor, pinned } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import { planFor, secondsOf } from '../../bench/run/turns'
import { scenarios } from '../../bench/scenarios'
import { scenario } from './made-up'

// Long enough for an answer in each window, also where other processes want the cores.
const plan = { rounds: 2, seconds: 0.5, firstWarmup: 0.1, warmup: 0.05, calls: false }

const named = (prefix: string) => scenarios.filter(({ name }) => name.startsWith(prefix))

describe('the series', () => {
  it('has echo from 64 bytes to 1 MiB', () => {
    const sizes = scenarios
      .filter(
        ({ job, kind, idle, rate, connections }) =>
          job === 'echo' && kind === 'talk' && idle + rate === 0 && connections === 64,
      )
      .map(({ size }) => size)
    const kib = 1024
    expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual([
      64,
      kib,
      16 * kib,
      64 * kib,
      256 * kib,
      kib * kib,
    ])
  })

  it('has every number of connections with 1%, 10% and all of them active, where that is a whole number', () => {
    const points = named('echo-c').map(({ connections, idle }) => [connections + idle, connections])
    expect(points).toEqual([
      [1, 1],
      ...[
        [10, 1],
        [10, 10],
      ],
      ...[
        [100, 1],
        [100, 10],
        [100, 100],
      ],
      ...[
        [1000, 10],
        [1000, 100],
        [1000, 1000],
      ],
      ...[
        [10_000, 100],
        [10_000, 1000],
        [10_000, 10_000],
      ],
      ...[
        [15_000, 150],
        [15_000, 1500],
        [15_000, 15_000],
      ],
    ])
  })

  it('has latency at 10% to 90% of capacity', () => {
    expect(named('echo-load').map(({ share }) => share)).toEqual([0.1, 0.25, 0.5, 0.75, 0.9])
  })

  it('has names that are each used once', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
  })

  it('is no part of the quick run', () => {
    const quick = parseOptions([]).scenarios
    expect(
      quick.filter(({ brief, job, servers }) => brief === true || job === 'udp' || servers),
    ).toEqual([])
  })

  it('is shorter in a full run, and as long as one says otherwise', () => {
    const [series] = named('echo-1m')
    if (series === undefined) throw new Error('no series')
    const full = parseOptions(['--full'])
    const whole = {
      ...plan,
      rounds: full.rounds,
      seconds: full.seconds,
      calls: true,
      brief: full.brief,
    }
    expect(planFor(series, whole)).toMatchObject({ rounds: 3, seconds: 0.5, calls: false })
    expect(planFor(scenario, whole)).toMatchObject({ rounds: 5, seconds: 2, calls: true })
    expect(secondsOf(series, whole)).toBeLessThan(secondsOf(scenario, whole))
    const said = parseOptions(['--full', '--rounds', '7', '--seconds', '3', '--calls'])
    expect(said.brief).toEqual({ rounds: 7, seconds: 3, calls: true })
  })

  it('takes its own servers; Workers take part only where they are named', () => {
    const taking = (name: string) => {
      const found = scenarios.find((one) => one.name === name)
      if (found === undefined) throw new Error(name)
      return contestants
        .filter((one) => commandFor(one, found) !== undefined)
        .map((one) => one.name)
    }
    expect(taking('echo-1m')).not.toContain('bun')
    expect(taking('echo')).toContain('bun')
    expect(taking('echo')).not.toContain('workers-2')
    expect(taking('echo-workers')).toEqual([
      'floor',
      'node-net',
      'epoll-edge',
      'workers-1',
      'workers-2',
    ])
  })
})

describe('a part of capacity', () => {
  it('is a rate in figures, the same for all servers, with a curve of latency', async () => {
    const quarter = { ...scenario, connections: 4, share: 0.25, brief: true }
    const whole = { ...plan, brief: { rounds: 1, seconds: 0.5, calls: false } }
    const found = await runScenario(
      quarter,
      [floor, epollEdge],
      whole,
      chooseCores(),
      () => undefined,
    )
    const { rate, capacity = 0, title } = found.scenario
    expect(capacity).toBeGreaterThan(0)
    expect(rate).toBe(Math.round(capacity / 4))
    expect(title).toBe(`Echo, ${rate.toLocaleString('en-US')} messages/s`)
    expect(found.length).toEqual({ rounds: 1, seconds: 0.5 })
    for (const { trials, summary } of found.rows) {
      expect(trials).toHaveLength(1)
      expect(Math.abs((trials[0]?.load?.due ?? 0) - rate * 0.5)).toBeLessThan(2 + rate * 0.005)
      const curve = summary?.latency?.percentiles ?? []
      expect(curve.length).toBeGreaterThanOrEqual(30)
      expect(curve[0]?.[0]).toBe(0)
      expect(curve.at(-1)?.[0]).toBe(99.99)
      const heights = curve.map(([, us]) => us)
      expect(heights).toEqual(heights.toSorted((a, b) => a - b))
      expect(curve.find(([percentile]) => percentile === 50)?.[1]).toBe(
        summary?.latency?.p50.median,
      )
    }
  })
})

describe('UDP', () => {
  it('is echoed by every server, verified', async () => {
    const all = [floor, libuvTuned, libuvGuide, nodeDgram, select, poll, epollLevel, epollEdge]
    const here = all.filter((one) => obstacle(one) === undefined)
    const udp = { ...scenario, job: 'udp', connections: 4, pipeline: 8 } as const
    const { rows } = await runScenario(udp, here, plan, chooseCores(), () => undefined)
    expect(rows.length).toBeGreaterThanOrEqual(6)
    for (const { failure, summary, trials } of rows) {
      expect(failure).toBeUndefined()
      expect(summary?.throughput.median).toBeGreaterThan(0)
      expect(summary?.lost).toBeLessThan(0.5)
      expect(trials[0]?.load?.faults.total).toBe(0)
    }
  })
})

describe('Workers', () => {
  it('answer, with the CPU time of all their threads', async () => {
    const servers = ['workers-1', 'workers-2']
    const small = { ...scenario, connections: 8, servers }
    const { rows } = await runScenario(
      small,
      [oneWorker, twoWorkers],
      plan,
      chooseCores(),
      () => undefined,
    )
    expect(rows.map(({ failure }) => failure)).toEqual([undefined, undefined])
    expect(rows[1]?.banner).toContain('2 Workers, reuse-port')
    for (const { summary, threads } of rows) {
      expect(threads).toBeGreaterThan(0)
      // The main thread of a cluster sleeps: nearly all of this is that of others.
      expect(summary?.cpu.median).toBeGreaterThan(1)
    }
  })

  it("have as many cores as there are besides the load generator's", () => {
    const cores = { server: 0, load: 1, how: '' }
    expect(coresFor(2, cores)).toEqual([0])
    expect(coresFor(2, { ...cores, spare: [2, 3] })).toEqual([0, 2])
    expect(coresFor(1, { ...cores, spare: [2, 3] })).toBe(0)
    expect(coresFor(2, { ...cores, server: undefined })).toBeUndefined()
    expect(pinned(['true'], [0, 2])).toEqual(['taskset', '-c', '0,2', 'true'])
  })
})

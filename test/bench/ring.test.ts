// The ring of pipes: bytes that are passed on by whoever is told that they have come.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { Contestant } from '../../bench/contestants/contestant'
import { epollEdge, epollLevel, poll, select } from '../../bench/contestants/edgeloop'
import { floor } from '../../bench/contestants/floor'
import { ringLibevent, ringLibuv } from '../../bench/contestants/rings'
import { readRing, ringCurves } from '../../bench/figures/ring'
import { builtProgram, inPackage } from '../../bench/package'
import { chooseCores } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import { result, results, row, scenario } from './made-up'

// Long enough for an answer in each window, also where other processes want the cores.
const plan = { rounds: 1, seconds: 0.5, firstWarmup: 0.02, warmup: 0.02, calls: false }
const small = { pipes: 64, active: 4, writes: 100 }
const ring = { ...scenario, kind: 'ring', job: 'ring', unit: 'event' } as const

async function rowsOf(shape: typeof small, ...contestants: Contestant[]) {
  const { pipes, active } = shape
  const one = { ...ring, ring: shape, connections: active, idle: pipes - active }
  return (await runScenario(one, contestants, plan, chooseCores(), () => undefined)).rows
}

/** What a whole number of laps leaves: an event for each byte, and `active + writes` of them in each. */
function expectLaps(rows: Awaited<ReturnType<typeof rowsOf>>) {
  expect(rows.map(({ failure }) => failure)).toEqual(rows.map(() => undefined))
  for (const { trials, summary } of rows) {
    const load = trials[0]?.load
    expect(load?.answers).toBeGreaterThan(0)
    expect((load?.bytes ?? NaN) % (small.active + small.writes)).toBe(0)
    expect(load?.answers).toBeLessThanOrEqual(load?.bytes ?? NaN)
    expect(summary?.cpu.median).toBeGreaterThan(0)
  }
}

describe('the ring of pipes', () => {
  it('goes round on every backend and trigger, and in C++, with every byte accounted for', async () => {
    expectLaps(await rowsOf(small, floor, select, poll, epollLevel, epollEdge))
  })

  it('goes round with a byte in every pipe', async () => {
    const rows = await rowsOf({ ...small, pipes: 4 }, floor, select, poll, epollLevel, epollEdge)
    expectLaps(rows)
  })

  it('of 2,000 pipes is beyond select, and the row says so', async () => {
    const [failed] = await rowsOf({ ...small, pipes: 2000 }, select)
    expect(failed?.summary).toBeUndefined()
    expect(failed?.limit).toMatch(/takes no descriptor beyond 1,023: a limit/)
  })

  const programs: [string, string, string[]][] = [
    ['TypeScript', process.execPath, [inPackage('dist/bench/ring/edgeloop.js'), 'poll', 'level']],
    ['C++', builtProgram('edgeloop-floor'), ['ring']],
  ]
  it.each(programs)('in %s refuses what is no ring, and says so', (_, program, words) => {
    for (const shape of [['10', '0', '5', '0.1', '0'], ['10', '11', '5', '0.1', '0'], ['x'], []]) {
      const { status, stdout, stderr } = spawnSync(program, [...words, ...shape], {
        encoding: 'utf8',
      })
      expect(stderr).toContain('a ring takes PIPES ACTIVE WRITES SECONDS WARMUP')
      expect(status).toBeGreaterThan(0)
      expect(stdout).toBe('')
    }
  })

  const cmake = spawnSync('cmake', ['--version']).status === 0
  it.each([
    ['libuv', '/usr/include/uv.h', ringLibuv],
    ['libevent', '/usr/include/event2/event.h', ringLibevent],
  ] as const)('goes round on %s, where it can be built', async (_, header, contestant) => {
    const rows = await rowsOf(small, contestant)
    if (cmake && existsSync(header)) expectLaps(rows)
    else expect(rows[0]?.failure).toContain('not installed: apt-get install lib')
  })
})

describe('the reading of rings', () => {
  const among = (pipes: number, ...rows: Parameters<typeof result>[1][]) =>
    result({ ...ring, ring: { ...small, pipes } }, ...rows)
  const run = results(
    among(100, row('floor', 1, 1), row('select', 2, 2), row('poll', 2, 2)),
    among(1000, row('floor', 1, 1.2), row('select', 'no'), row('poll', 20, 20)),
  )

  it('is a curve for each server, of the rings in which it has figures', () => {
    const curves = ringCurves(run)
    expect(curves.map(({ server }) => server)).toEqual(['floor', 'select', 'poll'])
    expect(curves.map(({ points }) => points.map(({ pipes }) => pipes))).toEqual([
      [100, 1000],
      [100],
      [100, 1000],
    ])
    expect(curves[2]?.points[1]).toEqual({ pipes: 1000, cpu: 20, time: 10 })
  })

  it('says how much dearer an event became since the smallest', () => {
    const [smallest, larger] = run.scenarios
    if (smallest === undefined || larger === undefined) throw new Error('no scenarios')
    expect(readRing(smallest, run)).toEqual([])
    expect(readRing(larger, run)).toEqual([
      'From 100 to 1,000 pipes, with as many active, an event gets dearer: floor 1.10 times (1.00 to 1.10 µs) and poll 10.00 times (2.00 to 20.0 µs).',
    ])
    expect(readRing(result({}), run)).toEqual([])
  })
})

// A whole run as it could be: every kind of chart that the report knows, with figures as the textbook has them.

import type { Results } from '../../bench/results'
import type { LoadResult } from '../../bench/run/load'
import type { Scenario } from '../../bench/scenarios'
import type { Role } from '../../bench/contestants/contestant'
import { load, memoryRow, result, results, row } from './made-up'

/** Its title, its role, and µs for a message and for each idle connection. */
type Kind = readonly [title: string, role: Role, cost: number, idle: number]

const servers: Readonly<Record<string, Kind>> = {
  floor: ['C++ floor', 'floor', 5, 0],
  'libuv-tuned': ['C++ libuv (tuned)', 'reference', 5.3, 0.00001],
  'node-net': ['node:net', 'baseline', 8.6, 0.00001],
  select: ['edgeloop select', 'candidate', 5.6, 0.011],
  poll: ['edgeloop poll', 'candidate', 5.5, 0.007],
  'epoll-level': ['edgeloop epoll (level)', 'candidate', 5.4, 0.00002],
  'epoll-edge': ['edgeloop epoll (edge)', 'candidate', 5.35, 0.00001],
}

const percentiles = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99]

const curve = (p50: number) =>
  percentiles.map(
    (percentile) => [percentile, p50 * (0.5 + 1.4 / (1.02 - percentile / 100) ** 0.4 / 2)] as const,
  )

/** A round in which latency has a curve too. */
function round(cost: number, p50: number, changes: Partial<LoadResult>): LoadResult {
  const { latencyUs, ...rest } = load(cost)
  const points = curve(p50)
  const at = (wanted: number) => points.find(([percentile]) => percentile === wanted)?.[1] ?? p50
  return {
    ...rest,
    latencyUs: {
      ...{ ...latencyUs, p50, p90: at(90), p99: at(99), p999: at(99.9) },
      percentiles: points,
    },
    ...changes,
  }
}

interface Shape {
  readonly scenario: Partial<Scenario> & { readonly name: string; readonly title: string }
  readonly only?: readonly string[]
  readonly price: (cost: number, idle: number) => number
  readonly wait: (cost: number) => number
  readonly changes?: Partial<LoadResult>
}

function made({ scenario, only, price, wait, changes = {} }: Shape) {
  const rows = Object.entries(servers).flatMap(([server, [title, role, cost, idle]]) => {
    if (only !== undefined && !only.includes(server)) return []
    const fails = server === 'select' && (scenario.idle ?? 0) > 1000
    const base = price(cost, idle)
    const rounds = fails
      ? ['120 connections refused']
      : [1, 1.02, 1.04].map((drift) => round(base * drift, wait(cost) * drift, changes))
    return [{ ...row(server, ...rounds), title, role }]
  })
  return result(scenario, ...rows)
}

const among = (kind: 'talk' | 'ring', active: number, total: number, quick = false): Shape => ({
  scenario: {
    name: `${kind}-${String(active)}-${String(total)}`,
    title: `${kind === 'ring' ? 'Ring of pipes' : 'Echo of 64 bytes'}, ${String(active)} active of ${String(total)}`,
    kind,
    job: kind === 'ring' ? 'ready' : 'echo',
    unit: kind === 'ring' ? 'event' : 'message',
    connections: active,
    idle: total - active,
    quick,
  },
  price: (cost, idle) => cost + (idle * (total - active) * 64) / active,
  wait: (cost) => cost * active,
})

const ofSize = (size: number): Shape => ({
  scenario: {
    name: `size-${String(size)}`,
    title: `Echo of ${String(size)} bytes`,
    size,
    quick: false,
  },
  price: (cost) => cost + size / 4000,
  wait: (cost) => cost * 64,
})

const atShare = (share: number): Shape => ({
  scenario: {
    ...{ name: `load-${String(share)}`, title: `Echo at ${String(share)}%`, quick: false },
    ...{ rate: share * 1000, share: share / 100 },
  },
  price: (cost) => cost * 2,
  wait: (cost) => (cost * 4) / (1.05 - share / 100),
  changes: { due: 100_000 },
})

/** Pipe rings, idle connections, sizes, shares of capacity, HTTP, memory. */
export function wholeRun(): Results {
  const memory = Object.entries(servers).map(([server, [title, role, cost]]) => ({
    ...memoryRow(server, cost * 60, cost * 61),
    ...{ title, role },
  }))
  return results(
    made(among('talk', 64, 64, true)),
    made(among('talk', 64, 964, true)),
    made(among('talk', 64, 5064)),
    ...[10, 100, 1000].map((active) => made(among('talk', active, active))),
    ...[100, 1000, 10_000].map((total) => made(among('ring', 10, total))),
    ...[16_384, 262_144, 1_048_576].map((size) => made(ofSize(size))),
    ...[10, 25, 50, 75, 90].map((share) => made(atShare(share))),
    made({
      scenario: {
        name: 'http',
        title: 'HTTP keep-alive, 64 connections',
        job: 'http',
        unit: 'request',
      },
      price: (cost) => cost * 1.1,
      wait: (cost) => cost * 64,
      changes: { loadCpuUs: 990_000 },
    }),
    result(
      {
        name: 'memory',
        title: 'Memory of 10,000 connections',
        kind: 'memory',
        quick: false,
        unit: 'connection',
      },
      ...memory,
    ),
  )
}

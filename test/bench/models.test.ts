// The models of concurrency: every one gives back what it gets, to as many as it says, and ends.

import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { Contestant } from '../../bench/contestants/contestant'
import { epollEdge, epollLevel } from '../../bench/contestants/edgeloop'
import { floor } from '../../bench/contestants/floor'
import { models } from '../../bench/contestants/models'
import { nodeNet } from '../../bench/contestants/node'
import { readModels, summarizeModel } from '../../bench/figures/models'
import { scenarioTable } from '../../bench/output/table'
import type { Row, Trial } from '../../bench/results'
import { modelTable } from '../../bench/report/model-table'
import { runLoad } from '../../bench/run/load'
import { chooseCores } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import { Server } from '../../bench/run/server'
import { scenarios } from '../../bench/scenarios'
import { load, result, results, row, scenario } from './made-up'
import { runProgram } from './load-program'

// Long enough for an answer in each window, also where other processes want the cores.
const plan = { rounds: 1, seconds: 0.5, firstWarmup: 0.02, warmup: 0.02, calls: false }
const model = { ...scenario, job: 'model', kind: 'model' } as const

async function rowOf(contestant: Contestant, connections: number) {
  const one = { ...model, connections }
  const { rows } = await runScenario(one, [contestant], plan, chooseCores(), () => undefined)
  return rows[0]
}

const named = (name: string): Contestant => {
  const found = models.find((one) => one.name === `model-${name}`)
  if (found === undefined) throw new Error(`no model ${name}`)
  return found
}

/** Processes whose parent is this one. */
async function childrenOf(pid: number): Promise<number[]> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('models of concurrency', () => {
  const many = models.filter(({ holds }) => (holds?.connections ?? Infinity) > 1)

  it.each(many.map((one) => [one.title, one] as const))(
    'echo to several at the same time, and to those who come for one message: %s',
    async (_, contestant) => {
      const found = await rowOf(contestant, 3)
      expect(found?.failure).toBeUndefined()
      expect(found?.limit).toBeUndefined()
      const { load: talk, transactions } = found?.trials[0] ?? {}
      expect(talk).toMatchObject({ connected: 3, faults: { total: 0 } })
      expect(talk?.bytes).toBe((talk?.answers ?? NaN) * 64)
      expect(transactions?.faults.total ?? 0).toBe(0)
      expect(found?.model).toMatchObject({ rounds: 1, users: 3 })
      expect(found?.model?.qps?.median).toBeGreaterThan(0)
      expect(found?.model?.memory?.median).toBeGreaterThan(5 << 20)
    },
  )

  it('echo to one after the other, where they are iterative', async () => {
    const alone = await rowOf(named('iterative'), 1)
    expect(alone?.failure).toBeUndefined()
    expect(alone?.model).toMatchObject({ users: 1, rounds: 1 })
    expect(alone?.model?.qps?.median).toBeGreaterThan(0)
    const queue = await rowOf(named('iterative'), 20)
    expect(queue?.failure).toBeUndefined()
    expect(queue?.limit).toBe(
      'does not go so far: it serves one connection until its end; the others wait in the backlog',
    )
    expect(queue?.model?.qps).toBeUndefined()
    expect(queue?.model?.users).toBe(1)
    expect(queue?.model?.tps?.median).toBeGreaterThan(0)
  })

  it('are not started for more than they hold', async () => {
    const command = () => [process.execPath, '-e', 'process.exit(1)']
    const found = await rowOf({ ...named('process'), command }, 101)
    expect(found?.failure).toBeUndefined()
    expect(found?.limit).toMatch(/^does not go so far: each of its connections is a Node process/)
    expect(found?.model).toBeUndefined()
  })

  it('stand beside the floor, node:net and one server of edgeloop', () => {
    expect([floor, nodeNet, epollLevel].map(({ command }) => command('model'))).toEqual(
      [floor, nodeNet, epollLevel].map(({ command }) => command('echo')),
    )
    expect(epollEdge.command('model')).toBeUndefined()
  })

  it('are no part of the quick run', () => {
    const ours = scenarios.filter(({ kind }) => kind === 'model')
    expect(ours.map(({ connections }) => connections)).toEqual([1, 10, 100, 1000, 10_000])
    expect(ours.map(({ quick }) => quick)).toEqual(ours.map(() => false))
  })

  it.each(['epoll-level', 'epoll-edge', 'poll', 'select', 'polling', 'thread', 'iterative'])(
    'give back a megabyte that does not go at once: %s',
    async (name) => {
      const server = await Server.start(named(name).command('model') ?? [], undefined)
      try {
        const big = { ...model, connections: 1, size: 1 << 20 }
        const { target, pid } = server
        const found = await runLoad({
          ...{ scenario: big, target, pid, seconds: 0.2, warmup: 0, core: undefined },
        })
        expect(found.faults).toMatchObject({ total: 0, first: '' })
        expect(found.heard).toBeGreaterThan(0)
      } finally {
        await server.stop()
      }
    },
  )

  it.each(['SIGTERM', 'SIGKILL'] as const)('end with their processes on %s', async (signal) => {
    const server = await Server.start(named('preforked').command('model') ?? [], undefined)
    const children = await childrenOf(server.pid)
    expect(children).toHaveLength(4)
    process.kill(server.pid, signal)
    await expect.poll(() => children.filter(runs), { timeout: 10_000 }).toEqual([])
    await server.stop()
  })
})

describe('the load on them', () => {
  it('counts a process with its descendants', async () => {
    const server = await Server.start(named('preforked').command('model') ?? [], undefined)
    const { target, pid } = server
    try {
      const common = { target, pid, seconds: 0.2, warmup: 0.05, core: undefined }
      const alone = await runLoad({ scenario: { ...scenario, connections: 4 }, ...common })
      const tree = await runLoad({ scenario: { ...model, connections: 4 }, ...common })
      expect(tree.server.cpuUs).toBeGreaterThan(alone.server.cpuUs)
      expect(tree.server.rssBytes).toBeGreaterThan(10 << 20)
    } finally {
      await server.stop()
    }
  })

  it.each([
    [['--tree'], '--tree needs --pid'],
    [['--greet', '--churn'], '--greet goes without --rate, --churn and --once'],
    [['--greet', '--rate', '5'], '--greet goes without --rate, --churn and --once'],
  ])('refuses %j', async (words, complaint) => {
    const { code, err } = await runProgram(['echo', '--target', '127.0.0.1:9', ...words])
    expect(code).toBe(2)
    expect(err).toContain(complaint)
  })
})

function withModel(other: Row, trials: readonly Trial[]): Row {
  const summary = summarizeModel(trials, 64)
  return summary === undefined ? other : { ...other, model: summary }
}

describe('the figures of models', () => {
  const short = load(1, { windowSeconds: 2 })
  const trials = [
    { round: 0, load: load(1), transactions: short },
    { round: 1, failure: 'wrong', load: load(9) },
    { round: 2 },
  ]

  it('are those of the rounds that count', () => {
    const found = summarizeModel(trials, 64)
    expect(found).toMatchObject({
      ...{ rounds: 1, users: 64, qps: { median: 100_000 }, tps: { median: 50_000 } },
      ...{ bytesPerSecond: { median: 6_400_000 }, memory: { median: 50 * 1048576 } },
      ...{ response: { p50: { median: 50 } }, transaction: { p99: { median: 99 } } },
    })
    expect(summarizeModel([{ round: 0 }], 1)).toBeUndefined()
    expect(summarizeModel([{ round: 0, transactions: short }], 1)).not.toHaveProperty('qps')
  })

  it('are shown and read, with the limits of those that have none', () => {
    const one = withModel(row('floor', 1), trials)
    const two = withModel(row('node-net', 2), [{ round: 0, load: load(2) }])
    const none = { ...row('select'), limit: 'does not go so far: it is full' }
    const told = result(model, one, two, none)
    expect(readModels(told)).toEqual([
      'Most messages a second on connections that stay: floor, 100,000, within the noise node-net; fewest: node-net, 100,000.',
      'Memory of the whole server: from 50.0 MB (floor) to 50.0 MB (node-net).',
      'With so many there is no figure of select (does not go so far: it is full).',
    ])
    expect(scenarioTable(told, results(told))).toMatch(/^floor +100,000 +50 +99 +6\.1 MB +50,000 /m)
    expect(scenarioTable(told, results(told))).toMatch(/^select +does not go so far/m)
    expect(modelTable(told).text).toContain('it is full')
    expect(readModels(result({}, one))).toEqual([])
  })
})

// What is no conversation on open connections: churn, memory, and descriptors that become ready.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { obstacle, type Contestant } from '../../bench/contestants/contestant'
import { epollEdge, epollLevel, poll, select } from '../../bench/contestants/edgeloop'
import { floor } from '../../bench/contestants/floor'
import { hostedBare, hostedCall } from '../../bench/contestants/hosted'
import { libuvGuide, libuvTuned } from '../../bench/contestants/libuv'
import { nodeNet } from '../../bench/contestants/node'
import { chooseCores } from '../../bench/run/pinning'
import { parseReadyResult } from '../../bench/run/ready'
import { runScenario } from '../../bench/run/rounds'
import type { Scenario } from '../../bench/scenarios'
import { scenario } from './made-up'

// Long enough for an answer in each window, also where other processes want the cores.
const plan = { rounds: 2, seconds: 0.5, firstWarmup: 0.05, warmup: 0.05, calls: false }

async function rowsOf(changes: Partial<Scenario>, ...contestants: Contestant[]) {
  const small = { ...scenario, connections: 4, ...changes }
  const { rows } = await runScenario(small, contestants, plan, chooseCores(), () => undefined)
  return rows
}

describe('churn', () => {
  it('is survived by every server, with figures', async () => {
    const rows = await rowsOf(
      { kind: 'churn' },
      floor,
      nodeNet,
      select,
      poll,
      epollLevel,
      epollEdge,
    )
    expect(rows.map(({ failure }) => failure)).toEqual(rows.map(() => undefined))
    for (const { summary } of rows) expect(summary?.rounds).toBe(2)
    expect(rows[1]?.summary?.againstFloor?.median).toBeGreaterThan(1)
  })
})

describe('memory', () => {
  it('is counted for each connection of a new server in each round', async () => {
    const [row] = await rowsOf({ kind: 'memory', connections: 2000 }, nodeNet)
    expect(row?.failure).toBeUndefined()
    expect(row?.summary).toBeUndefined()
    expect(row?.memory).toMatchObject({ rounds: 2 })
    expect(row?.memory?.before.median).toBeGreaterThan(10 << 20)
    expect(row?.memory?.open.median).toBeGreaterThan(500)
    expect(row?.trials.map(({ load }) => load?.answers)).toEqual([2000, 2000])
  })

  it('of a server that ends is a row with its end', async () => {
    const command = () => [process.execPath, '-e', 'throw new Error("no memory left")']
    const [row] = await rowsOf({ kind: 'memory' }, { ...floor, command })
    expect(row?.failure).toBe('Error: no memory left (exit code 1)')
    expect(row?.memory).toBeUndefined()
  })
})

describe('descriptors that become ready', () => {
  const ready = { kind: 'ready', job: 'ready', connections: 10, idle: 90 } as const

  it('are watched by the floor and on every backend that can watch them', async () => {
    const rows = await rowsOf(ready, floor, select, poll, epollLevel)
    expect(rows.map(({ failure }) => failure)).toEqual(rows.map(() => undefined))
    for (const { summary } of rows) {
      expect(summary?.rounds).toBe(2)
      expect(summary?.throughput.median).toBeGreaterThan(0)
      expect(summary?.cpu.median).toBeGreaterThan(0)
      expect(summary).not.toHaveProperty('latency')
    }
  })

  it('are not watched under edge triggering, where what stays ready is announced once', async () => {
    expect(await rowsOf(ready, epollEdge)).toEqual([])
  })

  it('beyond 1,023 are a limit of select', async () => {
    const [row] = await rowsOf({ ...ready, idle: 1500 }, select)
    expect(row?.summary).toBeUndefined()
    expect(row?.limit).toBe('takes no descriptor beyond 1,023: a limit, not a mistake')
    expect(row?.trials[0]?.failure).toContain('1024')
  })

  it('come from a program that says what it found', () => {
    const found = {
      ...{ events: 1000, turns: 10, seconds: 2, userUs: 30_000, sysUs: 10_000, rssBytes: 5 },
      ...{ voluntarySwitches: 3, involuntarySwitches: 4 },
    }
    expect(parseReadyResult(JSON.stringify(found))).toMatchObject({
      answers: 1000,
      windowSeconds: 2,
      server: { cpuUs: 40_000, userTicks: 3, sysTicks: 1, rssBytes: 5 },
    })
    expect(() => parseReadyResult('{"events":1}')).toThrow('no result.turns')
    expect(() => parseReadyResult('Segmentation fault')).toThrow('printed "Segmentation fault"')
  })
})

describe('a contestant that is not installed', () => {
  const needs = { find: () => undefined, how: 'apt-get install it' }

  it('is a row that says how to get it', async () => {
    const [row] = await rowsOf({}, { ...floor, needs })
    expect(row?.failure).toBe('not installed: apt-get install it')
    expect(row?.trials).toEqual([])
  })

  it('is looked for once, and prepared where it can be', () => {
    let times = 0
    const prepare = () => {
      times += 1
      return 'no compiler'
    }
    const contestant = { ...floor, needs: { ...needs, prepare } }
    expect([obstacle(contestant), obstacle(contestant)]).toEqual(['no compiler', 'no compiler'])
    expect(times).toBe(1)
  })
})

const cmake = spawnSync('cmake', ['--version']).status === 0

describe("the floor in Node's loop", () => {
  const headers = path.resolve(process.execPath, '../../include/node/uv.h')
  const built = cmake && existsSync(headers)
  const where = built ? '' : ' (skipped: no cmake, or no headers beside node here)'
  const guests = [hostedBare.name, hostedCall.name]
  it.skipIf(!built)(`answers, with and without a call for each turn${where}`, async () => {
    for (const changes of [{ size: 1_000_000 }, { job: 'http' }] as const) {
      const rows = await rowsOf({ ...changes, guests }, hostedBare, hostedCall)
      expect(rows.map(({ failure }) => failure)).toEqual([undefined, undefined])
      expect(rows[1]?.banner).toBe('(epoll, level, in Node)')
    }
  })

  it('takes part only where it is a guest', async () => {
    expect(await rowsOf({}, hostedBare, hostedCall)).toEqual([])
  })

  it.skipIf(!built)(`refuses what it can't do${where}`, () => {
    expect(obstacle(hostedBare)).toBeUndefined()
    const [program = '', ...words] = hostedBare.command('echo') ?? []
    const { status, stderr } = spawnSync(program, [...words.slice(0, -1), 'smtp'])
    expect(status).toBe(1)
    expect(String(stderr)).toContain("The \"job\" argument must be 'echo' or 'http'")
  })
})

describe('libuv in C++', () => {
  const built = cmake && existsSync('/usr/include/uv.h')
  it.skipIf(!built)(
    `echoes small and large messages both ways${built ? '' : ' (skipped: no cmake, or no libuv1-dev here)'}`,
    async () => {
      for (const size of [64, 1_000_000]) {
        const rows = await rowsOf({ size }, libuvTuned, libuvGuide)
        expect(rows.map(({ failure }) => failure)).toEqual([undefined, undefined])
        expect(rows[0]?.banner).toMatch(/^\(libuv 1\.\d+\.\d+, static buffer, uv_try_write\)$/)
      }
    },
  )
})

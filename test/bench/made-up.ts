import type { Role } from '../../bench/contestants/contestant'
import { summarizeMemory } from '../../bench/figures/memory'
import { compare, summarize } from '../../bench/figures/summary'
import type { Results, Row, ScenarioResult, Trial } from '../../bench/results'
import type { LoadResult } from '../../bench/run/load'
import type { Scenario } from '../../bench/scenarios'

export const scenario: Scenario = {
  name: 'echo',
  title: 'Echo',
  about: 'About it.',
  job: 'echo',
  kind: 'talk',
  quick: true,
  unit: 'message',
  connections: 64,
  idle: 0,
  size: 64,
  pipeline: 1,
  rate: 0,
}

/** A round of one second in which each of 100,000 answers cost so much CPU. */
export function load(cpu: number, changes: Partial<LoadResult> = {}): LoadResult {
  const answers = 100_000
  return {
    connected: 64,
    idle: 0,
    windowSeconds: 1,
    answers,
    heard: answers,
    bytes: answers * 64,
    due: 0,
    loadCpuUs: 500_000,
    latencyUs: { count: answers, min: 1, mean: 50, p50: 50, p90: 90, p99: 99, p999: 100, max: 101 },
    faults: { total: 0, first: '', counts: {} },
    server: {
      cpuUs: cpu * answers,
      userTicks: 25,
      sysTicks: 75,
      rssBytes: 50 * 1048576,
      voluntarySwitches: 0,
      involuntarySwitches: 0,
    },
    ...changes,
  }
}

const roles: Readonly<Record<string, Role>> = { floor: 'floor', 'node-net': 'baseline' }

/** A row whose rounds cost so much CPU per answer; a string is the reason of a round that failed. */
export function row(server: string, ...rounds: (number | string | LoadResult)[]): Row {
  const trials = rounds.map((value, round): Trial => {
    if (typeof value === 'string') return { round, failure: value }
    return { round, load: typeof value === 'number' ? load(value) : value }
  })
  const summary = summarize(trials)
  const failure = trials.find((trial) => trial.failure !== undefined)?.failure
  return {
    server,
    title: server,
    role: roles[server] ?? 'candidate',
    about: `About ${server}.`,
    banner: '',
    trials,
    ...(summary === undefined ? {} : { summary }),
    ...(failure === undefined ? {} : { failure }),
  }
}

/** A row of the scenario on memory: so many bytes for each of 100 connections, in each round. */
export function memoryRow(server: string, ...rounds: number[]): Row {
  const before = 50 * 1048576
  const trials = rounds.map((bytes, round): Trial => {
    const [open, answered] = [before + bytes * 100, before + bytes * 150]
    return { round, load: load(5, { memory: { before, open, answered } }) }
  })
  const memory = summarizeMemory(trials, 100)
  return { ...row(server), trials, ...(memory === undefined ? {} : { memory }) }
}

export const result = (changes: Partial<Scenario>, ...rows: Row[]): ScenarioResult => ({
  scenario: { ...scenario, ...changes },
  rows: compare(rows),
})

export const results = (...scenarios: ScenarioResult[]): Results => ({
  format: 2,
  startedAt: '2026-01-02T03:04:05.000Z',
  seconds: 60,
  command: 'edgeloop bench',
  settings: { rounds: 3, seconds: 0.5, warmup: '0.1 s' },
  machine: {
    kernel: 'Linux 6.1 x86_64',
    cpu: 'A CPU',
    cores: 2,
    governor: 'performance',
    memoryBytes: 1 << 30,
    node: '20.0.0',
    libuv: '1.46.0',
    v8: '11.3',
    edgeloop: '0.1.0',
    descriptors: '1024 / 4096',
    pinning: 'not pinned: a test',
    loadBefore: 0.1,
  },
  scenarios,
})

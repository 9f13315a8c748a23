// Time: the histogram's accuracy, and latency that leaves nothing out.

import { describe, expect, it } from 'vitest'
import { numbers, parseLoadResult } from '../../bench/run/load'
import { impatient, loadOn, runProgram, stallOnce } from './load-program'

/** The smallest value that `percent` of all do not exceed. */
function exact(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? NaN
}

async function percentiles(values: readonly number[]) {
  const { out } = await runProgram(['percentiles'], values.join('\n'))
  const parsed: unknown = JSON.parse(out.replace(/^{"latencyUs":|}$/gm, ''))
  return numbers(parsed, ['count', 'min', 'p50', 'p90', 'p99', 'p999', 'max'], 'latencyUs')
}

describe('the histogram', () => {
  it.each([
    ['uniform', () => Math.floor(Math.random() * 1e7)],
    ['spread over nine decades', () => Math.floor(10 ** (Math.random() * 9))],
    ['nearly constant, with outliers', () => (Math.random() < 0.995 ? 50_000 : 300_000_000)],
  ])('is within 1%% of the exact percentiles (%s)', async (_name, draw) => {
    const values = Array.from({ length: 20_000 }, draw)
    const sorted = values.toSorted((a, b) => a - b)
    const found = await percentiles(values)
    for (const [name, percent] of [
      ['p50', 50],
      ['p90', 90],
      ['p99', 99],
      ['p999', 99.9],
    ] as const) {
      const truth = exact(sorted, percent)
      const ns = found[name] * 1000
      expect(ns).toBeGreaterThanOrEqual(truth - 1)
      expect(ns).toBeLessThanOrEqual(truth * 1.01 + 1)
    }
    expect(found.max * 1000).toBeCloseTo(sorted.at(-1) ?? NaN, 0)
    expect(found.min * 1000).toBeCloseTo(sorted[0] ?? NaN, 0)
  })

  it('counts a single value, and none', async () => {
    expect(await percentiles([1234567])).toMatchObject({ count: 1, p50: 1234.567, max: 1234.567 })
    expect(await percentiles([])).toMatchObject({ count: 0, p50: 0, max: 0 })
  })
})

describe('a fixed rate', () => {
  const options = ['--duration', '1']

  it('charges a stall of 300 ms to every message that was due meanwhile', async () => {
    const result = await loadOn('echo', stallOnce(100, 300), '--rate', '1000', ...options)
    expect(result.faults.total).toBe(0)
    expect(result.due).toBeGreaterThanOrEqual(995)
    expect(result.latencyUs.count).toBe(result.due)
    // 300 of 1,000 messages were due while it stalled: the 10 that waited longest waited nearly
    // all of it, though only one on each of 4 connections had been sent.
    expect(result.latencyUs.p99).toBeGreaterThan(250_000)
    expect(result.latencyUs.p90).toBeGreaterThan(150_000)
  })

  it('is a different thing from a closed loop, which sees the stall once per connection', async () => {
    // Without a warm-up: on a busy machine all that stalls may have begun in it.
    const result = await loadOn('echo', stallOnce(100, 300), ...options, '--warmup', '0')
    expect(result.faults.total).toBe(0)
    expect(result.due).toBe(0)
    expect(result.latencyUs.max).toBeGreaterThan(250_000)
  })

  it('counts messages that were due and never answered', async () => {
    const silent = () => undefined
    const result = await loadOn('echo', silent, '--rate', '100', '--connections', '2', ...impatient)
    expect(result.faults.counts['unanswered']).toBe(result.due)
    expect(result.due).toBeGreaterThanOrEqual(29)
    expect(result.latencyUs.count).toBe(result.due)
    expect(result.latencyUs.p50).toBeGreaterThan(200_000)
  })
})

describe('the command line', () => {
  it.each([
    ['an address of another machine', ['echo', '--target', '192.168.0.1:80'], 'refused'],
    ['any address', ['echo', '--target', '0.0.0.0:80'], 'refused'],
    ['a name', ['http', '--target', 'localhost:80'], 'refused'],
    ['another IPv6 address', ['http', '--target', '[::2]:80'], 'refused'],
    ['no target', ['echo'], '--target is missing'],
    ['no port', ['echo', '--target', '127.0.0.1'], 'HOST:PORT'],
    ['an unknown mode', ['ftp'], 'first word'],
    ['an unknown option', ['echo', '--fast', '1'], 'unknown option --fast'],
    ['a missing value', ['echo', '--size'], '--size needs a value'],
    ['a fraction of a connection', ['echo', '--connections', '1.5'], 'whole number'],
    ['too large a number', ['echo', '--pipeline', '5000'], 'from 1 to 1024'],
    ['words for numbers', ['echo', '--size', 'big'], 'must be a number'],
    [
      'a rate with pipelining',
      ['echo', '--target', '127.0.0.1:1', '--rate', '5', '--pipeline', '2'],
      '--rate needs',
    ],
    ['churn at a rate', ['echo', '--target', '127.0.0.1:1', '--churn', '--rate', '5'], '--churn'],
    [
      'one message without a process to look at',
      ['echo', '--target', '127.0.0.1:1', '--once'],
      '--pid',
    ],
    ['too many sources', ['echo', '--sources', '251'], '--sources must be'],
    ['IPv4 sources for IPv6', ['echo', '--target', '[::1]:1', '--sources', '2'], 'IPv4'],
  ])('refuses %s in one line, with exit code 2', async (_what, words, message) => {
    const { code, err, out } = await runProgram(words)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err).toContain(message)
  })

  it('counts refused connections rather than failing', async () => {
    const { code, out } = await runProgram([
      'echo',
      '--target',
      '127.0.0.1:1',
      '--connections',
      '3',
    ])
    expect(code).toBe(0)
    expect(parseLoadResult(out).faults.counts).toEqual({ refused: 3 })
  })
})

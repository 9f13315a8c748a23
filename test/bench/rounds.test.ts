// Contestants that misbehave are rows with a reason; the rest of the run goes on.

import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { Contestant } from '../../bench/contestants/contestant'
import { floor } from '../../bench/contestants/floor'
import { chooseCores } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import { scenario } from './made-up'

// Long enough for an answer in each window, also where other processes want the cores.
const plan = { rounds: 2, seconds: 0.5, firstWarmup: 0.05, warmup: 0.05, calls: false }
const small = { ...scenario, connections: 4 }

function contestant(name: string, program: string): Contestant {
  const command = () => [process.execPath, '-e', program]
  return { name, title: name, role: 'candidate', about: '', command }
}

async function rowOf(subject: Contestant) {
  const turns: string[] = []
  const { rows } = await runScenario(
    small,
    [subject, floor],
    plan,
    chooseCores(),
    (_, one, round) => turns.push(`${one.name} ${String(round)}`),
  )
  expect(rows[1]?.summary?.rounds).toBe(2)
  return { row: rows[0], turns }
}

describe('a contestant', () => {
  it('that ends at once is a row with what it said', async () => {
    const { row } = await rowOf(contestant('broken', 'throw new Error("no such backend")'))
    expect(row?.failure).toBe('did not start: Error: no such backend (exit code 1)')
    expect(row?.summary).toBeUndefined()
  })

  it('whose program does not exist is a row with the reason', async () => {
    const command = () => ['/nonexistent/program']
    const { row } = await rowOf({ ...contestant('missing', ''), command })
    expect(row?.failure).toMatch(/^did not start: .*\/nonexistent\/program/)
  })

  it('that says something else than where it listens is a row', async () => {
    const { row } = await rowOf(
      contestant('chatty', 'console.log("hello"); setInterval(() => {}, 1e6)'),
    )
    expect(row?.failure).toContain('said "hello" instead of where it listens')
  })

  it('that dies under load is a row with its end', async () => {
    const dies = `const server = require('net').createServer((s) => s.on('data', () => process.exit(7)))
      server.listen(0, '127.0.0.1', () => console.log('listening on tcp://127.0.0.1:' + server.address().port))`
    const { row } = await rowOf(contestant('mortal', dies))
    expect(row?.failure).toBe('ended: exit code 7')
    expect(row?.trials).toHaveLength(2)
  })

  it('that answers wrongly has no figures, but its faults', async () => {
    const wrong = `const server = require('net').createServer((s) => {
        s.on('error', () => {}); s.on('data', (d) => { d[0] ^= 1; s.write(d) }) })
      server.listen(0, '127.0.0.1', () => console.log('listening on tcp://127.0.0.1:' + server.address().port))`
    const { row } = await rowOf(contestant('liar', wrong))
    expect(row?.failure).toMatch(/^4 wrong: connection \d, message 1: byte 0 is/)
    expect(row?.summary).toBeUndefined()
  })

  it('has its turn in every round, one after the other', async () => {
    const { turns, row } = await rowOf({ ...floor, name: 'twin' })
    expect(turns).toEqual(['twin 0', 'floor 0', 'twin 1', 'floor 1'])
    expect(row?.banner).toBe('(epoll, level, C++)')
    expect(row?.summary?.cpu.median).toBeGreaterThan(0)
    expect(row?.summary?.rss.median).toBeGreaterThan(100_000)
  })

  it('that was given more connections than it can hold is a row that says so', async () => {
    const refuses = `const server = require('net').createServer((s) => s.destroy())
      server.listen(0, '127.0.0.1', () => console.log('listening on tcp://127.0.0.1:' + server.address().port))`
    const { row } = await rowOf({ ...contestant('small', refuses), descriptors: 54 })
    expect(row?.limit).toBe('takes no descriptor beyond 53: a limit, not a mistake')
    expect(row).not.toHaveProperty('failure')
    // Tried once, and not again.
    expect(row?.trials).toHaveLength(1)
    expect(row?.trials[0]?.failure).toMatch(/closed|reset/)
  })

  it('that has no part in a job is left out', async () => {
    const absent = { ...floor, name: 'absent', command: () => undefined }
    const { rows } = await runScenario(small, [absent], plan, chooseCores(), () => undefined)
    expect(rows).toEqual([])
  })
})

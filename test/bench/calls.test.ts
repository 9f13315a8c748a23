import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Contestant } from '../../bench/contestants/contestant'
import { floor } from '../../bench/contestants/floor'
import { nodeNet } from '../../bench/contestants/node'
import { callsPerAnswer, parseCallTable } from '../../bench/run/calls'
import { chooseCores } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import type { Scenario } from '../../bench/scenarios'
import { scenario } from './made-up'

const table = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.12    0.002001           2      1000           sendto
 30.06    0.001000           1      1010        10 recvfrom
  9.82    0.000327           3       100           epoll_wait
------ ----------- ----------- --------- --------- ----------------
100.00    0.003328           1      2110        10 total
`

describe('system calls per answer', () => {
  it('are read from the table of strace -c, with and without errors', () => {
    expect(Object.fromEntries(parseCallTable(table))).toEqual({
      sendto: 1000,
      recvfrom: 1010,
      epoll_wait: 100,
    })
  })

  it('are shared out over the answers, the most frequent first', () => {
    const calls = new Map(Object.entries({ epoll_wait: 50, sendto: 1000, recvfrom: 1000 }))
    expect(callsPerAnswer(calls, 1000)).toEqual({
      total: 2.05,
      names: { sendto: 1, recvfrom: 1, epoll_wait: 0.05 },
    })
  })

  it('leave chance unnamed, but in the sum', () => {
    const calls = new Map(Object.entries({ sendto: 1000, madvise: 2 }))
    const { total, names } = callsPerAnswer(calls, 1000)
    expect(names).toEqual({ sendto: 1 })
    expect(total).toBeCloseTo(1.002)
  })

  const strace = spawnSync('strace', ['-V']).status === 0
  const where = strace ? '' : ' (skipped: no strace here)'

  async function callsOf(changes: Partial<Scenario>, ...contestants: Contestant[]) {
    const plan = { rounds: 1, seconds: 0.5, firstWarmup: 0, warmup: 0, calls: true }
    const small = { ...scenario, connections: 4, ...changes }
    const { rows } = await runScenario(small, contestants, plan, chooseCores(), () => undefined)
    return rows.map(({ calls }) => {
      if (typeof calls !== 'object') throw new Error(calls ?? 'not counted')
      return calls
    })
  }

  it.skipIf(!strace)(`of the floor are a receive and a send${where}`, async () => {
    const [calls] = await callsOf({}, floor)
    expect(calls?.names['recvfrom']).toBeCloseTo(1, 1)
    expect(calls?.names['sendto']).toBeCloseTo(1, 1)
    expect(calls?.total).toBeLessThan(3.1)
  })

  it.skipIf(!strace)(
    `have the opening and closing of idle connections not among them${where}`,
    async () => {
      for (const calls of await callsOf({ idle: 900 }, floor, nodeNet)) {
        for (const name of ['accept4', 'close', 'setsockopt', 'epoll_ctl'])
          expect(calls.names).not.toHaveProperty(name)
        for (const count of Object.values(calls.names)) expect(count).toBeGreaterThan(0)
        expect(calls.total).toBeGreaterThan(1.9)
        expect(calls.total).toBeLessThan(3.2)
      }
    },
  )

  it.skipIf(!strace)(
    `of a connection for each message are a whole life of it${where}`,
    async () => {
      const [calls] = await callsOf({ kind: 'churn' }, floor)
      for (const name of ['accept4', 'close', 'sendto'])
        expect(calls?.names[name]).toBeGreaterThan(0.9)
    },
  )
})

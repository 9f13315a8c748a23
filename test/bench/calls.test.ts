import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { floor } from '../../bench/contestants/floor'
import { callsPerAnswer, parseCallTable } from '../../bench/run/calls'
import { chooseCores } from '../../bench/run/pinning'
import { runScenario } from '../../bench/run/rounds'
import { scenario } from './made-up'

const table = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.12    0.002001           2      1000           sendto
 30.06    0.001000           1      1010        10 recvfrom
  9.82    0.000327           3       100           epoll_wait
------ ----------- ----------- --------- --------- ----------------
100.00    0.003328           1      2110        10 total
`

const counted = (answers: number, entries: Readonly<Record<string, number>>) => ({
  answers,
  calls: new Map(Object.entries(entries)),
})

describe('system calls per answer', () => {
  it('are read from the table of strace -c, with and without errors', () => {
    expect(Object.fromEntries(parseCallTable(table))).toEqual({
      sendto: 1000,
      recvfrom: 1010,
      epoll_wait: 100,
    })
  })

  it('are what the longer run has more, so that setting up does not count', () => {
    const few = counted(100, { accept4: 64, recvfrom: 100, sendto: 100 })
    const many = counted(1100, { accept4: 64, recvfrom: 1100, sendto: 1100, epoll_wait: 50 })
    expect(callsPerAnswer(few, many)).toEqual({
      total: 2.05,
      names: { recvfrom: 1, sendto: 1, epoll_wait: 0.05 },
    })
  })

  it('leave chance unnamed, but in the sum', () => {
    const { total, names } = callsPerAnswer(
      counted(0, {}),
      counted(1000, { sendto: 1000, madvise: 2 }),
    )
    expect(names).toEqual({ sendto: 1 })
    expect(total).toBeCloseTo(1.002)
  })

  const strace = spawnSync('strace', ['-V']).status === 0
  it.skipIf(!strace)(
    `of the floor are a receive and a send${strace ? '' : ' (skipped: no strace here)'}`,
    async () => {
      const plan = { rounds: 1, seconds: 0.1, firstWarmup: 0, warmup: 0, calls: true }
      const small = { ...scenario, connections: 4 }
      const { rows } = await runScenario(small, [floor], plan, chooseCores(), () => undefined)
      const calls = rows[0]?.calls
      if (typeof calls !== 'object') throw new Error(calls ?? 'not counted')
      expect(calls.names['recvfrom']).toBeCloseTo(1, 1)
      expect(calls.names['sendto']).toBeCloseTo(1, 1)
      expect(calls.total).toBeLessThan(3.1)
    },
  )
})

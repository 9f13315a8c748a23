// What a run was made on is in its results, and told beside them.

import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { describeMachine, readCpuTime } from '../../bench/machine'
import { machineFacts } from '../../bench/output/sources'
import { results } from './made-up'

describe('the machine', () => {
  const machine = describeMachine('a core each', readCpuTime(), 0.5)

  it('is told with its kernel, CPU, memory and versions', () => {
    expect(machine).toMatchObject({
      kernel: `Linux ${os.release()} ${os.machine()}`,
      cores: os.cpus().length,
      memoryBytes: os.totalmem(),
      node: process.versions.node,
      libuv: process.versions.uv,
      v8: process.versions.v8,
      pinning: 'a core each',
      loadBefore: 0.5,
    })
    expect(machine.cpu).not.toBe('')
    expect(machine.edgeloop).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('is told with its governor, or that it cannot be read', () => {
    expect(machine.governor).toMatch(/^(not readable|[a-z]+)$/)
  })

  it('is told with the limits of descriptors, queues, buffers and ports', () => {
    expect(machine.descriptors).toMatch(/^(\d+|unlimited) \/ (\d+|unlimited)$/)
    const backlog = readFileSync('/proc/sys/net/core/somaxconn', 'utf8').trim()
    expect(machine.limits?.['net.core.somaxconn']).toBe(backlog)
    expect(machine.limits?.['net.ipv4.ip_local_port_range']).toMatch(/^\d+ \d+$/)
  })

  it('stands in the facts beside the figures', () => {
    const told = machineFacts({ ...results(), machine })
      .flat()
      .join('\n')
    for (const fact of [machine.cpu, machine.kernel, machine.governor, machine.descriptors])
      expect(told).toContain(fact)
    expect(told).toContain('net.core.somaxconn')
    expect(told).toContain('a core each')
  })
})

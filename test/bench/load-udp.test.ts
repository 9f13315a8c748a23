// Datagrams: the load generator counts what gets lost, and notices what comes back changed.

import dgram from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { parseLoadResult, type LoadResult } from '../../bench/run/load'
import { runProgram, untilNoticed } from './load-program'

type Reply = (bytes: Buffer, port: number) => void
type Behaviour = (bytes: Buffer, reply: Reply, port: number) => void

/** Puts load on a socket made for the purpose, in this process. */
async function loadOn(behaviour: Behaviour, ...options: readonly string[]): Promise<LoadResult> {
  const socket = dgram.createSocket('udp4')
  let open = true
  const reply: Reply = (bytes, port) => {
    if (open) socket.send(bytes, port, '127.0.0.1')
  }
  // Its senders close their sockets at the end.
  socket.on('error', () => undefined)
  socket.on('message', (bytes, { port }) => {
    behaviour(bytes, reply, port)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  try {
    const { out, err } = await runProgram([
      ...['udp', '--target', `127.0.0.1:${String(socket.address().port)}`],
      ...['--connections', '4', '--duration', '0.3', '--warmup', '0.05', '--timeout', '2'],
      ...options,
    ])
    if (out === '') throw new Error(err)
    return parseLoadResult(out.trim())
  } finally {
    open = false
    socket.close()
  }
}

const echo: Behaviour = (bytes, reply, port) => {
  reply(bytes, port)
}

/** Changes the n-th datagram, from 1, of each sender. */
function nth(number: number, change: (bytes: Buffer) => Buffer): Behaviour {
  const counts = new Map<number, number>()
  return (bytes, reply, port) => {
    const count = (counts.get(port) ?? 0) + 1
    counts.set(port, count)
    reply(count === number ? change(bytes) : bytes, port)
  }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
  return changed
}

describe('edgeloop-load udp', () => {
  it('counts answers, and neither loss nor fault, of a server that sends all back', async () => {
    const result = await loadOn(echo)
    expect(result.faults).toEqual({ total: 0, first: '', counts: {} })
    expect(result).toMatchObject({ connected: 4, lost: 0, late: 0 })
    expect(result.answers).toBeGreaterThan(0)
    expect(result.bytes).toBe(result.answers * 64)
    expect(result.heard).toBeGreaterThanOrEqual(result.answers)
  })

  it('keeps as many under way on each socket as it was told', async () => {
    const senders = new Map<number, number>()
    let most = 0
    const holding: Behaviour = (bytes, reply, port) => {
      const waiting = (senders.get(port) ?? 0) + 1
      senders.set(port, waiting)
      most = Math.max(most, waiting)
      setTimeout(() => {
        senders.set(port, (senders.get(port) ?? 0) - 1)
        reply(bytes, port)
      }, 20)
    }
    const { faults, answers, lost } = await loadOn(holding, '--pipeline', '8')
    expect(faults.total).toBe(0)
    expect(lost).toBe(0)
    expect(answers).toBeGreaterThan(0)
    expect([...senders.keys()]).toHaveLength(4)
    expect(most).toBe(8)
  })

  it('takes answers in any order', async () => {
    const held: [Buffer, number][] = []
    const backwards: Behaviour = (bytes, reply, port) => {
      held.push([bytes, port])
      if (held.length < 8) return
      for (const [later, to] of held.splice(0).reverse()) reply(later, to)
    }
    const options = ['--connections', '1', '--pipeline', '8']
    const { faults, answers } = await loadOn(backwards, ...options)
    expect(faults.total).toBe(0)
    expect(answers).toBeGreaterThan(0)
  })

  it('carries datagrams of any size that fits', async () => {
    for (const size of ['16', '1400', '60000']) {
      const { faults, answers, bytes } = await loadOn(echo, '--size', size, '--connections', '1')
      expect(faults.total).toBe(0)
      expect(bytes).toBe(answers * Number(size))
    }
  })

  it.each([
    ['its socket', 0],
    ['its place', 4],
    ['its number', 8],
    ['its content', 40],
  ])('notices a flipped bit in %s', async (_what, at) => {
    const { faults } = await loadOn(
      nth(5, (bytes) => flipped(bytes, at)),
      ...untilNoticed,
    )
    expect(faults.counts).toEqual({ wrong: 4 })
  })

  it('notices bytes that are missing, and bytes too many', async () => {
    const short = await loadOn(
      nth(3, (bytes) => bytes.subarray(0, -1)),
      ...untilNoticed,
    )
    expect(short.faults.counts).toEqual({ length: 4 })
    expect(short.faults.first).toMatch(/^socket \d: 63 bytes, not 64$/)
    const long = await loadOn(
      nth(3, (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
      ...untilNoticed,
    )
    expect(long.faults.counts).toEqual({ length: 4 })
  })

  it('notices a datagram that comes back twice', async () => {
    const twice: Behaviour = (bytes, reply, port) => {
      reply(bytes, port)
      reply(bytes, port)
    }
    const { faults } = await loadOn(twice, '--connections', '1')
    expect(faults.counts).toEqual({ wrong: 1 })
    expect(faults.first).toContain('came back twice')
  })

  it('notices an answer meant for another socket', async () => {
    let other: number | undefined
    const astray: Behaviour = (bytes, reply, port) => {
      other ??= port
      reply(bytes, other)
    }
    const { faults } = await loadOn(astray, '--connections', '2', '--timeout', '0.1')
    expect(faults.counts).toEqual({ wrong: 1 })
    expect(faults.first).toContain('never sent')
  })

  it('counts each datagram that is dropped, and goes on', async () => {
    let number = 0
    let dropped = 0
    const dropping: Behaviour = (bytes, reply, port) => {
      number += 1
      if (number % 10 === 0) dropped += 1
      else reply(bytes, port)
    }
    const options = ['--connections', '1', '--timeout', '0.03', '--warmup', '0']
    const { faults, lost, late, answers } = await loadOn(dropping, ...options)
    expect(faults.total).toBe(0)
    expect(dropped).toBeGreaterThan(0)
    // A slow machine may lose more than were dropped; what it was late with is told apart. One that was
    // sent when the window had just ended is not counted.
    expect((lost ?? 0) - (late ?? 0)).toBeGreaterThanOrEqual(dropped - 1)
    expect(answers).toBeGreaterThan(0)
  })

  it('shows a delay in every percentile, and a stall in the highest', async () => {
    const slow: Behaviour = (bytes, reply, port) => {
      setTimeout(() => {
        reply(bytes, port)
      }, 30)
    }
    expect((await loadOn(slow)).latencyUs.min).toBeGreaterThan(29_000)
    let resumesAt: number | undefined
    const stalling: Behaviour = (bytes, reply, port) => {
      resumesAt ??= performance.now() + 300
      const wait = resumesAt - performance.now()
      if (wait > 0 && wait < 200) setTimeout(() => reply(bytes, port), wait)
      else reply(bytes, port)
    }
    const { latencyUs, lost } = await loadOn(stalling)
    expect(lost).toBe(0)
    expect(latencyUs.max).toBeGreaterThan(150_000)
  })

  it('tells an answer that comes too late from one that comes twice', async () => {
    const late: Behaviour = (bytes, reply, port) => {
      setTimeout(() => {
        reply(bytes, port)
      }, 90)
    }
    const result = await loadOn(late, '--timeout', '0.05', '--duration', '1')
    expect(result.faults.total).toBe(0)
    expect(result.late).toBeGreaterThan(0)
    expect(result.lost).toBeGreaterThan(0)
    expect(result.answers).toBe(0)
  })

  it('has no answer from a server that falls silent, and ends', async () => {
    const { answers, lost } = await loadOn(() => undefined, '--timeout', '0.1')
    expect(answers).toBe(0)
    expect(lost).toBeGreaterThan(0)
  })

  it('counts sockets to which nobody listens', async () => {
    const { out } = await runProgram([
      ...['udp', '--target', '127.0.0.1:1', '--connections', '3', '--duration', '0.1'],
    ])
    expect(parseLoadResult(out).faults.counts).toEqual({ refused: 3 })
  })

  it.each([
    ['a datagram too small for its head', ['--size', '15'], '--size from 16 to 65507'],
    ['one too large for a packet', ['--size', '65508'], '--size from 16 to 65507'],
    ['a rate', ['--rate', '5'], 'udp goes without --rate'],
    ['idle sockets', ['--idle', '1'], 'udp goes without'],
    ['churn', ['--churn'], 'udp goes without'],
  ])('refuses %s', async (_what, words, message) => {
    const { code, err } = await runProgram(['udp', '--target', '127.0.0.1:1', ...words])
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})

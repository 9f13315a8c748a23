// A connection for every message: what a server can do wrong at its beginning, in it and at its end.

import type net from 'node:net'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { echo, impatient, loadOn, loadOnServer, stallOnce } from './load-program'

const churn = ['--churn', '--sources', '8']

describe('edgeloop-load --churn', () => {
  it('makes one connection for each answer', async () => {
    const connections = new Set<net.Socket>()
    const addresses = new Set<string | undefined>()
    const counting = (socket: net.Socket) => {
      connections.add(socket)
      addresses.add(socket.remoteAddress)
      echo(socket)
    }
    const result = await loadOn('echo', counting, ...churn)
    expect(result.faults).toEqual({ total: 0, first: '', counts: {} })
    expect(result.answers).toBeGreaterThan(0)
    expect(result.heard).toBeGreaterThanOrEqual(result.answers)
    expect(connections.size).toBe(result.heard)
    expect([...addresses].sort()).toEqual(
      Array.from({ length: 8 }, (_, index) => `127.1.0.${String(index + 1)}`),
    )
  })

  it('ends its side in an orderly way', async () => {
    let ends = 0
    let errors = 0
    const watching = (socket: net.Socket) => {
      socket.on('end', () => (ends += 1))
      socket.on('error', () => (errors += 1))
      echo(socket)
    }
    const { heard } = await loadOn('echo', watching, ...churn)
    expect(ends).toBe(heard)
    expect(errors).toBe(0)
  })

  it('takes the time from connecting to the last byte of the answer', async () => {
    const slow = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => setTimeout(() => socket.write(chunk), 30))
    }
    const { latencyUs, faults } = await loadOn('echo', slow, ...churn)
    expect(faults.total).toBe(0)
    expect(latencyUs.min).toBeGreaterThan(29_000)
  })

  it('counts HTTP answers on connections of their own', async () => {
    const hello = (socket: net.Socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'))
    }
    const { answers, faults } = await loadOn('http', hello, ...churn)
    expect(faults.total).toBe(0)
    expect(answers).toBeGreaterThan(0)
  })

  it('notices a flipped bit', async () => {
    const flip = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => {
        chunk.writeUInt8(chunk.readUInt8(9) ^ 1, 9)
        socket.write(chunk)
      })
    }
    const { faults } = await loadOn('echo', flip, ...churn)
    expect(faults.counts).toEqual({ wrong: 4 })
    expect(faults.first).toMatch(/^connection \d, message 1: byte 9 is/)
  })

  it('notices a byte that is missing, at the beginning and at the end', async () => {
    const first = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk.subarray(1)))
    }
    expect((await loadOn('echo', first, ...churn)).faults.counts).toEqual({ wrong: 4 })
    const last = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk.subarray(0, -1)))
    }
    expect((await loadOn('echo', last, ...churn, ...impatient)).faults.counts).toEqual({
      timeout: 4,
    })
  })

  it('shows a stall in the highest percentile', async () => {
    const { latencyUs, faults } = await loadOn(
      'echo',
      stallOnce(100, 200),
      ...churn,
      '--warmup',
      '0',
    )
    expect(faults.total).toBe(0)
    expect(latencyUs.max).toBeGreaterThan(150_000)
  })

  it('notices an answer of an earlier connection', async () => {
    let first: Buffer | undefined
    const repeat = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => socket.write((first ??= Buffer.from(chunk))))
    }
    const { faults, heard } = await loadOn('echo', repeat, ...churn, '--connections', '1')
    expect(heard).toBe(1)
    expect(faults.counts).toEqual({ wrong: 1 })
  })

  it('notices bytes after the answer', async () => {
    const more = (socket: net.Socket) => {
      echo(socket)
      socket.on('end', () => socket.end('more'))
    }
    const { faults } = await loadOnServer({ allowHalfOpen: true }, 'echo', more, ...churn)
    expect(faults.counts).toEqual({ wrong: 4 })
    expect(faults.first).toContain('4 bytes more than were sent')
  })

  it('notices a server that answers and does not close', async () => {
    const options = [...churn, '--timeout', '1']
    const { faults } = await loadOnServer({ allowHalfOpen: true }, 'echo', echo, ...options)
    expect(faults.counts).toEqual({ timeout: 4 })
    expect(faults.first).toMatch(/^connection 1 of caller \d: not closed by the server in time$/)
  })

  it('notices a server that falls silent', async () => {
    const { faults } = await loadOn('echo', () => undefined, ...churn, ...impatient)
    expect(faults.counts).toEqual({ timeout: 4 })
    expect(faults.first).toContain('no answer in time')
  })

  it('notices a connection closed without an answer, and a reset', async () => {
    const leave = (socket: net.Socket) => {
      socket.once('data', () => socket.end())
    }
    expect((await loadOn('echo', leave, ...churn)).faults.counts).toEqual({ closed: 4 })
    const reset = (socket: net.Socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    }
    expect((await loadOn('echo', reset, ...churn)).faults.counts).toEqual({ reset: 4 })
  })
})

describe('edgeloop-load --once', () => {
  const once = ['--once', '--pid', String(process.pid), '--connections', '100']

  it('sends one message on each connection, and reports memory around it', async () => {
    let messages = 0
    const counting = (socket: net.Socket) => {
      echo(socket)
      socket.on('data', () => (messages += 1))
    }
    const { answers, faults, memory } = await loadOn('echo', counting, ...once)
    expect(faults.total).toBe(0)
    expect(answers).toBe(100)
    expect(messages).toBe(100)
    for (const bytes of Object.values(memory ?? {})) expect(bytes).toBeGreaterThan(1e6)
  })

  it('sees memory that a server takes for each connection', async () => {
    const kept: Buffer[] = []
    const greedy = (socket: net.Socket) => {
      kept.push(Buffer.alloc(1 << 20, 1))
      echo(socket)
    }
    const { memory } = await loadOn('echo', greedy, ...once)
    expect(kept).toHaveLength(100)
    // 100 MiB, less what the collector happens to give back of this process meanwhile.
    expect((memory?.open ?? 0) - (memory?.before ?? 0)).toBeGreaterThan(50 << 20)
  })

  it('notices a connection without an answer', async () => {
    let number = 0
    const oneSilent = (socket: net.Socket) => {
      number += 1
      if (number !== 7) echo(socket)
    }
    const { answers, faults } = await loadOn('echo', oneSilent, ...once, '--timeout', '2')
    expect(answers).toBe(99)
    expect(faults.counts).toEqual({ timeout: 1 })
  })
})

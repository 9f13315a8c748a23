// The load generator notices everything that an echo server can do wrong.

import type net from 'node:net'
import { describe, expect, it } from 'vitest'
import { echo, impatient, loadOn, untilNoticed } from './load-program'

describe('edgeloop-load echo', () => {
  it('counts answers and no fault of a server that echoes', async () => {
    const result = await loadOn('echo', echo)
    expect(result.faults).toEqual({ total: 0, first: '', counts: {} })
    expect(result.connected).toBe(4)
    expect(result.answers).toBeGreaterThan(0)
    expect(result.bytes).toBeGreaterThanOrEqual(result.answers * 64 - 4 * 64)
  })

  it('accepts answers that come in pieces and in clusters', async () => {
    const pieces = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => {
        for (let at = 0; at < chunk.length; at += 7) socket.write(chunk.subarray(at, at + 7))
      })
    }
    const result = await loadOn('echo', pieces, '--size', '1000', '--pipeline', '3')
    expect(result.faults.total).toBe(0)
    expect(result.answers).toBeGreaterThan(0)
  })

  it('carries messages larger than the socket buffers', async () => {
    const result = await loadOn(
      'echo',
      echo,
      '--size',
      '3000000',
      '--connections',
      '1',
      '--warmup',
      '0', // the first one counts, however long it takes
    )
    expect(result.faults.total).toBe(0)
    expect(result.latencyUs.count).toBeGreaterThan(0)
  })

  it('notices one flipped bit, and says where', async () => {
    const flip = (socket: net.Socket) => {
      let messages = 0
      socket.on('data', (chunk: Buffer) => {
        messages += 1
        if (messages === 5) chunk.writeUInt8(chunk.readUInt8(17) ^ 1, 17)
        socket.write(chunk)
      })
    }
    const { faults } = await loadOn('echo', flip, ...untilNoticed)
    expect(faults.counts).toEqual({ wrong: 4 })
    expect(faults.first).toMatch(/^connection \d, message 5: byte 17 is 0x[0-9a-f]{2}, not 0x/)
  })

  it('notices a dropped byte', async () => {
    const drop = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk.subarray(1)))
    }
    const { faults } = await loadOn('echo', drop, '--connections', '1')
    expect(faults.counts['wrong']).toBe(1)
  })

  it('notices a byte missing at the end', async () => {
    const drop = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(chunk.subarray(0, -1)))
    }
    const { faults } = await loadOn('echo', drop, '--connections', '1', ...impatient)
    expect(faults.counts).toEqual({ timeout: 1 })
  })

  it('notices bytes beyond those sent', async () => {
    const more = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => socket.write(Buffer.concat([chunk, chunk])))
    }
    const { faults } = await loadOn('echo', more, '--connections', '1')
    expect(faults.counts).toEqual({ wrong: 1 })
    expect(faults.first).toContain('64 bytes more than were sent')
  })

  it('notices an answer meant for another connection', async () => {
    let waiting: { socket: net.Socket; chunk: Buffer } | undefined
    const swap = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => {
        if (waiting === undefined || waiting.socket === socket) {
          waiting = { socket, chunk }
          return
        }
        waiting.socket.write(chunk)
        socket.write(waiting.chunk)
        waiting = undefined
      })
    }
    const { faults } = await loadOn('echo', swap, '--connections', '2')
    expect(faults.counts['wrong']).toBe(2)
  })

  it('notices an answer repeated in place of the next', async () => {
    const repeat = (socket: net.Socket) => {
      let first: Buffer | undefined
      socket.on('data', (chunk: Buffer) => socket.write((first ??= Buffer.from(chunk))))
    }
    const { faults } = await loadOn('echo', repeat, '--connections', '1')
    expect(faults.counts).toEqual({ wrong: 1 })
    expect(faults.first).toContain('message 2')
  })

  it('shows a delay in every percentile', async () => {
    const slow = (socket: net.Socket) => {
      socket.on('data', (chunk: Buffer) => setTimeout(() => socket.write(chunk), 50))
    }
    const { faults, latencyUs } = await loadOn('echo', slow)
    expect(faults.total).toBe(0)
    expect(latencyUs.min).toBeGreaterThan(49_000)
    expect(latencyUs.p50).toBeGreaterThan(49_000)
  })

  it('gives up on a server that falls silent', async () => {
    const { faults, connected } = await loadOn('echo', () => undefined, ...impatient)
    expect(connected).toBe(4)
    expect(faults.counts).toEqual({ timeout: 4 })
  })

  it('notices a connection closed early', async () => {
    const leave = (socket: net.Socket) => {
      socket.once('data', (chunk: Buffer) => socket.end(chunk))
    }
    const { faults } = await loadOn('echo', leave)
    expect(faults.counts).toEqual({ closed: 4 })
  })

  it('notices a reset', async () => {
    const reset = (socket: net.Socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    }
    const { faults } = await loadOn('echo', reset)
    expect(faults.counts).toEqual({ reset: 4 })
  })

  it('notices idle connections that are closed, and bytes that idle ones receive', async () => {
    let number = 0
    const refuse = (socket: net.Socket) => {
      number += 1
      if (number > 6) socket.end()
      else if (number > 5) socket.write('hello')
      else echo(socket)
    }
    const { faults, idle } = await loadOn('echo', refuse, '--idle', '4')
    expect(idle).toBe(4)
    expect(faults.counts).toEqual({ closed: 2, wrong: 1 })
  })
})

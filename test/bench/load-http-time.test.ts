// HTTP answers that are late, and bits that are flipped in what frames them.

import { describe, expect, it } from 'vitest'
import { answer, impatient, loadOn, stallOnce, type Behaviour } from './load-program'

const hello = 'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, World!'

describe('edgeloop-load http', () => {
  it('shows a delay in every percentile', async () => {
    const slow: Behaviour = (socket) => {
      socket.on('data', () => setTimeout(() => socket.write(hello), 30))
    }
    const { latencyUs, faults } = await loadOn('http', slow)
    expect(faults.total).toBe(0)
    expect(latencyUs.min).toBeGreaterThan(29_000)
  })

  it('shows a stall in the highest percentile, and at a fixed rate in many', async () => {
    const long = ['--duration', '0.5', '--warmup', '0']
    const closed = await loadOn('http', stallOnce(100, 200, hello), ...long)
    expect(closed.faults.total).toBe(0)
    expect(closed.latencyUs.max).toBeGreaterThan(150_000)
    const options = [...long, '--rate', '400']
    const open = await loadOn('http', stallOnce(100, 200, hello), ...options)
    expect(open.faults.total).toBe(0)
    // 80 of 200 requests were due meanwhile.
    expect(open.latencyUs.p90).toBeGreaterThan(100_000)
  })

  it.each([
    ['in the version', hello.replace('HTTP', 'HTTQ'), 'malformed'],
    ['in the status', hello.replace('200', '201'), 'status'],
    ['in the length', hello.replace('13', '12'), 'length'],
    ['in the end of the head', hello.replace('\r\n\r\n', '\r\n\r\x0b'), 'timeout'],
  ])('notices a flipped bit %s', async (_where, text, kind) => {
    const { faults } = await loadOn('http', answer(text), '--expect-length', '13', ...impatient)
    expect(Object.keys(faults.counts)).toEqual([kind])
    expect(faults.total).toBe(4)
  })

  it('gives up on a server that falls silent', async () => {
    const { faults } = await loadOn('http', () => undefined, ...impatient)
    expect(faults.counts).toEqual({ timeout: 4 })
  })
})

// The load generator reads HTTP answers, and notices what is wrong with them.

import { describe, expect, it } from 'vitest'
import { answer, loadOn, type Behaviour } from './load-program'

const hello =
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!'

const faultsOf = async (text: string, ...options: string[]) => {
  const { faults } = await loadOn('http', answer(text), '--connections', '1', ...options)
  return faults
}

describe('edgeloop-load http', () => {
  it('counts answers', async () => {
    const result = await loadOn('http', answer(hello), '--expect-length', '13')
    expect(result.faults.total).toBe(0)
    expect(result.answers).toBeGreaterThan(0)
  })

  it('counts pipelined answers one by one', async () => {
    const result = await loadOn('http', answer(hello), '--pipeline', '16')
    expect(result.faults.total).toBe(0)
    expect(result.latencyUs.count % 16).toBe(0)
    expect(result.latencyUs.count).toBeGreaterThan(0)
  })

  it('reads answers cut at any byte', async () => {
    const bytewise: Behaviour = (socket) => {
      socket.on('data', () => {
        for (const byte of hello) socket.write(byte)
      })
    }
    const result = await loadOn('http', bytewise, '--expect-length', '13')
    expect(result.faults.total).toBe(0)
    expect(result.answers).toBeGreaterThan(0)
  })

  it('takes header names in any case, and an empty body', async () => {
    const text = 'HTTP/1.1 200 OK\r\nCONTENT-length:   0\r\n\r\n'
    expect((await faultsOf(text)).total).toBe(0)
  })

  it.each([
    ['status 500', hello.replace('200 OK', '500 Oops'), 'status'],
    ['status 404', hello.replace('200 OK', '404 Gone'), 'status'],
    ['another length than expected', hello.replace('13', '12'), 'length'],
    ['a body longer than announced', `${hello}!`, 'wrong'],
    ['a body shorter than announced', hello.slice(0, -1), 'timeout'],
    ['no Content-Length', hello.replace('Content-Length: 13\r\n', ''), 'malformed'],
    ['a Content-Length that is no number', hello.replace('13', '1x'), 'malformed'],
    ['no status line', `hello\r\n\r\n`, 'malformed'],
    ['a head that never ends', hello.slice(0, 40), 'timeout'],
  ])('notices %s', async (_what, text, kind) => {
    const { counts } = await faultsOf(text, '--expect-length', '13')
    expect(counts).toEqual({ [kind]: 1 })
  })

  it('notices a wrong answer after many right ones', async () => {
    const late: Behaviour = (socket) => {
      let answers = 0
      socket.on('data', () => {
        answers += 1
        socket.write(answers === 50 ? hello.replace('200', '503') : hello)
      })
    }
    const { faults } = await loadOn('http', late, '--connections', '1')
    expect(faults.counts).toEqual({ status: 1 })
    expect(faults.first).toBe('connection 0, answer 50: status 503')
  })
})

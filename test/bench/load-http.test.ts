// The load generator reads HTTP answers, and notices what is wrong with them.

import { afterAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { answer, impatient, loadOn, runProgram, untilNoticed, type Behaviour } from './load-program'

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
    ['two of Content-Length', hello.replace('13\r\n', '13\r\nContent-Length: 13\r\n'), 'malformed'],
    ['both framings', hello.replace('13\r\n', '13\r\nTransfer-Encoding: chunked\r\n'), 'malformed'],
    [
      'a coding it does not know',
      hello.replace('Content-Length: 13', 'Transfer-Encoding: gzip'),
      'malformed',
    ],
    ['no Content-Length', hello.replace('Content-Length: 13\r\n', ''), 'malformed'],
    ['a Content-Length that is no number', hello.replace('13', '1x'), 'malformed'],
    ['no status line', `hello\r\n\r\n`, 'malformed'],
    ['a head that never ends', hello.slice(0, 40), 'timeout'],
  ])('notices %s', async (_what, text, kind) => {
    const { counts } = await faultsOf(text, '--expect-length', '13', ...impatient)
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
    const { faults } = await loadOn('http', late, '--connections', '1', ...untilNoticed)
    expect(faults.counts).toEqual({ status: 1 })
    expect(faults.first).toBe('connection 0, answer 50: status 503')
  })
})

describe('a chunked answer', () => {
  const chunked = (body: string) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
  const whole = '5\r\nHello\r\n8;a=b\r\n, World!\r\n0\r\nTrailer: 1\r\n\r\n'
  const expected = ['--expect-text', 'Hello, World!'] as const

  it('is put together, with extensions and trailers, cut at any byte', async () => {
    const bytewise: Behaviour = (socket) => {
      socket.on('data', () => {
        for (const byte of chunked(whole)) socket.write(byte)
      })
    }
    const result = await loadOn('http', bytewise, ...expected)
    expect(result.faults.total).toBe(0)
    expect(result.answers).toBeGreaterThan(0)
  })

  it('follows another in one piece', async () => {
    const result = await loadOn('http', answer(chunked(whole)), '--pipeline', '16', ...expected)
    expect(result.faults.total).toBe(0)
    expect(result.latencyUs.count % 16).toBe(0)
    expect(result.bodyBytes).toBe(result.answers * 13)
  })

  it.each([
    ['a size that is no number', 'x\r\n', 'malformed'],
    ['no size at all', '\r\n', 'malformed'],
    ['a size without end', '00000000005\r\n', 'malformed'],
    ['a chunk that is longer than its size', '5\r\nHello!\r\n', 'malformed'],
    ['a size that ends in LF alone', '5\nHello\r\n', 'malformed'],
    ['a body that is too short', '5\r\nHello\r\n0\r\n\r\n', 'length'],
    ['a body that is too long', 'e\r\nHello, World!!\r\n0\r\n\r\n', 'length'],
    ['other bytes', 'd\r\nHello, world!\r\n0\r\n\r\n', 'wrong'],
    ['no last chunk', 'd\r\nHello, World!\r\n', 'timeout'],
    ['no end of the trailers', 'd\r\nHello, World!\r\n0\r\nTrailer: 1\r\n', 'timeout'],
  ])('with %s is noticed', async (_what, body, kind) => {
    const { counts } = await faultsOf(chunked(body), ...expected, ...impatient)
    expect(counts).toEqual({ [kind]: 1 })
  })
})

describe('a body that is known', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-load-'))
  const file = path.join(folder, 'file')
  const content = Buffer.alloc(1_000_000, 'the quick brown fox ')
  writeFileSync(file, content)
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const sends =
    (body: Buffer): Behaviour =>
    (socket) => {
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length)}\r\n\r\n`)
        socket.write(body)
      })
    }

  it('is compared with a file, and counted', async () => {
    const result = await loadOn('http', sends(content), '--expect-file', file)
    expect(result.faults.total).toBe(0)
    expect(result.answers).toBeGreaterThan(0)
    expect(result.bodyBytes).toBeGreaterThan(0)
    expect(result.bytes).toBeGreaterThan(result.bodyBytes ?? 0)
  })

  it('is wrong with one bit that differs', async () => {
    const flipped = Buffer.from(content)
    flipped.writeUInt8(flipped.readUInt8(654_321) ^ 1, 654_321)
    const options = ['--connections', '1', '--expect-file', file]
    const { faults } = await loadOn('http', sends(flipped), ...options)
    expect(faults.counts).toEqual({ wrong: 1 })
    expect(faults.first).toBe('connection 0, answer 1: byte 654321 of the body')
  })

  it('is a fault at once where another length is announced', async () => {
    const options = ['--connections', '1', '--expect-file', file]
    const { faults } = await loadOn('http', sends(content.subarray(1)), ...options)
    expect(faults.first).toBe('connection 0, answer 1: a body of 999999 bytes, not 1000000')
  })
})

describe('the request', () => {
  it('is answered into a receive buffer that was asked for', async () => {
    const options = ['--receive-buffer', '20000', '--expect-text', 'Hello, World!']
    const { faults, receiveBuffer } = await loadOn('http', answer(hello), ...options)
    expect(faults.total).toBe(0)
    expect(receiveBuffer).toBe(20_000)
    expect(await loadOn('http', answer(hello))).not.toHaveProperty('receiveBuffer')
  })

  it('has the path and the headers that were asked for', async () => {
    const heads = new Set<string>()
    const listens: Behaviour = (socket) => {
      socket.setEncoding('latin1').on('data', (head: string) => {
        heads.add(head.replace(/127\.0\.0\.1:\d+/, 'HOST'))
        socket.write(hello)
      })
    }
    const options = ['--path', '/a?b=c', '--header', 'One: 1', '--header', 'Two: a b']
    const { faults } = await loadOn('http', listens, ...options)
    expect(faults.total).toBe(0)
    expect([...heads]).toEqual(['GET /a?b=c HTTP/1.1\r\nHost: HOST\r\nOne: 1\r\nTwo: a b\r\n\r\n'])
  })

  it.each([
    [['--path', 'a'], '--path must begin with /'],
    [['--path', '/a b'], '--path must begin with /'],
    [['--header', 'none'], '--header must be "Name: value"'],
    [['--header', ': value'], '--header must be "Name: value"'],
    [['--header', 'A: 1\r\nB: 2'], '--header must be "Name: value"'],
    [['--expect-file', '/nonexistent'], '--expect-file: cannot read "/nonexistent"'],
    [['--close'], '--close goes with http and --churn'],
    [['--receive-buffer', '4095'], '--receive-buffer must be a number from 4096 to 1073741824'],
    [['--receive-buffer', '9000', '--churn'], '--receive-buffer goes without udp and --churn'],
  ])('is refused with %j', async (words, message) => {
    const { code, err } = await runProgram(['http', '--target', '127.0.0.1:1', ...words])
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})

describe('a connection for each request', () => {
  const options = ['--churn', '--close', '--expect-text', 'Hello, World!']

  it('is ended by the server', async () => {
    const heads: string[] = []
    const closes: Behaviour = (socket) => {
      socket.setEncoding('latin1').on('data', (head: string) => {
        heads.push(head)
        socket.end(hello)
      })
    }
    const result = await loadOn('http', closes, ...options)
    expect(result.faults.total).toBe(0)
    expect(result.answers).toBeGreaterThan(0)
    for (const head of heads) expect(head).toMatch(/\r\nConnection: close\r\n\r\n$/)
  })

  it('that the server leaves open is noticed', async () => {
    const { faults } = await loadOn(
      'http',
      answer(hello),
      '--connections',
      '1',
      ...options,
      ...impatient,
    )
    expect(faults.counts).toEqual({ timeout: 1 })
    expect(faults.first).toMatch(/not closed by the server in time$/)
  })
})

// A blocking call in a process of its own, which real signals reach in the middle of it. SO_RCVTIMEO
// and SO_SNDTIMEO make the kernel answer EINTR whatever the handler's flags are: signal(7).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { listener, opened, socket, until } from './opened'

const { AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } = constants

/** The child's first words: a handler, `sys` and its constants, and a way to tell. */
const prelude = `
  const sys = require(${JSON.stringify(path.resolve('dist/sys/index.js'))})
  const c = sys.constants
  const tell = (line) => require('node:fs').writeSync(1, line + '\\n')
  let signals = 0
  process.on('SIGUSR2', () => signals++)
  const limit = new Uint8Array(new BigInt64Array([25n, 0n]).buffer)
  const done = (result) => setImmediate(() => {
    tell(JSON.stringify({ result, signals }))
    process.exit()
  })
`

/**
 * Runs `script` in a child, which tells 'ready' just before it blocks; then interrupts it several times,
 * then lets `release` end its wait. Answers what the child passed to `done`.
 */
async function interrupted(script: string, release: () => void) {
  const child = spawn(process.execPath, ['-e', prelude + script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    await until(() => output.includes('ready\n'))
    for (let i = 0; i < 5; i++) {
      await until(() => status(child.pid, 'State').startsWith('S'))
      child.kill('SIGUSR2')
      await until(() => /^0+$/.test(status(child.pid, 'ShdPnd')))
    }
    await until(() => status(child.pid, 'State').startsWith('S'))
    release()
    if (child.exitCode === null) await once(child, 'exit')
    await until(() => output.includes('}'))
    const last = output.slice(output.indexOf('ready\n') + 6)
    return JSON.parse(last) as { result: unknown; signals: number }
  } finally {
    child.kill('SIGKILL')
  }
}

function status(pid: number | undefined, field: string): string {
  const text = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? ''
}

const name = (of: string) => `\0edgeloop-${of}-${String(process.pid)}`

describe('a signal in the middle of a blocking call', () => {
  it.each([
    ['recv', 'sys.recv(fd, buffer)', 5],
    ['recvfrom', 'sys.recvfrom(fd, buffer)', { bytes: 5, address: null }],
    ['readv', 'sys.readv(fd, [buffer])', 5],
    ['recvmsg', 'sys.recvmsg(fd, { buffers: [buffer] }).bytes', 5],
    ['recvmmsg', 'sys.recvmmsg(fd, [buffer])[0].bytes', 5],
  ])('does not end %s', async (syscall, call, expected) => {
    const target = { path: name(syscall) }
    const script = `
      const fd = sys.socket(c.AF_UNIX, c.SOCK_DGRAM)
      sys.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVTIMEO, limit)
      sys.bind(fd, ${JSON.stringify(target)})
      const buffer = new Uint8Array(16)
      tell('ready')
      done(${call})
    `
    const sender = socket(AF_UNIX, SOCK_DGRAM)
    const { result, signals } = await interrupted(script, () => {
      sys.sendto(sender, Buffer.from('hello'), 0, target)
    })
    expect(result).toEqual(expected)
    expect(signals).toBeGreaterThan(0)
  })

  it('makes recvmmsg answer what it has, and does not show as an error of the next call', async () => {
    const target = { path: name('short') }
    const script = `
      const fd = sys.socket(c.AF_UNIX, c.SOCK_DGRAM)
      sys.bind(fd, ${JSON.stringify(target)})
      const buffer = new Uint8Array(16)
      sys.sendto(fd, buffer, 0, sys.getsockname(fd))
      tell('ready')
      const first = sys.recvmmsg(fd, [buffer, buffer]).length
      done([first, sys.recv(fd, buffer)])
    `
    const sender = socket(AF_UNIX, SOCK_DGRAM)
    const { result } = await interrupted(script, () => {
      sys.sendto(sender, Buffer.from('hello'), 0, target)
    })
    expect(result).toEqual([1, 5])
  })

  it('does not end send', async () => {
    const target = { path: name('send') }
    const script = `
      const fd = sys.socket(c.AF_UNIX, c.SOCK_STREAM)
      sys.setsockopt(fd, c.SOL_SOCKET, c.SO_SNDTIMEO, limit)
      sys.connect(fd, ${JSON.stringify(target)})
      const chunk = new Uint8Array(4096)
      while (sys.send(fd, chunk, c.MSG_DONTWAIT) > 0);
      tell('ready')
      done(sys.send(fd, chunk))
    `
    const server = socket(AF_UNIX, SOCK_STREAM)
    sys.bind(server, target)
    sys.listen(server)
    const { result, signals } = await interrupted(script, () => {
      const fd = opened(sys.accept4(server, SOCK_NONBLOCK))
      const buffer = new Uint8Array(65536)
      while (sys.recv(fd, buffer) > 0);
    })
    expect(result).toBe(4096)
    expect(signals).toBeGreaterThan(0)
  })

  it('does not end accept4', async () => {
    const target = { path: name('accept4') }
    const script = `
      const fd = sys.socket(c.AF_UNIX, c.SOCK_STREAM)
      sys.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVTIMEO, limit)
      sys.bind(fd, ${JSON.stringify(target)})
      sys.listen(fd)
      tell('ready')
      done(sys.accept4(fd) > fd)
    `
    const { result, signals } = await interrupted(script, () => {
      sys.connect(socket(AF_UNIX, SOCK_STREAM), target)
    })
    expect(result).toBe(true)
    expect(signals).toBeGreaterThan(0)
  })

  it('does not end connect over TCP, whose outcome is awaited', async () => {
    const { fd, address } = listener('127.0.0.1', 0)
    // No room is left in the backlog, so that the child's SYN is dropped and sent again.
    const filler = socket(constants.AF_INET, SOCK_STREAM)
    expect(sys.connect(filler, address)).toBe(0)
    const script = `
      const fd = sys.socket(c.AF_INET, c.SOCK_STREAM)
      sys.setsockopt(fd, c.SOL_SOCKET, c.SO_SNDTIMEO, limit)
      tell('ready')
      const result = sys.connect(fd, ${JSON.stringify(address)})
      done([result, sys.getpeername(fd).port])
    `
    const { result, signals } = await interrupted(script, () => {
      opened(sys.accept4(fd))
    })
    expect(result).toEqual([0, address.port])
    expect(signals).toBeGreaterThan(0)
  })

  it('does not end connect to a Unix socket, which is asked again', async () => {
    const target = { path: name('connect') }
    const server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)
    sys.bind(server, target)
    sys.listen(server, 0)
    const filler = socket(AF_UNIX, SOCK_STREAM)
    expect(sys.connect(filler, target)).toBe(0)
    const script = `
      const fd = sys.socket(c.AF_UNIX, c.SOCK_STREAM)
      sys.setsockopt(fd, c.SOL_SOCKET, c.SO_SNDTIMEO, limit)
      tell('ready')
      const result = sys.connect(fd, ${JSON.stringify(target)})
      done([result, sys.getpeername(fd).path])
    `
    const { result, signals } = await interrupted(script, () => {
      opened(sys.accept4(server))
    })
    expect(result).toEqual([0, target.path])
    expect(signals).toBeGreaterThan(0)
  })
})

// The load generator stops where it is told to, for whoever counts what the server does.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { builtProgram } from '../../bench/package'
import { parseLoadResult } from '../../bench/run/load'
import { outputOf } from '../../bench/run/process'
import { echo } from './load-program'

async function echoServer() {
  const seen = { open: 0, messages: 0 }
  const server = net.createServer((socket) => {
    seen.open += 1
    socket.on('data', () => (seen.messages += 1))
    socket.on('close', () => (seen.open -= 1))
    socket.on('error', () => socket.destroy())
    echo(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, seen, target: `127.0.0.1:${String(address.port)}` }
}

const words = (target: string, ...more: string[]) => [
  ...[builtProgram('edgeloop-load'), 'echo', '--target', target, '--gates', '--duration', '0.2'],
  ...['--connections', '3', '--warmup', '0', ...more],
]

describe('edgeloop-load --gates', () => {
  it('waits with all connections open before the first message, and after the last answer', async () => {
    const { server, seen, target } = await echoServer()
    const met: [string, number, number][] = []
    const text = await outputOf(words(target, '--idle', '5'), undefined, async (gate) => {
      // The server's side of connecting may come a little later than the client's.
      while (seen.open < 8) await once(server, 'connection')
      met.push([gate, seen.open, seen.messages])
    })
    server.close()
    const { heard, faults } = parseLoadResult(text)
    expect(faults.total).toBe(0)
    expect(heard).toBeGreaterThan(0)
    expect(met).toEqual([
      ['open', 8, 0],
      ['heard', 8, heard],
    ])
  })

  it('has none open at the gates of churn', async () => {
    const { server, target } = await echoServer()
    const met: string[] = []
    const text = await outputOf(words(target, '--churn'), undefined, (gate) => {
      met.push(gate)
      return Promise.resolve()
    })
    server.close()
    expect(parseLoadResult(text).faults.total).toBe(0)
    expect(met).toEqual(['open', 'heard'])
  })

  it('goes on when nobody is left to say so', async () => {
    const { server, target } = await echoServer()
    const [program = '', ...rest] = words(target)
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    await once(child, 'close')
    server.close()
    expect(parseLoadResult(out).heard).toBeGreaterThan(0)
  })

  it('ends, and passes on what went wrong at a gate', async () => {
    const { server, target } = await echoServer()
    const failing = () => Promise.reject(new Error('no strace'))
    await expect(outputOf(words(target), undefined, failing)).rejects.toThrow('no strace')
    server.close()
  })
})

import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { edgeloop, type Server, start } from './program'

const modes = ['reuse-port', 'shared-listener'] as const

const threads = ({ child }: Server) => readdirSync(`/proc/${String(child.pid)}/task`).length

describe.each(modes)('--workers with --mode %s', (mode) => {
  const words = ['--port', '0', '--workers', '3', '--mode', mode]

  it('echo sends back what it gets, from as many Workers as asked for', async () => {
    const alone = await start(['echo', '--port', '0', '--workers', '1'])
    const server = await start(['echo', ...words])
    expect(server.line).toBe(
      `listening on tcp://127.0.0.1:${String(server.port)} (epoll, edge, 3 Workers, ${mode})`,
    )
    expect(alone.line).toMatch(/ 1 Worker, reuse-port\)$/)
    await expect.poll(() => threads(server) - threads(alone)).toBe(2)
    const sent = Buffer.alloc(300_000, 'there and back')
    const clients = Array.from({ length: 8 }, async () => {
      const client = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
      client.end(sent)
      return (await buffer(client)).equals(sent)
    })
    expect(await Promise.all(clients)).toEqual(Array(8).fill(true))
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
    await alone.stop()
  })

  it('echo lets connections end when a signal comes', async () => {
    const server = await start(['echo', ...words])
    const client = net.connect(server.port, '127.0.0.1')
    client.write('before')
    await once(client, 'data')
    const ended = once(client, 'end')
    client.resume()
    expect(await server.stop('SIGINT')).toEqual({ code: 0, signal: null, stderr: '' })
    await ended
  })

  it.each(['select', 'poll', 'epoll'])('http --hello answers on %s', async (backend) => {
    const server = await start(['http', '--hello', ...words, '--backend', backend])
    const answer = await fetch(`http://127.0.0.1:${String(server.port)}/`)
    expect(await answer.text()).toBe('Hello, World!')
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
  })
})

it('--workers on a port in use is one line on stderr, and exit code 1', async () => {
  const server = await start(['echo', '--port', '0'])
  const { status, stderr } = edgeloop('echo', '--port', String(server.port), '--workers', '2')
  expect(stderr).toMatch(/^edgeloop echo: EADDRINUSE: .*\n$/)
  expect(status).toBe(1)
  await server.stop()
})

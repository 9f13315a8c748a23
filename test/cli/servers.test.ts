import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { edgeloop, start } from './program'

const variants = [
  ['select', 'level'],
  ['poll', 'level'],
  ['epoll', 'level'],
  ['epoll', 'edge'],
] as const

/** Bytes that tell when one of them is lost or out of place. */
function pattern(length: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => i).buffer)
}

describe.each(variants)('with --backend %s --trigger %s', (backend, trigger) => {
  const words = ['--port', '0', '--backend', backend, '--trigger', trigger]

  it('echo sends back what it gets, then ends', async () => {
    const server = await start(['echo', ...words])
    expect(server.line).toBe(
      `listening on tcp://127.0.0.1:${String(server.port)} (${backend}, ${trigger})`,
    )
    const client = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
    const sent = pattern(4_000_000)
    client.end(sent)
    const received = await buffer(client)
    expect(received.equals(sent)).toBe(true)
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
  })

  it('http --hello answers GET, HEAD and POST', async () => {
    const server = await start(['http', '--hello', ...words])
    expect(server.line).toBe(
      `listening on http://127.0.0.1:${String(server.port)} (${backend}, ${trigger})`,
    )
    const agent = new http.Agent({ keepAlive: true })
    const ask = async (method: string, body?: Buffer) => {
      const request = http.request({
        host: '127.0.0.1',
        port: server.port,
        path: '/x',
        method,
        agent,
      })
      request.end(body)
      const [response] = (await once(request, 'response')) as [http.IncomingMessage]
      return {
        status: response.statusCode,
        type: response.headers['content-type'],
        length: response.headers['content-length'],
        body: await text(response),
      }
    }
    const expected = { status: 200, type: 'text/plain', length: '13', body: 'Hello, World!' }
    expect(await ask('GET')).toEqual(expected)
    expect(await ask('HEAD')).toEqual({ ...expected, body: '' })
    expect(await ask('POST', pattern(300_000))).toEqual(expected)
    expect(await ask('PUT', pattern(4))).toEqual(expected)
    agent.destroy()
    expect(await server.stop('SIGINT')).toEqual({ code: 0, signal: null, stderr: '' })
  })
})

describe('a server of the command line', () => {
  it('reads a peer that does not read only as far as its buffers hold', async () => {
    const server = await start(['echo', '--port', '0'])
    const client = net.connect(server.port, '127.0.0.1')
    client.pause()
    const chunk = pattern(1 << 20)
    // Loopback buffers hold a few megabytes; a server that read on would take all of these.
    let taken = 0
    for (let i = 0; i < 64; i++) client.write(chunk, () => (taken += 1))
    let before = -1
    while (taken !== before) {
      before = taken
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(taken).toBeLessThan(64)
    let received = 0
    client.on('data', (data: Buffer) => (received += data.length))
    client.resume()
    client.end()
    await once(client, 'close')
    expect(received).toBe(64 << 20)
    expect(await server.stop()).toMatchObject({ code: 0 })
  })

  it('puts an IPv6 address in brackets', async ({ skip }) => {
    const probe = net.createServer()
    const error = await new Promise<Error | undefined>((resolve) => {
      probe.once('error', resolve)
      probe.listen(0, '::1', () => {
        resolve(undefined)
      })
    })
    probe.close()
    if (error) skip('there is no IPv6 here')
    const server = await start(['echo', '--host', '::1', '--port', '0'])
    expect(server.line).toBe(`listening on tcp://[::1]:${String(server.port)} (epoll, edge)`)
    expect(await server.stop()).toMatchObject({ code: 0 })
  })

  it('listens on a name that has to be looked up', async () => {
    const server = await start(['echo', '--host', 'localhost', '--port', '0'])
    expect(server.line).toMatch(/^listening on tcp:\/\/\S+:\d+ \(epoll, edge\)$/)
    expect(await server.stop()).toMatchObject({ code: 0 })
  })

  it('takes its backend from EDGELOOP_BACKEND', async () => {
    const server = await start(['echo', '--port', '0'], { EDGELOOP_BACKEND: 'poll' })
    expect(server.line).toMatch(/\(poll, level\)$/)
    expect(await server.stop()).toMatchObject({ code: 0 })
  })

  it('lets connections end when a signal comes', async () => {
    const server = await start(['echo', '--port', '0'])
    const client = net.connect(server.port, '127.0.0.1')
    client.write('before')
    await once(client, 'data')
    const ended = once(client, 'end')
    client.resume()
    expect(await server.stop('SIGINT')).toEqual({ code: 0, signal: null, stderr: '' })
    await ended
  })

  it('says in one line that the port is in use, and exits with 1', async () => {
    const server = await start(['echo', '--port', '0'])
    const { status, stderr, stdout } = edgeloop('http', '--hello', '--port', String(server.port))
    expect(stderr).toMatch(/^edgeloop http: EADDRINUSE: .* \(--port .* --port 0 .*\)\n$/)
    expect(stdout).toBe('')
    expect(status).toBe(1)
    await server.stop()
  })
})

// Clients and handlers that take their time: memory stays bounded, and nobody patient is cut off.

import net from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

/** A client that reads only when told to. */
function reader(port: number): { client: net.Socket; heard: () => number; closed: Promise<void> } {
  const client = net.connect({ port, host: '127.0.0.1' }).pause()
  let bytes = 0
  client.on('data', (chunk) => {
    bytes += chunk.length
  })
  client.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      resolve()
    })
  })
  return { client, heard: () => bytes, closed }
}

describe.each(backends)('%s', (backend) => {
  it('a client that asks and asks but does not read is answered so far and no further', async () => {
    let answered = 0
    const body = 'x'.repeat(10_000)
    const { port } = serve(backend, (_req, res) => {
      answered++
      res.send(body)
    })
    const { client, closed } = reader(port)
    const most = 20_000
    client.write(request('GET', '/').repeat(most - 1) + request('GET', '/', { close: true }))
    let before = -1
    while (answered === 0 || answered !== before) {
      before = answered
      await setTimeout(200)
    }
    // What the kernel's buffers hold between the two, and little more.
    expect(answered).toBeLessThan(most / 2)
    client.resume()
    await closed
    expect(answered).toBe(most)
  })

  it('a slow reader gets a long answer whole, whatever the time of an idle connection', async () => {
    const length = 16 * 1024 * 1024
    const { port } = serve(
      backend,
      (_req, res) => {
        res.send(Buffer.alloc(length))
      },
      { keepAliveTimeout: 1, requestTimeout: 20_000 },
    )
    const { client, heard, closed } = reader(port)
    client.write(request('GET', '/', { close: true }))
    await setTimeout(1200)
    client.resume()
    await closed
    expect(heard()).toBeGreaterThan(length)
  })

  it('a client that takes nothing at all is cut off in the end', async () => {
    const { port, server } = serve(
      backend,
      (_req, res) => {
        res.send(Buffer.alloc(16 * 1024 * 1024))
      },
      { keepAliveTimeout: 1, requestTimeout: 1 },
    )
    const { client, heard, closed } = reader(port)
    client.write(request('GET', '/'))
    while (server.connections === 0) await setTimeout(10)
    while (server.connections > 0) await setTimeout(100)
    client.resume()
    await closed
    expect(heard()).toBeLessThan(16 * 1024 * 1024)
  })

  it('the time of a body does not run while it waits for its reader', async () => {
    const { port } = serve(
      backend,
      async (req, res) => {
        await setTimeout(1200)
        res.send(String((await req.bytes()).length))
      },
      { requestTimeout: 700 },
    )
    const body = 'x'.repeat(512 * 1024)
    const answer = await talk(port, request('POST', '/', { body, close: true }))
    expect(answersIn(answer)).toMatchObject([{ status: 200, body: '524288' }])
  })
})

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { Client, exchange, start } from './example'

const servers = ['select', 'poll', 'epoll', 'epoll-edge'].map((name) => [
  `echo-multiplexers/${name}.mjs`,
])

describe.each([...servers, ['echo-server/echo.mjs']])('examples/%s', (file) => {
  it('sends back what each of several clients sent', async () => {
    const example = start(file, '0')
    const port = await example.port()
    const clients = Array.from({ length: 20 }, () => randomBytes(1000))
    const answers = await Promise.all(clients.map((bytes) => exchange(port, bytes)))
    for (const [i, bytes] of clients.entries()) expect(answers[i]?.equals(bytes)).toBe(true)
    await example.interrupt()
  })

  it('sends back more than fits into the buffers of a client that reads late, while others are served', async () => {
    const example = start(file, '0')
    const port = await example.port()
    const bytes = randomBytes(8 * 1024 * 1024)
    const slow = net.connect(port, '127.0.0.1')
    slow.end(bytes)
    await once(slow, 'connect')

    const quick = await Client.connect(port)
    quick.socket.write('hello\n')
    await quick.hears(/^hello\n$/)
    quick.socket.end()

    const chunks: Buffer[] = []
    slow.on('data', (chunk) => chunks.push(chunk))
    await once(slow, 'close')
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    await example.interrupt()
  })

  it('goes on when a client resets its connection', async () => {
    const example = start(file, '0')
    const port = await example.port()
    const rude = await Client.connect(port)
    rude.socket.write('x')
    await rude.hears(/x/)
    rude.socket.resetAndDestroy()
    await once(rude.socket, 'close')
    expect(String(await exchange(port, Buffer.from('still there')))).toBe('still there')
    await example.interrupt()
  })

  it('ends on SIGINT with connections open', async () => {
    const example = start(file, '0')
    const client = await Client.connect(await example.port())
    client.socket.write('x')
    await client.hears(/x/)
    client.socket.on('error', () => {})
    const closed = once(client.socket, 'close')
    await example.interrupt()
    await closed
  })
})

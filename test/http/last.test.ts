// How a connection ends behind the client's last request, and that its answer is never lost to a reset.

import net from 'node:net'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HttpHandler, HttpServer } from '../../lib'
import * as sys from '../../lib/sys'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve } from './talk'

const { AF_INET, MSG_DONTWAIT, SOCK_STREAM } = sys.constants

const echo: HttpHandler = async (req, res) => {
  res.send(await req.text())
}

/** A client that leaves the end to the server, with what it has heard up to then. */
async function hear(port: number, ...pieces: string[]): Promise<[net.Socket, string]> {
  const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  for (const piece of pieces) client.write(piece)
  let heard = ''
  client.setEncoding('latin1').on('data', (piece: string) => (heard += piece))
  await once(client, 'end')
  return [client, heard]
}

async function forsaken(server: HttpServer): Promise<void> {
  while (server.connections > 0) await setImmediate()
}

/** The server has had several turns. */
async function turns(port: number): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const [client] = await hear(port, request('GET', '/turn', { close: true }))
    client.destroy()
  }
}

const chunked = {
  lines: ['Transfer-Encoding: chunked'],
  body: '4\r\nbody\r\n0\r\n\r\n',
  close: true,
}

describe.each(backends)('%s', (backend) => {
  it.each([
    ['has none', request('GET', '/', { close: true }), ''],
    ['has a length', request('POST', '/', { body: 'body', close: true }), 'body'],
    ['is chunked', request('POST', '/', chunked), 'body'],
    ['is of HTTP/1.0', 'POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody', 'body'],
  ])(
    'where the client said that it is the last the server just closes: the body %s',
    async (_, last, body) => {
      const { port, server } = serve(backend, echo)
      const [client, heard] = await hear(port, last)
      expect(answersIn(heard)).toMatchObject([
        { status: 200, body, headers: { connection: 'close' } },
      ])
      await forsaken(server)
      client.destroy()
    },
  )

  it('the answers in front of the last are sent too', async () => {
    const { port, server } = serve(backend, async (req, res) => {
      await setImmediate()
      res.send(req.url)
    })
    const [client, heard] = await hear(
      port,
      request('GET', '/1') + request('GET', '/2') + request('GET', '/3', { close: true }),
    )
    expect(answersIn(heard).map(({ body }) => body)).toEqual(['/1', '/2', '/3'])
    await forsaken(server)
    client.destroy()
  })

  it('a long last answer comes whole', async () => {
    const long = 'x'.repeat(5_000_000)
    const { port, server } = serve(backend, (_, res) => {
      res.send(long)
    })
    const [client, heard] = await hear(port, request('GET', '/', { close: true }))
    expect(answersIn(heard)[0]?.body).toHaveLength(long.length)
    await forsaken(server)
    client.destroy()
  })

  it('where the server ends the connection it waits for the client’s end, whatever still comes', async () => {
    const { port, server } = serve(backend, echo, { maxRequestsPerConnection: 1 })
    const [client, heard] = await hear(port, request('GET', '/'))
    expect(answersIn(heard)).toMatchObject([{ status: 200, headers: { connection: 'close' } }])
    await new Promise((resolve) => client.write(request('GET', '/late'), resolve))
    await turns(port)
    expect(server.connections).toBe(1)
    client.end()
    await once(client, 'close')
    await forsaken(server)
  })

  it('so it does after a request that it refuses', async () => {
    const { port, server } = serve(backend, echo)
    const refused = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nbad line\r\n\r\n'
    const [client, heard] = await hear(port, refused)
    expect(answersIn(heard)).toMatchObject([{ status: 400 }])
    await turns(port)
    expect(server.connections).toBe(1)
    client.end()
    await forsaken(server)
  })

  it('so it does where the client sends on behind what it called its last request', async () => {
    const { port, server } = serve(backend, echo)
    const last = request('POST', '/', { body: 'body', close: true })
    const [client, heard] = await hear(port, last + request('GET', '/more'))
    expect(answersIn(heard)).toMatchObject([{ status: 200, body: 'body' }])
    await turns(port)
    expect(server.connections).toBe(1)
    client.end()
    await forsaken(server)
  })

  it('so it does where the answer is there before the body is', async () => {
    const { port, server } = serve(backend, (_, res) => {
      res.send('early')
    })
    const whole = request('POST', '/', { body: 'a body', close: true })
    const [client, heard] = await hear(port, whole.slice(0, -4))
    expect(answersIn(heard)).toMatchObject([{ status: 200, body: 'early' }])
    await turns(port)
    expect(server.connections).toBe(1)
    client.end(whole.slice(-4))
    await once(client, 'close')
    await forsaken(server)
  })

  it('so it does where bytes that nobody has read would make the end a reset', async () => {
    const fd = sys.socket(AF_INET, SOCK_STREAM)
    const { port, server } = serve(backend, (req, res) => {
      if (req.url === '/') sys.send(fd, Buffer.from('late'))
      res.send('an answer')
    })
    sys.connect(fd, { address: '127.0.0.1', port })
    sys.send(fd, Buffer.from(request('GET', '/', { close: true })))
    await turns(port)
    while (server.connections !== 1) await setImmediate()
    const room = new Uint8Array(1000)
    let heard = ''
    for (let length; (length = sys.recv(fd, room, MSG_DONTWAIT)) > 0;) {
      heard += Buffer.from(room.subarray(0, length)).toString()
    }
    expect(answersIn(heard)).toMatchObject([{ status: 200, body: 'an answer' }])
    sys.close(fd)
    await forsaken(server)
  })
})

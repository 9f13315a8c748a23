// What takes a net.Socket takes a Duplex over a reactor's socket: TLS and node:http, client and server.

import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import { type Reactor, type SocketDuplex, toDuplex } from '../../lib'
import { kinds, type Kind, make } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { cert, key } from './certificate'
import { dial, pattern, pieces, receive, serve } from './peers'

const MIB = 1024 * 1024

/** A listener whose connections go, as streams, to somebody else's server. */
function served(kind: Kind, take: (duplex: SocketDuplex) => void) {
  return serve(kind, {
    open: (socket) => {
      take(toDuplex(socket, { allowHalfOpen: true }))
    },
  })
}

function dialled(kind: Kind, reactor: Reactor, port: number): SocketDuplex {
  return toDuplex(reactor.connect({ port, socket: {}, trigger: kind.trigger }))
}

describe.each(kinds)('TLS over a Duplex ($name)', (kind) => {
  expectNoLeak()

  it('serves node:tls, megabytes byte for byte', async () => {
    const { port } = served(kind, (duplex) => {
      const secure = new tls.TLSSocket(duplex, { isServer: true, key, cert })
      void pipeline(secure, secure)
    })
    const client = tls.connect({ port, host: '127.0.0.1', ca: cert, servername: 'localhost' })
    await once(client, 'secureConnect')
    expect(client.authorized).toBe(true)
    const bytes = pattern(3 * MIB)
    const heard = buffer(client)
    await pipeline(Readable.from(pieces(bytes, 50_000)), client)
    expect((await heard).equals(bytes)).toBe(true)
  })

  it('is the connection of tls.connect and of tls.Server at once', async () => {
    const server = tls.createServer({ key, cert, allowHalfOpen: true }, (secure) => {
      secure.pipe(secure)
    })
    const { port, reactor } = served(kind, (duplex) => server.emit('connection', duplex))
    const client = tls.connect({
      socket: dialled(kind, reactor, port),
      ca: cert,
      servername: 'localhost',
    })
    const bytes = pattern(MIB)
    const heard = buffer(client)
    client.write(bytes)
    client.end()
    expect((await heard).equals(bytes)).toBe(true)
  })

  it('refuses a certificate that is not trusted', async () => {
    const { port, reactor } = served(kind, (duplex) => {
      new tls.TLSSocket(duplex, { isServer: true, key, cert }).on('error', () => undefined)
    })
    const client = tls.connect({ socket: dialled(kind, reactor, port), servername: 'localhost' })
    const [error] = (await once(client, 'error')) as [Error]
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })
})

describe.each(kinds)('node:http over a Duplex ($name)', (kind) => {
  expectNoLeak()

  it('serves keep-alive, bodies both ways and pipelined requests', async () => {
    const server = http.createServer((request, response) => {
      expect(request.socket.remoteAddress).toBe('127.0.0.1')
      void pipeline(request, response.writeHead(200, { 'x-method': request.method }))
    })
    const { port } = served(kind, (duplex) => server.emit('connection', duplex))
    const body = pattern(MIB)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    for (let i = 0; i < 3; i++) {
      const request = http.request({ port, agent, method: 'POST' })
      request.end(body)
      const [response] = (await once(request, 'response')) as [http.IncomingMessage]
      expect(request.reusedSocket).toBe(i > 0)
      expect((await buffer(response)).equals(body)).toBe(true)
    }
    agent.destroy()

    const peer = dial(port)
    const one = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
    const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    peer.write(one + one + last)
    const answers = (await text(peer)).match(/HTTP\/1\.1 200/g)
    expect(answers).toHaveLength(3)
  })

  it('is upgraded by the server', async () => {
    const server = http.createServer()
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n')
      socket.pipe(socket)
    })
    const { port } = served(kind, (duplex) => server.emit('connection', duplex))
    const peer = dial(port)
    peer.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    await once(peer, 'data')
    const echoed = receive(peer, 5)
    peer.write('hello')
    expect(String(await echoed)).toBe('hello')
  })

  it('is what createConnection of http.request answers', async () => {
    const server = http.createServer((request, response) => {
      void pipeline(request, response)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const reactor = make(kind.backend)
    const body = pattern(MIB)
    const request = http.request({
      method: 'PUT',
      timeout: 20_000,
      createConnection: () => dialled(kind, reactor, port),
    })
    request.setNoDelay(true)
    request.setSocketKeepAlive(true, 1000)
    void reactor.run()
    request.end(body)
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    expect((await buffer(response)).equals(body)).toBe(true)
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })

  it('is cut by the server’s timeout', async () => {
    const server = http.createServer(() => undefined)
    server.timeout = 50
    const { port } = served(kind, (duplex) => server.emit('connection', duplex))
    const peer = dial(port)
    peer.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await text(peer)).toBe('')
  })
})

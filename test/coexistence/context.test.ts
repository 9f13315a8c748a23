// AsyncLocalStorage and async_hooks: whose context a handler runs in, and what the hooks see of us.

import { AsyncLocalStorage } from 'node:async_hooks'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { IN } from '../../lib'
import { feed, pipe } from '../multiplexer/scene'
import { runScript } from '../multiplexer/child'
import { deferred, dial, gather, pattern, peerServer } from '../net/peers'
import { backends, kinds, make, reading } from '../reactor/kinds'

const storage = new AsyncLocalStorage<string>()
const here = (): string => storage.getStore() ?? 'none'

describe.each(kinds)('the async context on $name', (kind) => {
  it('of a handler is that of register, under run() and under turn()', async () => {
    const reactor = make(kind.backend)
    const seen: string[] = []
    const [reader, writer] = pipe()
    const registration = storage.run('register', () =>
      reactor.register(reader, reading(kind), (events) => {
        if ((events & IN) !== 0) seen.push(here())
        registration.close()
      }),
    )
    feed(writer)
    await storage.run('run', () => reactor.run())
    const [second, writing] = pipe()
    storage.run('again', () => reactor.register(second, reading(kind), () => seen.push(here())))
    feed(writing)
    storage.run('turn', () => reactor.turn())
    expect(seen).toEqual(['register', 'again'])
  })

  it('of a promise and a tick begun in a handler is that of the handler', async () => {
    const reactor = make(kind.backend)
    const seen: string[] = []
    const [reader, writer] = pipe()
    const registration = storage.run('register', () =>
      reactor.register(reader, reading(kind), () => {
        registration.close()
        storage.run('inner', () => {
          process.nextTick(() => seen.push(here()))
          void Promise.resolve().then(() => seen.push(here()))
        })
        process.nextTick(() => seen.push(here()))
      }),
    )
    feed(writer)
    await reactor.run()
    await new Promise((done) => setImmediate(done))
    expect(seen.sort()).toEqual(['inner', 'inner', 'register'])
  })

  it('of every handler of a listener is that of listen', async () => {
    const reactor = make(kind.backend)
    const seen = new Map<string, string>()
    const note = (name: string): unknown => seen.set(name, here())
    const over = deferred()
    const bytes = pattern(8 << 20)
    const listener = storage.run('listen', () =>
      reactor.listen({
        port: 0,
        trigger: kind.trigger,
        socket: {
          open: () => note('open'),
          data(socket) {
            note('data')
            socket.write(bytes)
          },
          drain(socket) {
            note('drain')
            socket.end()
            socket.write('late')
          },
          end: () => note('end'),
          error: () => note('error'),
          close() {
            note('close')
            over.resolve()
          },
        },
      }),
    )
    void storage.run('run', () => reactor.run())
    const peer = dial(listener.port ?? 0)
    peer.write('x')
    expect(await gather(peer)).toHaveLength(bytes.length)
    peer.end()
    await over.promise
    const names = ['open', 'data', 'drain', 'error', 'end', 'close']
    expect(Object.fromEntries(seen)).toEqual(
      Object.fromEntries(names.map((name) => [name, 'listen'])),
    )
  })

  it('of the handlers of a connection is that of connect, each its own', async () => {
    const reactor = make(kind.backend)
    const port = await peerServer((peer) => peer.end('hello'))
    const seen: string[] = []
    const both = ['first', 'second'].map((name) => {
      const over = deferred()
      void storage.run(name, () =>
        reactor.connect({
          port,
          trigger: kind.trigger,
          socket: {
            open: () => seen.push(`${name} open ${here()}`),
            data: () => seen.push(`${name} data ${here()}`),
            end(socket) {
              seen.push(`${name} end ${here()}`)
              socket.end()
            },
            close() {
              seen.push(`${name} close ${here()}`)
              over.resolve()
            },
          },
        }),
      )
      return over.promise
    })
    void reactor.run()
    await Promise.all(both)
    const expected = ['open', 'data', 'end', 'close'].flatMap((what) =>
      ['first', 'second'].map((name) => `${name} ${what} ${name}`),
    )
    expect(seen.sort()).toEqual(expected.sort())
  })

  it('of a failed attempt to connect is that of connect', async () => {
    const reactor = make(kind.backend)
    const closed = net.createServer()
    await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done))
    const { port } = closed.address() as net.AddressInfo
    await new Promise((done) => closed.close(done))
    const seen: string[] = []
    const attempt = storage.run('connect', () =>
      reactor.connect({
        port,
        trigger: kind.trigger,
        socket: { error: () => seen.push(here()), close: () => seen.push(here()) },
      }),
    )
    void reactor.run()
    await expect(attempt).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await new Promise((done) => setImmediate(done))
    expect(seen).toEqual(['connect', 'connect'])
  })

  it('of an HTTP handler is that of serve, also behind an answer given elsewhere', async () => {
    const reactor = make(kind.backend)
    const seen: string[] = []
    const server = storage.run('serve', () =>
      reactor.serve({
        port: 0,
        trigger: kind.trigger,
        handler(_, response) {
          seen.push(here())
          // More requests are under way than are taken at once: the rest is taken up by the answers.
          storage.run('answer', () => setImmediate(() => response.send('ok')))
        },
      }),
    )
    void reactor.run()
    const count = 200
    const peer = dial(server.port ?? 0)
    const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
    peer.write(
      request.repeat(count - 1) + request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    )
    const answers = await gather(peer)
    expect(answers.toString().match(/HTTP\/1\.1 200/g)).toHaveLength(count)
    expect(seen).toEqual(Array.from({ length: count }, () => 'serve'))
    await server.close()
  })
})

describe.each(backends)('async_hooks on %s', (backend) => {
  it('see resources of the one type EDGELOOP, each begun once and ended once', async () => {
    const { output } = await runScript(
      `
      const hooks = require('async_hooks')
      const { Reactor } = require('edgeloop')
      const { pipe2, write, constants } = require('edgeloop/sys')
      const ours = new Map()
      const types = new Set()
      let reactor = new Reactor({ backend: process.argv[1] })
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      hooks.createHook({
        init(id, type) {
          types.add(type)
          if (type.startsWith('EDGELOOP')) ours.set(id, { type, before: 0, destroyed: 0 })
        },
        before(id) { if (ours.has(id)) ours.get(id).before++ },
        destroy(id) { if (ours.has(id)) ours.get(id).destroyed++ },
      }).enable()
      const known = new Set(['EDGELOOP', 'PROMISE', 'TickObject', 'Immediate', 'Timeout',
        'TCPWRAP', 'TCPSERVERWRAP', 'TCPCONNECTWRAP', 'GETADDRINFOREQWRAP', 'SHUTDOWNWRAP', 'WRITEWRAP',
        'Microtask', 'TTYWRAP', 'PIPEWRAP', 'SIGNALWRAP'])
      let registration = reactor.register(reader, { readable: true }, () => registration.close())
      write(writer, Buffer.from('x'))
      let listener = reactor.listen({ port: 0, socket: { data(socket, chunk) { socket.end(chunk) } } })
      let running = reactor.run()
      const peer = require('net').connect(listener.port, '127.0.0.1')
      peer.on('data', () => undefined).on('end', async () => {
        listener.close()
        await running
        reactor.close()
        reactor = registration = listener = running = null
      })
      peer.end('hello')
      peer.on('close', async () => {
        for (let i = 0; i < 100 && [...ours.values()].some((one) => one.destroyed === 0); i++) {
          gc()
          await new Promise((done) => setTimeout(done, 10))
        }
        const all = [...ours.values()]
        console.log(all.length, all.filter((one) => one.before > 0).length,
          new Set(all.map((one) => one.type)).size, all.every((one) => one.destroyed === 1),
          JSON.stringify([...types].filter((type) => !known.has(type))))
      })
      `,
      { args: [backend], node: ['--expose-gc'] },
    )
    // The hosting, the registration and the listener.
    expect(output).toBe('3 3 1 true []')
  })
})

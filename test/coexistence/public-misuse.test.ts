// Every public method with values that it should not be given: what comes out can be caught.

import { describe, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { assault } from './assault'

describe.each(backends)('misuse on %s can be caught:', (backend) => {
  it('of Reactor and Registration', { timeout: 120_000 }, async () => {
    await assault(
      `
      for (const [what, value] of spoiled({}, ['backend'])) attempt('new Reactor ' + what, () => new Reactor(value).close())
      const reactor = make()
      misapplied('Reactor', reactor)
      const names = ['readable', 'writable', 'priority', 'trigger', 'once', 'exclusive']
      for (const [what, value] of hostile()) attempt('register ' + what, () => reactor.register(value, {}, () => 1))
      for (const [what, value] of spoiled({ readable: true }, names)) {
        attempt('register options ' + what, () => reactor.register(full(), value, () => 1))
      }
      for (const [what, value] of hostile()) attempt('register handler ' + what, () => reactor.register(full(), { readable: true }, value))
      for (const [what, value] of finite()) attempt('turn ' + what, () => reactor.turn(value))
      const registration = reactor.register(full(), { readable: true }, () => 1)
      misapplied('Registration', registration)
      for (const [what, value] of spoiled({ readable: true }, names)) attempt('modify ' + what, () => registration.modify(value))
      for (const name of ['rearm', 'ref', 'unref', 'close', 'modify', 'rearm', 'ref', 'unref']) {
        for (const [what, value] of hostile()) attempt(name + ' ' + what, () => registration[name](value, value))
      }
      for (const name of ['stats', 'run', 'stop', 'close', 'register', 'turn', 'run', 'stop', 'stats', 'listen', 'connect', 'serve']) {
        for (const [what, value] of name === 'turn' ? finite() : hostile()) {
          attempt(name + ' ' + what, () => reactor[name](value, value, value))
        }
      }
      for (const [what, self] of hostile()) attempt('shared of ' + what, () => Reactor.shared.call(self))
      await sleep(50)
      `,
      backend,
    )
  })

  it('of listen, connect and Listener', { timeout: 120_000 }, async () => {
    await assault(
      `
      const names = ['port', 'hostname', 'path', 'fd', 'backlog', 'reusePort', 'ipv6Only', 'socket', 'trigger', 'highWaterMark',
        'noDelay', 'timeout']
      const handlers = ['open', 'data', 'drain', 'end', 'error', 'close']
      const socket = { data() {} }
      const reactor = make()
      for (const [what, value] of spoiled({ port: 0, socket }, names)) attempt('listen ' + what, () => {
        const listener = reactor.listen(value)
        listener.ready.catch(() => undefined)
        return listener.close()
      })
      for (const [what, value] of spoiled(socket, handlers)) attempt('handlers ' + what, () => reactor.listen({ port: 0, socket: value }).close())
      const target = reactor.listen({ port: 0, socket })
      misapplied('Listener', target)
      for (const name of ['close', 'close']) for (const [what, value] of hostile()) attempt(name + ' ' + what, () => target[name](value))
      const other = reactor.listen({ port: 0, socket })
      for (const [what, value] of spoiled({ port: other.port, socket }, names)) attempt('connect ' + what, () => reactor.connect(value))
      for (const [what, value] of spoiled(socket, handlers)) {
        attempt('connect handlers ' + what, () => reactor.connect({ port: other.port, socket: value }))
      }
      for (const [what, value] of [['by listen', 'listen'], ['by connect', 'connect']]) {
        const closing = make()
        const options = { port: other.port, socket }
        Object.defineProperty(options, 'trigger', { get: () => closing.close() })
        attempt('closed in a getter ' + what, () => closing[value](options))
      }
      await endings(reactor)
      `,
      backend,
    )
  })

  it('of Socket, in each of its states', { timeout: 120_000 }, async () => {
    await assault(
      `
      const reactor = make()
      const sockets = []
      const listener = reactor.listen({ port: 0, socket: { open: (socket) => sockets.push(socket), data() {}, drain() {}, error() {} } })
      const pair = async () => {
        const before = sockets.length
        const connecting = reactor.connect({ port: listener.port, socket: { open: (socket) => sockets.push(socket), data() {} } })
        while (sockets.length < before + 2) {
          reactor.turn(0)
          await null
        }
        await connecting
        return sockets.slice(before)
      }
      const [template] = await pair()
      misapplied('Socket', template)
      const states = {
        open: () => undefined, paused: (socket) => socket.pause(), ending: (socket) => socket.end('x'),
        destroyed: (socket) => socket.destroy(), closed: (socket) => { socket.destroy(); for (let i = 0; i < 5; i++) reactor.turn(0) },
      }
      const encodings = ['utf8', 'hex', 'base64', 'latin1', 'ucs2']
      for (const [state, enter] of Object.entries(states)) {
        for (const name of methodsOf(template)) {
          // What a reactor tells its sockets is not public, and has its own arguments.
          if (typeof name === 'string' && /^(on[A-Z]|markClosed|group|failure)/.test(name)) continue
          const [socket] = await pair()
          enter(socket)
          for (const [what, value] of hostile()) {
            const label = state + '.' + String(name) + ' ' + what
            attempt(label, () => typeof socket[name] === 'function' ? socket[name](value) : socket[name])
            attempt(label + ' twice', () => typeof socket[name] === 'function' ? socket[name](value, value) : socket[name])
            attempt('set ' + label, () => { socket[name] = value })
            if (name === 'write' || name === 'end') {
              attempt(label + ' encoding', () => socket[name]('text', value))
              attempt(label + ' encoded', () => socket[name](value, pick(encodings)))
            }
          }
          attempt('turn', () => reactor.turn(0))
          Reflect.ownKeys(socket).forEach((key) => { if (key !== 'data') delete socket[key] })
          attempt('destroy', () => socket.destroy())
          attempt('turn', () => reactor.turn(0))
        }
      }
      await endings(reactor)
      for (const name of ['write', 'end', 'destroy', 'pause', 'resume', 'setNoDelay', 'setKeepAlive', 'fd', 'remoteAddress']) {
        for (const socket of sockets.slice(0, 3)) {
          for (const [what, value] of hostile()) {
            attempt('after all ' + name + ' ' + what, () => typeof socket[name] === 'function' ? socket[name](value) : socket[name])
          }
        }
      }
      `,
      backend,
    )
  })

  it('of serve, HttpServer and what a handler is given', { timeout: 120_000 }, async () => {
    await assault(
      `
      const names = ['handler', 'maxHeaderSize', 'maxHeaderCount', 'maxBodySize', 'headersTimeout', 'requestTimeout',
        'keepAliveTimeout', 'port', 'hostname', 'path', 'fd', 'trigger', 'backlog']
      const reactor = make()
      const handler = (_, response) => response.send('ok')
      for (const [what, value] of spoiled({ port: 0, handler }, names)) attempt('serve ' + what, () => {
        const server = reactor.serve(value)
        server.ready.catch(() => undefined)
        return server.close()
      })
      let job = handler
      const server = reactor.serve({ port: 0, handler: (request, response) => job(request, response) })
      misapplied('HttpServer', server)
      reactor.run()
      const ask = () => new Promise((done) => {
        const peer = require('node:net').connect(server.port, '127.0.0.1')
        peer.on('error', () => undefined).on('close', done).resume()
        peer.setTimeout(200, () => peer.destroy())
        peer.end('POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello')
      })
      let methods = { request: [], response: [] }
      job = (request, response) => {
        methods = { request: methodsOf(request), response: methodsOf(response) }
        misapplied('HttpRequest', request)
        misapplied('HttpResponse', response)
        response.send('ok')
      }
      await ask()
      const internal = /^(on[A-Z]|discard|abandoned|breakOff)/
      for (const [which, list] of Object.entries(methods)) {
        for (const name of list) {
          if (typeof name !== 'string' || internal.test(name)) continue
          const table = hostile()
          const asked = []
          // Some at a time: an answer is given once, and what follows it is misuse, too.
          for (let from = 0; from < table.length; from += 12) {
            const values = table.slice(from, from + 12)
            job = (request, response) => {
              const object = which === 'request' ? request : response
              for (const [what, value] of values) {
                const label = which + '.' + name + ' ' + what
                attempt(label, () => typeof object[name] === 'function' ? object[name](value) : object[name])
                attempt(label + ' twice', () => typeof object[name] === 'function' ? object[name]('x-name', value) : object[name])
              }
              attempt('end', () => response.end())
            }
            asked.push(ask())
            await sleep(1)
          }
          await Promise.all(asked)
        }
      }
      for (const [what, value] of spoiled({ graceful: true }, ['graceful'])) attempt('close ' + what, () => server.close(value))
      reactor.close()
      for (const [what, value] of hostile()) attempt('close later ' + what, () => server.close(value))
      `,
      backend,
    )
  })
})

describe('misuse can be caught:', () => {
  it('of Select, Poll and Epoll, open and closed', { timeout: 120_000 }, async () => {
    await assault(`
      for (const Kind of [Select, Poll, Epoll]) {
        for (const [what, value] of hostile()) {
          attempt('new ' + Kind.name + ' ' + what, () => new Kind(value).close())
          attempt('new.target ' + Kind.name + ' ' + what, () => Reflect.construct(Kind, [value], value))
          attempt('call ' + Kind.name, () => Kind(value))
        }
        const set = new Kind()
        misapplied(Kind.name, set)
        const closed = new Kind()
        closed.close()
        const ready = full()
        set.add(ready, 1)
        for (const one of [set, closed]) {
          for (const name of ['add', 'modify', 'remove', 'has', 'wait', 'waitInto']) {
            for (const [what, value] of hostile()) {
              const label = Kind.name + '.' + name + ' ' + what
              attempt(label, () => one[name](value, 0))
              attempt(label + ' twice', () => one[name](name === 'wait' ? 0 : value, name === 'waitInto' ? 0 : value))
              attempt(label + ' second', () => one[name](name === 'waitInto' ? new Int32Array(8) : ready, value))
            }
            if (!one.has.call(set, ready)) set.add(ready, 1)
          }
        }
      }
      for (const [what, value] of hostile()) attempt('fromFd ' + what, () => Epoll.fromFd(value))
      for (const [what, value] of hostile()) {
        attempt('select ' + what, () => select(value, value, value, 0))
        attempt('poll ' + what, () => poll(value, 0))
        for (const name of ['fd', 'events']) attempt('poll ' + name, () => poll([{ fd: 0, events: 1, [name]: value }], 0))
      }
      for (const [what, value] of finite()) {
        attempt('select timeout ' + what, () => select([], [], [], value))
        attempt('poll timeout ' + what, () => poll([], value))
      }
    `)
  })
})

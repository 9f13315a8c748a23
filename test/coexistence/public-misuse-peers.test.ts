// As public-misuse.test.ts, for datagrams, passed descriptors, streams, framings, clusters and files.

import { describe, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { assault } from './assault'

/** Told by the reactor, with arguments of its own. */
const internal = `const internal = /^(on[A-Z]|opened|discount|scope|markClosed|group|failure|divert|countRead|sendSlice|never|request|keeps|_)/
  /** Every public method and setter, with everything. */
  const assail = (label, object, turn, skip = () => false) => {
    for (const name of methodsOf(object)) {
      if (typeof name === 'string' && (internal.test(name) || skip(name))) continue
      for (const [what, value] of hostile()) {
        const called = label + '.' + String(name) + ' ' + what
        attempt(called, () => typeof object[name] === 'function' ? object[name](value) : object[name])
        attempt(called + ' twice', () => typeof object[name] === 'function' ? object[name](value, value) : object[name])
        attempt('set ' + called, () => { object[name] = value })
        if (Object.hasOwn(object, name)) attempt('delete', () => delete object[name])
      }
      turn()
    }
  }`

describe.each(backends)('misuse on %s can be caught:', (backend) => {
  it('of udp and UdpSocket, in each of its states', { timeout: 120_000 }, async () => {
    await assault(
      `
      ${internal}
      const names = ['port', 'hostname', 'path', 'fd', 'open', 'data', 'drain', 'error', 'close', 'reuseAddress', 'reusePort',
        'ipv6Only', 'broadcast', 'packetInfo', 'dropCounter', 'maxDatagramSize', 'batch', 'highWaterMark',
        'receiveBufferSize', 'sendBufferSize', 'trigger']
      const reactor = make()
      for (const [what, value] of spoiled({ port: 0 }, names)) attempt('udp ' + what, () => {
        const socket = reactor.udp(value)
        socket.ready.catch(() => undefined)
        return socket.close()
      })
      const infos = []
      const options = { packetInfo: true, error() {}, data(bytes, rinfo) { infos.push(rinfo) } }
      const turn = () => attempt('turn', () => reactor.turn(0))
      const states = {
        bound: () => reactor.udp(options),
        'on a path': () => reactor.udp({ ...options, path: '' }),
        closed: () => { const socket = reactor.udp(options); socket.close(); return socket },
        connected: () => { const socket = reactor.udp(options); socket.connect(socket.port).catch(() => undefined); return socket },
        unbound: () => { const socket = reactor.udp({ hostname: 'localhost' }); socket.ready.catch(() => undefined); return socket },
      }
      misapplied('UdpSocket', states.bound())
      for (const [state, enter] of Object.entries(states)) {
        // What closes it comes last: the rest would be misuse of a closed one.
        const socket = enter()
        assail(state, socket, turn, (name) => name === 'close' || name === 'disconnect')
        for (const [what, value] of hostile()) {
          const label = state + '.send ' + what
          attempt(label, () => socket.send('x', value))
          attempt(label + ' address', () => socket.send('x', 9, value))
          for (const key of ['address', 'port', 'path']) attempt(label + ' ' + key, () => socket.send('x', { port: 9, address: '127.0.0.1', [key]: value }))
        }
        turn()
        for (const name of ['disconnect', 'close', 'close', 'disconnect']) {
          for (const [what, value] of hostile()) attempt(state + '.' + name + ' ' + what, () => socket[name](value))
        }
        turn()
      }
      const hearing = reactor.udp(options)
      hearing.send('x', hearing.port)
      for (let i = 0; i < 5; i++) reactor.turn(10)
      if (infos.length === 0) broken('nothing heard')
      // An rinfo after its handler has returned.
      assail('rinfo', infos[0], turn)
      await endings(reactor)
      `,
      backend,
    )
  })

  it('of sendHandle, sendFile and adopt', { timeout: 120_000 }, async () => {
    await assault(
      `
      const reactor = make()
      const pair = () => sys.socketpair(c.AF_UNIX, c.SOCK_STREAM)
      const socket = { open() {}, data() {}, error() {}, handle(_, fds) { fds.forEach(sys.close) } }
      const names = ['socket', 'trigger', 'highWaterMark', 'idleTimeout', 'handles']
      const handlers = ['open', 'data', 'handle', 'drain', 'end', 'error', 'timeout', 'drop', 'close']
      // Numbers may be descriptors of Node's own, which a caller may give away: none of those.
      const strange = () => hostile().filter(([, value]) => !(Number.isInteger(Number.parseInt(String(typeof value === 'object' || typeof value === 'symbol' ? NaN : value)))))
      for (const [what, value] of strange()) attempt('adopt ' + what, () => reactor.adopt(value, { socket }))
      for (const [what, value] of [['-1', -1], ['1.5', 1.5], ['2^31', 2 ** 31], ['a closed one', 900], ['a pipe', full()]]) {
        attempt('adopt ' + what, () => reactor.adopt(value, { socket }))
      }
      for (const [what, value] of spoiled({ socket }, names)) attempt('adopt options ' + what, () => reactor.adopt(pair()[0], value).destroy())
      for (const [what, value] of spoiled(socket, handlers)) attempt('adopt handlers ' + what, () => reactor.adopt(pair()[0], { socket: value }).destroy())
      attempt('turn', () => reactor.turn(0))
      const states = {
        open: () => undefined, paused: (one) => one.pause(), ending: (one) => one.end('x'), destroyed: (one) => one.destroy(),
        stuck: (one) => one.write(Buffer.alloc(4 << 20)),
      }
      for (const [state, enter] of Object.entries(states)) {
        const [here, there] = pair()
        const one = reactor.adopt(here, { socket, handles: true }), other = reactor.adopt(there, { socket, handles: true })
        enter(one)
        const mine = full()
        for (const [what, value] of hostile()) {
          attempt(state + ' sendHandle ' + what, () => one.sendHandle(value))
          attempt(state + ' sendHandle in a list ' + what, () => one.sendHandle([mine, value]))
          attempt(state + ' sendHandle data ' + what, () => one.sendHandle(mine, value))
          attempt(state + ' sendFile ' + what, () => one.sendFile(value, { length: 1 }))
          attempt(state + ' sendFile options ' + what, () => one.sendFile(mine, value))
          for (const key of ['offset', 'length', 'autoClose']) {
            if (key === 'autoClose' && Boolean(value)) continue // it would be closed by right
            attempt(state + ' sendFile ' + key + ' ' + what, () => one.sendFile(mine, { length: 1, [key]: value }))
          }
          if (state !== 'destroyed' && one.destroyed) break
        }
        for (let i = 0; i < 3; i++) attempt('turn', () => reactor.turn(0))
        one.destroy()
        other.destroy()
        sys.close(mine)
      }
      await endings(reactor)
      `,
      backend,
    )
  })

  it('of toDuplex and its stream', { timeout: 120_000 }, async () => {
    await assault(
      `
      ${internal}
      const { toDuplex } = load('edgeloop')
      const reactor = make()
      for (const [what, value] of hostile()) attempt('toDuplex ' + what, () => {
        const duplex = toDuplex(value)
        duplex.on?.('error', () => undefined)
      })
      const socket = { data() {} }
      const adopted = () => reactor.adopt(sys.socketpair(c.AF_UNIX, c.SOCK_STREAM)[0], { socket })
      for (const [what, value] of spoiled({}, ['allowHalfOpen', 'readableHighWaterMark', 'writableHighWaterMark'])) {
        attempt('options ' + what, () => toDuplex(adopted(), value).on('error', () => undefined).destroy())
      }
      attempt('turn', () => reactor.turn(0))
      const own = ['ref', 'unref', 'setNoDelay', 'setKeepAlive', 'setTimeout', 'destroySoon', 'resetAndDestroy', 'address',
        'write', 'end', 'read', 'push', 'destroy', 'cork', 'uncork', 'pause', 'resume', 'pipe', 'setEncoding', 'readyState',
        'bytesRead', 'bytesWritten', 'connecting', 'pending', 'remoteAddress', 'remotePort', 'remoteFamily', 'localAddress', 'localPort', 'localFamily']
      const sources = {
        connected: () => adopted(),
        promised: () => Promise.resolve(adopted()),
        failed: () => Promise.reject(new Error('deliberate')),
        pending: () => new Promise(() => undefined),
        closed: () => { const one = adopted(); one.destroy(); return one },
      }
      // The class's own methods alone: those of streams are Node's.
      const { prototype } = toDuplex(adopted()).constructor
      for (const name of Object.getOwnPropertyNames(prototype)) {
        if (name === 'constructor') continue
        for (const [what, self] of hostile()) attempt('SocketDuplex.' + name + ' of ' + what, () => {
          const property = Reflect.get(prototype, name, self)
          return typeof property === 'function' ? property.call(self, 0, 0) : property
        })
      }
      for (const [source, open] of Object.entries(sources)) {
        for (const name of own) {
          const duplex = toDuplex(open()).on('error', () => undefined)
          for (const [what, value] of hostile()) {
            // A huge text takes its time each time.
            if (what === 'a huge string' && name !== 'write') continue
            const label = source + '.' + name + ' ' + what
            attempt(label, () => typeof duplex[name] === 'function' ? duplex[name](value) : duplex[name])
            attempt(label + ' twice', () => typeof duplex[name] === 'function' ? duplex[name](value, value) : duplex[name])
            attempt('set ' + label, () => { if (typeof duplex[name] !== 'function') duplex[name] = value })
          }
          attempt('turn', () => reactor.turn(0))
          await null
          duplex.destroy()
        }
      }
      await endings(reactor)
      `,
      backend,
    )
  })
})

describe('misuse can be caught:', () => {
  it('of framings, their decoders and framed', { timeout: 120_000 }, async () => {
    await assault(`
      const { lines, delimited, lengthPrefixed, framed } = load('edgeloop/framing')
      for (const [what, value] of spoiled({}, ['maxSize', 'encoding'])) attempt('lines ' + what, () => lines(value))
      for (const [what, value] of hostile()) {
        attempt('delimited ' + what, () => delimited(value))
        attempt('lengthPrefixed ' + what, () => lengthPrefixed(value))
      }
      for (const [what, value] of spoiled({}, ['maxSize'])) {
        attempt('delimited options ' + what, () => delimited('--', value))
        attempt('lengthPrefixed options ' + what, () => lengthPrefixed('u16be', value))
      }
      const made = { lines: () => lines(), delimited: () => delimited('--'), prefixed: () => lengthPrefixed('u8') }
      for (const [label, make] of Object.entries(made)) {
        const framing = make()
        misapplied(label, framing)
        for (const name of methodsOf(framing)) {
          for (const [what, value] of hostile()) {
            attempt(label + '.' + String(name) + ' ' + what, () => typeof framing[name] === 'function' ? framing[name](value) : framing[name])
          }
        }
        const decoder = framing.decoder(() => { throw new Error('deliberate') })
        misapplied(label + ' decoder', decoder)
        for (const name of ['push', 'feed', 'end', 'finish', 'close', 'closed', 'failure', 'buffered']) {
          for (const [what, value] of hostile()) {
            // A failure closes it: each has one of its own.
            const one = framing.decoder(() => { throw new Error('deliberate') })
            attempt(label + ' decoder.' + name + ' ' + what, () => typeof one[name] === 'function' ? one[name](value) : one[name])
            attempt(label + ' decoder.push after ' + name, () => one.push(Buffer.from('a\\n--')))
          }
        }
        for (const [what, value] of hostile()) {
          attempt('framed ' + what, () => framed(value, {}))
          attempt('framed handlers ' + what, () => framed(make(), value))
          const handlers = attempt('framed message ' + what, () => framed(make(), { message: value }))
          attempt('framed data of ' + what, () => handlers?.data?.(value, value))
        }
      }
    `)
  })

  it('of clusters, from within and from without', { timeout: 120_000 }, async () => {
    await assault(`
      const cluster = load('edgeloop/cluster')
      const path = require('node:path').resolve('worker.cjs')
      fs.writeFileSync(path, '')
      // None of these may start: what would is left out by a mode that is none.
      const names = ['workers', 'port', 'hostname', 'path', 'backlog', 'ipv6Only', 'backend', 'restart', 'lookup', 'type']
      for (const [what, value] of hostile()) attempt('startCluster ' + what, () => cluster.startCluster(value, { mode: 'none' }))
      for (const [what, value] of spoiled({ mode: 'none' }, names)) {
        if (value !== undefined && what !== 'undefined') attempt('startCluster options ' + what, () => cluster.startCluster(path, { mode: 'none', ...value }))
      }
      for (const [what, value] of hostile()) if (value !== undefined) attempt('mode ' + what, () => cluster.startCluster(path, { workers: 1, mode: value }))
      for (const key of ['limit', 'within', 'delay', 'maxDelay']) {
        for (const [what, value] of hostile()) attempt('restart.' + key + ' ' + what, () => cluster.startCluster(path, { mode: 'none', restart: { [key]: value } }))
      }
      // Not within a Worker of a cluster's.
      for (const name of Object.keys(cluster)) {
        if (name === 'startCluster' || typeof cluster[name] !== 'function') continue
        for (const [what, value] of hostile()) attempt(name + ' ' + what, () => cluster[name](value, value))
      }
      await sleep(100)
    `)
  })

  it('of serveStatic and response.sendFile', { timeout: 120_000 }, async () => {
    await assault(`
      const { serveStatic } = load('edgeloop')
      fs.writeFileSync('file.txt', 'content')
      const root = process.cwd()
      const names = ['index', 'listing', 'dotfiles', 'precompressed', 'otherwise', 'etag', 'lastModified', 'range', 'cacheControl']
      for (const [what, value] of hostile()) attempt('serveStatic ' + what, () => serveStatic(value).close())
      let job = (_, response) => response.send('ok')
      const reactor = make()
      const server = reactor.serve({ port: 0, handler: (request, response) => job(request, response) })
      reactor.run()
      const ask = (target) => new Promise((done) => {
        const peer = require('node:net').connect(server.port, '127.0.0.1')
        peer.on('error', () => undefined).on('close', done).resume()
        peer.setTimeout(500, () => peer.destroy())
        peer.end('GET ' + target + ' HTTP/1.1\\r\\nHost: a\\r\\nRange: bytes=0-2\\r\\nConnection: close\\r\\n\\r\\n')
      })
      const each = async (table, call) => {
        for (const [what, value] of table) {
          job = (request, response) => {
            attempt(what, () => call(value, request, response))
            attempt('end', () => response.end())
          }
          await ask('/file.txt')
        }
      }
      await each(hostile(), (value, request, response) => response.sendFile(value))
      await each(spoiled({}, ['type', 'etag', 'range', 'cacheControl', 'lastModified']), (value, request, response) => response.sendFile(root + '/file.txt', value))
      await each(spoiled({}, names), (value, request, response) => {
        const files = serveStatic(root, value)
        try {
          return files(request, response)
        } finally {
          files.close()
        }
      })
      const files = serveStatic(root)
      for (const [what, value] of hostile()) {
        attempt('handler ' + what, () => files(value, value))
        attempt('close ' + what, () => files.close(value))
      }
      reactor.close()
    `)
  })
})

import { describe, expect, it } from 'vitest'
import { constants, type UdpOptions } from '../../lib'
import { close, fcntl, socket as open } from '../../lib/sys'
import { runScript } from '../multiplexer/child'
import { backends, kinds, make } from '../reactor/kinds'
import { bound, Collected, Peer, talk, text, turnUntil } from './datagram-peers'
import { deferred, descriptors, turnOfTheLoop } from './peers'

describe.each(kinds)('the life of a datagram socket on $name', (kind) => {
  it('begins with open, bound already, and ends with close', async () => {
    const calls = new Collected<string>()
    const { socket, port, reactor } = bound(kind, {
      open: (opened) => {
        calls.add(`open ${String(opened.port)}`)
      },
      data: () => {
        calls.add('data')
      },
      close: (closed, error) => {
        calls.add(`close ${String(closed.closed)} ${String(error)}`)
      },
    })
    expect([socket.address, socket.family, socket.path]).toEqual(['127.0.0.1', 'IPv4', undefined])
    await (await Peer.bind()).say('x', port)
    const run = reactor.run()
    await calls.reaches(2)
    socket.close()
    expect(calls.all).toEqual([`open ${String(port)}`, 'data'])
    await run
    expect(calls.all[2]).toBe('close true undefined')
    socket.close()
    await turnOfTheLoop()
    expect(calls.all).toHaveLength(3)
  })

  it('closed in data: nothing of the same batch comes after, and its port is free at once', async () => {
    const calls = new Collected<string>()
    const { reactor, port } = bound(kind, {
      data(bytes, _, socket) {
        calls.add(text(bytes))
        socket.close()
        socket.close()
        expect(socket.fd).toBe(-1)
        reactor.udp({ port }).close()
      },
      close: () => {
        calls.add('close')
      },
    })
    const peer = await Peer.bind()
    for (const word of ['one', 'two', 'three']) await peer.say(word, port)
    await reactor.run()
    expect(calls.all).toEqual(['one', 'close'])
  })

  it('sends before it closes what was sent before', async () => {
    const { reactor, port } = talk(kind, {
      data(bytes, rinfo, socket) {
        socket.send('one', rinfo)
        socket.send(bytes, rinfo)
        socket.close()
      },
    })
    const peer = await Peer.bind()
    await peer.say('two', port)
    expect(await peer.hears(2)).toEqual(['one', 'two'])
    const other = reactor.udp({})
    other.send('three', peer.port)
    other.close()
    expect(await peer.hears(3)).toEqual(['one', 'two', 'three'])
  })

  it('answers false to late sends, tells no error, and counts them', async () => {
    const errors: Error[] = []
    const { socket } = talk(kind, { error: (error) => errors.push(error) })
    const peer = await Peer.bind()
    socket.send('in time', peer.port)
    socket.close()
    expect(socket.send('late', peer.port)).toBe(false)
    expect(socket.send('late')).toBe(false)
    expect(() => socket.send(5 as unknown as string)).toThrow(TypeError)
    expect(await peer.hears(1)).toEqual(['in time'])
    expect(errors).toEqual([])
    expect(socket.stats()).toMatchObject({ sent: 1, refused: 2, received: 0 })
  })

  it('refuses to be changed once closed', () => {
    const { socket } = bound(kind)
    socket.close()
    const closed = expect.objectContaining({ code: 'ERR_CLOSED' }) as Error
    expect(() => socket.setTTL(5)).toThrow(closed)
    expect(() => socket.setBroadcast(true)).toThrow(closed)
    expect(() => socket.setMulticastInterface('lo')).toThrow(closed)
    expect(() => socket.addMembership('239.1.2.3')).toThrow(closed)
    expect(() => {
      socket.disconnect()
    }).toThrow(closed)
    expect(socket.ref().unref()).toBe(socket)
  })

  it('outlives an exception in each handler; nothing else is lost', async () => {
    const heard: string[] = []
    const { reactor, socket, port } = bound(kind, {
      open() {
        throw new Error('open')
      },
      data(bytes) {
        heard.push(text(bytes))
        throw new Error(text(bytes))
      },
      error() {
        throw new Error('error')
      },
      close() {
        throw new Error('close')
      },
    })
    const peer = await Peer.bind()
    for (const word of ['one', 'two', 'three']) await peer.say(word, port)
    const thrown: string[] = []
    const note = (error: unknown): void => {
      if (error instanceof AggregateError) for (const one of error.errors) note(one)
      else thrown.push(error instanceof Error ? error.message : '')
    }
    const turn = (): void => {
      try {
        reactor.turn(500)
      } catch (error) {
        note(error)
      }
    }
    for (let i = 0; i < 10 && thrown.length < 4; i++) turn()
    socket.send('no address')
    for (let i = 0; i < 10 && thrown.length < 5; i++) turn()
    socket.close()
    for (let i = 0; i < 10 && thrown.length < 6; i++) turn()
    expect(thrown).toEqual(['open', 'one', 'two', 'three', 'error', 'close'])
    expect(heard).toEqual(['one', 'two', 'three'])
  })

  it('stopped in the midst of a batch, the rest comes with the next run', async () => {
    const heard = new Collected<string>()
    const { reactor, port } = bound(kind, {
      data(bytes) {
        heard.add(text(bytes))
        if (heard.all.length === 2) reactor.stop()
      },
    })
    const peer = await Peer.bind()
    for (const word of ['one', 'two', 'three', 'four']) await peer.say(word, port)
    await reactor.run()
    expect(heard.all).toEqual(['one', 'two'])
    await turnOfTheLoop()
    expect(heard.all).toHaveLength(2)
    void reactor.run()
    expect(await heard.reaches(4)).toEqual(['one', 'two', 'three', 'four'])
  })

  it('ends silently with its reactor, in the midst of a batch too', async () => {
    const calls: string[] = []
    const before = descriptors()
    const { reactor, socket, port } = bound(kind, {
      data(bytes, rinfo) {
        calls.push(text(bytes))
        socket.send('bye', rinfo)
        reactor.close()
      },
      error: () => calls.push('error'),
      close: () => calls.push('close'),
    })
    const peer = await Peer.bind()
    for (const word of ['one', 'two']) await peer.say(word, port)
    reactor.turn(500)
    expect(calls).toEqual(['one'])
    expect(await peer.hears(1)).toEqual(['bye'])
    expect(socket.closed).toBe(true)
    expect(socket.send('late', peer.port)).toBe(false)
    socket.close()
    await peer.close()
    expect(descriptors()).toBe(before)
  })

  it('tells of a descriptor that somebody else has closed', async () => {
    const closed = deferred<Error | undefined>()
    const { socket, reactor } = talk(kind, {
      close: (_, error) => {
        closed.resolve(error)
      },
    })
    const other = reactor.udp({})
    close(socket.fd)
    if (kind.backend === 'epoll') {
      // It has left the kernel's set without a word: only a use of it tells.
      socket.close()
      expect(await closed.promise).toBeUndefined()
    } else {
      other.send('wakes the wait', other.port)
      expect(await closed.promise).toMatchObject({ code: 'EBADF' })
      expect(socket.closed).toBe(true)
    }
  })

  it('unreferenced, keeps no run() going, and is served while something else does', async () => {
    const heard = new Collected<string>()
    const { reactor, socket, port } = bound(kind, {
      data(bytes) {
        heard.add(text(bytes))
      },
    })
    socket.unref().unref()
    await reactor.run()
    const other = reactor.udp({})
    const run = reactor.run()
    await (await Peer.bind()).say('heard', port)
    await heard.reaches(1)
    other.close()
    await run
    socket.ref()
    const again = reactor.run()
    socket.close()
    await again
    expect(reactor.stats().referenced).toBe(0)
  })

  it('with a name is bound once it has been looked up', async () => {
    const { socket } = talk(kind, { hostname: 'localhost' })
    expect(socket.port).toBeUndefined()
    expect(socket.send('too early', 9)).toBe(false)
    expect(() => socket.setTTL(1)).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }) as Error)
    await socket.ready
    expect(socket.port).toBeGreaterThan(0)
  })

  it('rejects ready where the name is unknown, and holds nothing', async () => {
    const { reactor, socket } = bound(kind, { hostname: 'no such name.invalid' })
    await expect(socket.ready).rejects.toMatchObject({ syscall: 'getaddrinfo' })
    expect(socket.closed).toBe(true)
    expect(reactor.stats().referenced).toBe(0)
  })

  it('closed while its name is looked up, it is never bound', async () => {
    const { reactor, socket } = bound(kind, { hostname: 'localhost' })
    socket.close()
    await socket.ready
    expect(reactor.stats()).toMatchObject({ referenced: 0, registered: 0 })
  })

  it('refuses a port in use, with its address, and leaves no descriptor', () => {
    const { reactor, port } = bound(kind)
    const before = descriptors()
    expect(() => reactor.udp({ port })).toThrow(
      expect.objectContaining({
        code: 'EADDRINUSE',
        syscall: 'bind',
        address: '127.0.0.1',
        port,
      }) as Error,
    )
    expect(descriptors()).toBe(before)
    expect(reactor.stats().referenced).toBe(1)
  })

  it('takes over a descriptor, which may be connected, and makes it non-blocking', async () => {
    const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM, F_GETFL, O_NONBLOCK } = constants
    const fd = open(AF_INET, SOCK_DGRAM)
    const { reactor, socket } = talk(kind, { fd })
    expect(socket.fd).toBe(fd)
    expect(fcntl(fd, F_GETFL) & O_NONBLOCK).toBe(O_NONBLOCK)
    const peer = await Peer.bind()
    await socket.connect(peer.port)
    socket.send('hello')
    expect(await peer.hears(1)).toEqual(['hello'])

    for (const domain of [AF_INET, AF_UNIX]) {
      const stream = open(domain, SOCK_STREAM)
      expect(() => reactor.udp({ fd: stream })).toThrow(
        expect.objectContaining({ code: 'EPROTOTYPE' }) as Error,
      )
      close(stream)
    }
    expect(() => reactor.udp({ fd })).toThrow(expect.objectContaining({ code: 'EEXIST' }) as Error)
  })

  it('gives a number that was used before within one turn to the right socket', async () => {
    const heard: string[] = []
    const { reactor, socket, port } = bound(kind, {
      data(bytes) {
        heard.push(`old ${text(bytes)}`)
        socket.close()
        reactor.udp({
          port,
          trigger: kind.trigger,
          data: (more) => heard.push(`new ${text(more)}`),
        })
      },
    })
    const peer = await Peer.bind()
    for (const word of ['one', 'two']) await peer.say(word, port)
    reactor.turn(500)
    await peer.say('three', port)
    turnUntil(reactor, () => heard.length === 2)
    expect(heard).toEqual(['old one', 'new three'])
  })

  it.each([
    ['no options', undefined, TypeError],
    ['null', null, TypeError],
    ['a port as text', { port: '7' }, TypeError],
    ['a port out of range', { port: 65536 }, RangeError],
    ['NaN as port', { port: Number.NaN }, RangeError],
    ['a number as hostname', { hostname: 5 }, TypeError],
    ['a handler that is none', { data: 5 }, TypeError],
    ['a flag that is none', { broadcast: 'yes' }, TypeError],
    ['batch 0', { batch: 0 }, RangeError],
    ['batch 65', { batch: 65 }, RangeError],
    ['maxDatagramSize 0', { maxDatagramSize: 0 }, RangeError],
    ['maxDatagramSize 65537', { maxDatagramSize: 65537 }, RangeError],
    ['a negative highWaterMark', { highWaterMark: -1 }, RangeError],
    ['a negative buffer', { receiveBufferSize: -1 }, RangeError],
    ['a trigger that is none', { trigger: 'sometimes' }, RangeError],
    ['a negative fd', { fd: -1 }, RangeError],
    ['a path too long', { path: '/'.repeat(200) }, RangeError],
  ])('refuses %s', (_, options, type) => {
    const reactor = make(kind.backend)
    expect(() => reactor.udp(options as UdpOptions)).toThrow(type)
    expect(reactor.stats()).toMatchObject({ referenced: 0, registered: 0 })
  })
})

describe.each(backends)('a datagram socket on %s', (backend) => {
  it('of a closed reactor is refused', () => {
    const reactor = make(backend)
    reactor.close()
    expect(() => reactor.udp({})).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }) as Error)
  })

  it('throws into uncaughtException under run(), and the batch goes on', async () => {
    const { output } = await runScript(`
      const { Reactor } = require('edgeloop')
      const reactor = new Reactor({ backend: '${backend}' })
      const heard = []
      process.on('uncaughtException', (error) => heard.push('uncaught ' + error.message))
      const socket = reactor.udp({
        data(bytes) {
          const word = String.fromCharCode(...bytes)
          heard.push(word)
          if (heard.filter((one) => one.length === 1).length === 3) socket.close()
          throw new Error(word)
        },
      })
      for (const word of ['a', 'b', 'c']) socket.send(word, socket.port)
      reactor.run().then(() => console.log(heard.join()))
    `)
    expect(output).toBe('a,uncaught a,b,uncaught b,c,uncaught c')
  })

  it('in a Worker ends with it', async () => {
    const { output } = await runScript(`
      const { Worker, isMainThread } = require('worker_threads')
      const { readdirSync } = require('fs')
      const script = \`
        const { Reactor } = require('${process.cwd()}')
        const reactor = new Reactor({ backend: '${backend}' })
        const socket = reactor.udp({ data(bytes, rinfo) { socket.send(bytes, rinfo) } })
        socket.send('round and round', socket.port)
        reactor.run()
        require('worker_threads').parentPort.postMessage('runs')
      \`
      const count = () => readdirSync('/proc/self/fd').length
      const once = async () => {
        const worker = new Worker(script, { eval: true })
        await new Promise((resolve) => worker.once('message', resolve))
        await worker.terminate()
      }
      once().then(async () => {
        const before = count()
        for (let i = 0; i < 3; i++) await once()
        console.log(count() - before)
      })
    `)
    expect(output).toBe('0')
  })
})

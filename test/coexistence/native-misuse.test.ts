// Every function of the addon, called as no wrapper would call it: it answers or throws, and that is all.

import { describe, expect, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { runHostile } from './hostile'

/** Calls with hostile arguments in each place, and with some that are as they should be. */
const calling = `
  const { addon } = load('./dist/addon')
  const { sys } = addon
  const { constants: c } = load('edgeloop/sys')
  const fresh = () => {
    const [reader, writer] = sys.pipe2(c.O_NONBLOCK)
    const [near, far] = sys.socketpair(c.AF_UNIX, c.SOCK_STREAM | c.SOCK_NONBLOCK, 0)
    const listener = sys.socket(c.AF_INET, c.SOCK_STREAM | c.SOCK_NONBLOCK, 0)
    const datagrams = sys.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_NONBLOCK, 0)
    return [reader, writer, near, far, listener, datagrams, sys.eventfd(0, c.EFD_NONBLOCK),
      sys.timerfd_create(c.CLOCK_MONOTONIC, c.TFD_NONBLOCK), sys.epoll_create1(0)]
  }
  /** As they should be, somewhere; no number that is a descriptor of Node's, or takes O_NONBLOCK away. */
  const decent = (fds) => [
    ...fds.map((fd) => ['descriptor ' + fd, fd]),
    ['{ address, port }', { address: '127.0.0.1', port: 0 }], ['{ path }', { path: 'here' }],
    ['[descriptor, 1]', [fds[0], 1]], ['two entries', [fds[0], 1, fds[1], 4]], ['[bytes]', [new Uint8Array(8), new Uint8Array(8)]],
    ['[messages]', [{ data: new Uint8Array(8) }, { data: [new Uint8Array(8)], address: { address: '127.0.0.1', port: 9 } }]],
    ['65536', 65536], ['2048', 2048], ['2', 2], ["'here'", 'here'],
  ]
  /** Where a call would wait for ever: what it is given instead is wrong or short. */
  const waits = { poll: 1, select: 3, epoll_wait: 2, recvmmsg: 3, turn: 0, waitInto: 1 }
  const short = [['NaN', NaN], ['-5', -5], ["'1'", '1'], ['{}', {}], ['0', 0], ['-0', -0], ['1e-9', 1e-9], ['1', 1], ['a symbol', Symbol()]]

  const assault = (path, self, call, rounds, more = []) => {
    const name = path.split('.').at(-1)
    const strike = (args) => {
      const place = waits[name]
      if (place !== undefined) {
        while (args.length <= place) args.push(pick(hostile()))
        args[place] = pick(short)
      }
      const label = path + '(' + args.map(([what]) => what).join(', ') + ')'
      attempt(label, () => call.apply(self, args.map(([, value]) => value)))
    }
    const fds = fresh()
    for (const pair of hostile()) strike([pair])
    for (const pair of hostile()) strike(Array.from({ length: 6 }, () => pair))
    for (const pair of hostile()) strike([['descriptor ' + fds[0], fds[0]], pair, pair, pair])
    for (let round = 0; round < rounds; round++) {
      const table = hostile()
      const good = [...decent(fds), ...more]
      const length = random(7)
      strike(Array.from({ length }, () => pick(random(3) === 0 ? table : good)))
    }
    for (const fd of fds) sys.close(fd)
  }
`

describe('the functions of the addon', () => {
  it('of sys answer or throw, whatever they are given', { timeout: 120_000 }, async () => {
    const { calls, refused, wrong } = await runHostile(`
      ${calling}
      for (const [name, call] of Object.entries(sys)) {
        if (typeof call === 'function') assault('sys.' + name, sys, call, 200)
      }
      over()`)
    expect(wrong).toEqual([])
    expect(calls).toBeGreaterThan(10_000)
    expect(refused).toBeGreaterThan(1000)
  })

  it.each(backends)('of a multiplexer on %s do', { timeout: 120_000 }, async (backend) => {
    const { wrong, refused } = await runHostile(
      `
      ${calling}
      const backend = process.argv[2]
      assault('multiplexer.create', addon.multiplexer, addon.multiplexer.create, 100)
      const make = () => addon.multiplexer.create(backend)
      const names = Object.getOwnPropertyNames(Object.getPrototypeOf(make())).filter((name) => name !== 'constructor')
      const fds = fresh()
      for (const name of names) {
        const set = make()
        set.add(fds[0], 1)
        set.add(fds[1], 4) // always ready
        assault(backend + '.' + name, set, set[name], 300)
        const closed = make()
        closed.close()
        assault('closed ' + backend + '.' + name, closed, closed[name], 20)
        for (const [what, self] of hostile()) attempt(name + ' of ' + what, () => set[name].call(self, fds[0], 0, 0))
        attempt(name + ' of another class', () => set[name].call(new addon.reactor.Reactor(), fds[0], 0, 0))
      }
      const { constructor } = make()
      for (const [what, value] of hostile()) {
        attempt('new with ' + what, () => new constructor(value))
        attempt('construct as ' + what, () => Reflect.construct(constructor, [value], value))
      }
      over()`,
      [backend],
    )
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(1000)
  })

  it.each(backends)(
    'of a reactor and its streams on %s do',
    { timeout: 120_000 },
    async (backend) => {
      const { wrong, refused } = await runHostile(
        `
      ${calling}
      const { Reactor } = addon.reactor
      const backend = process.argv[2]
      const make = () => {
        const reactor = new Reactor()
        reactor.open(backend)
        return reactor
      }
      const names = Object.getOwnPropertyNames(Reactor.prototype).filter((name) => name !== 'constructor')
      const fds = fresh()
      for (const name of names) {
        const reactor = make()
        reactor.add(fds[1], 4, 0, false)
        assault(backend + '.' + name, reactor, reactor[name], 300)
        const closed = make()
        closed.close()
        for (const [what, self] of [['unopened', new Reactor()], ['closed', closed]]) {
          assault(what + '.' + name, self, self[name], 20)
        }
        for (const [what, self] of hostile()) attempt(name + ' of ' + what, () => reactor[name].call(self, 0))
        attempt(name + ' of another class', () => reactor[name].call(addon.multiplexer.create(backend), 0))
      }
      for (const [what, value] of hostile()) attempt('as ' + what, () => Reflect.construct(Reactor, [value], value))
      attempt('Reactor()', () => Reactor())
      const { sys: _, reactor: __, multiplexer: ___, ...planes } = addon
      const functions = Object.values(planes).flatMap((plane) => Object.entries(plane)).filter(([, call]) => typeof call === 'function')
      for (const [name, call] of functions) {
        const reactor = make()
        const more = [['a reactor', reactor], ['a reactor', reactor], ['a reactor', reactor], ['unopened', new Reactor()],
          ['a multiplexer', addon.multiplexer.create(backend)], ['the flag of a listener', 1], ['all flags but Connecting', 253]]
        assault('plane.' + name, addon, call, 600, more)
        for (let round = 0; round < 600; round++) {
          const args = Array.from({ length: 4 }, () => pick(random(2) === 0 ? hostile() : [...decent(fresh.last ??= fresh()), ...more]))
          attempt('plane.' + name + '(reactor, ' + args.map(([what]) => what) + ')',
            () => call(reactor, ...args.map(([, value]) => value)))
        }
        for (let turn = 0; turn < 5; turn++) attempt('turn after ' + name, () => reactor.turn(0))
        reactor.close()
      }
      over()`,
        [backend],
      )
      expect(wrong).toEqual([])
      expect(refused).toBeGreaterThan(1000)
    },
  )

  it.each(backends)(
    'take whatever stands in the memory that is shared, on %s',
    { timeout: 120_000 },
    async (backend) => {
      const { wrong } = await runHostile(
        `
      ${calling}
      const backend = process.argv[2]
      const edges = [0, 1, 2, 3, 4, 5, 6, 7, 8, 63, 64, 1023, 1024, 4096, 65535, 65536, 1 << 20, 2 ** 30, 2 ** 31 - 1,
        -1, -2, -(2 ** 31)]
      for (let round = 0; round < 60; round++) {
        const reactor = new addon.reactor.Reactor()
        reactor.open(backend)
        const sockets = []
        for (let i = 0; i < 4; i++) {
          const [near, far] = sys.socketpair(c.AF_UNIX, c.SOCK_STREAM | c.SOCK_NONBLOCK, 0)
          sockets.push(far)
          addon.stream.adopt(reactor, near, 0, round % 2 === 0 && backend === 'epoll' ? 4 : 0)
          sys.send(far, Buffer.alloc(1000), 0)
        }
        const state = reactor.state()
        const records = reactor.records()
        const commands = new Int32Array(addon.stream.commands(reactor))
        const received = new Uint8Array(addon.stream.received(reactor))
        for (let time = 0; time < 40; time++) {
          for (let i = 0; i < 400; i++) commands[i] = random(3) === 0 ? pick(edges) : random(8)
          for (let i = 0; i < 64; i++) records[random(records.length)] = pick(edges)
          for (let i = 0; i < state.length; i++) if (random(3) === 0) state[i] = pick(edges)
          state[0] = pick([1, 10, 100, ...edges])
          received[random(received.length)] = 1
          attempt('round ' + round + '.' + time, () => random(2) === 0 ? reactor.flush() : reactor.turn(0))
          for (const far of sockets) {
            sys.send(far, Buffer.alloc(random(5000)), c.MSG_NOSIGNAL)
            sys.recv(far, Buffer.alloc(1 << 16), 0)
          }
        }
        // Newer versions of Node refuse to transfer memory of an addon's.
        if (round % 3 === 0) attempt('transfer ' + round, () => structuredClone(records, { transfer: [records.buffer] }))
        attempt('last turn ' + round, () => reactor.turn(0))
        reactor.close()
        for (const far of sockets) sys.close(far)
      }
      over()`,
        [backend],
      )
      expect(wrong).toEqual([])
    },
  )
})

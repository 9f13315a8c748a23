// What a message costs in system calls: strace counts them.

import { describe, expect, it } from 'vitest'
import { onDescriptor, perPiece, strace, times, traced, without } from '../multiplexer/traced'
import { kinds } from '../reactor/kinds'

const scene = `
  const { Reactor } = require('edgeloop')
  const sys = require('edgeloop/sys')
  const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } = sys.constants
  const [backend, trigger] = process.argv.slice(1)
  const reactor = new Reactor({ backend })
  const room = new Uint8Array(1 << 20)
  /** A socket of the reactor's, and the descriptor of its peer. */
  const pair = (socket) => {
    const [ours, theirs] = sys.socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)
    return [reactor.adopt(ours, { trigger, socket }), theirs]
  }
  const say = (fd, text = 'x') => sys.send(fd, Buffer.from(text))
  const hear = (fd) => Buffer.from(room.subarray(0, Math.max(0, sys.recv(fd, room)))).toString()
  const done = (...words) => { console.log(...words); reactor.close() }
  ;`

const waits: Record<string, string> = { select: 'pselect6', poll: 'ppoll', epoll: 'epoll_pwait2' }

describe.runIf(strace).each(kinds)(`on $name${without}`, (kind) => {
  const run = (script: string) => traced(scene + script, [kind.backend, kind.trigger])

  it('a message that is answered costs a wait, a receive and a send', async () => {
    const { output, calls } = await run(`
      const [socket, peer] = pair({ data: (socket, chunk) => socket.write(chunk) })
      const talk = () => { say(peer); reactor.turn(1000); return hear(peer) }
      let heard = talk()
      begin()
      for (let i = 0; i < 50; i++) heard += talk()
      end()
      done(socket.fd, heard.length)`)
    const [fd, heard] = output.split(' ').map(Number)
    expect(heard).toBe(51)
    expect(onDescriptor(calls, fd ?? -1)).toEqual({ recvfrom: 50, sendto: 50 })
    // One of each is the peer's.
    const wait = waits[kind.backend] ?? ''
    expect(perPiece(calls, 50)).toEqual({ [wait]: 1, recvfrom: 2, sendto: 2 })
    expect(times(calls, 'epoll_ctl')).toBe(0)
  })

  it('all that the handlers of a turn write to a socket leaves in one call', async () => {
    const { output, calls } = await run(`
      const [socket, peer] = pair({
        data(socket, chunk) {
          for (let i = 0; i < 10; i++) socket.write(String(i))
          socket.write(chunk)
          process.nextTick(() => socket.write('.'))
        },
      })
      const [, waker] = pair({ data: () => socket.write('!') })
      say(peer)
      say(waker)
      begin()
      reactor.turn(1000)
      end()
      reactor.turn(0)
      done(socket.fd, hear(peer))`)
    const [fd, heard] = output.split(' ')
    expect(heard?.replace('!', '')).toMatch(/^0123456789x\.?$/)
    expect(heard).toContain('!')
    expect(onDescriptor(calls, Number(fd))).toEqual({ recvfrom: 1, sendmsg: 1 })
  })

  it('what is written while the peer does not read costs no call, and leaves in one', async () => {
    const { output, calls } = await run(`
      const [socket, peer] = pair({ data: (socket, chunk) => socket.write(chunk) })
      const block = Buffer.alloc(50_000)
      while (socket.bufferedBytes === 0) { socket.write(block); reactor.turn(0) }
      let heard = 0
      const drain = () => { for (let text; (text = hear(peer)) !== '';) heard += text.length }
      begin()
      for (let i = 0; i < 20; i++) { socket.write('more'); reactor.turn(0) }
      drain()
      reactor.turn(1000)
      end()
      drain()
      done(socket.fd, heard === socket.bytesWritten)`)
    const [fd, whole] = output.split(' ')
    expect(whole).toBe('true')
    expect(onDescriptor(calls, Number(fd))).toEqual({ sendto: 1 })
  })

  it('datagrams sent one by one leave a turn in one call, as a batch does', async () => {
    const { output, calls } = await run(`
      const peer = sys.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK)
      sys.bind(peer, { address: '127.0.0.1', port: 0 })
      const { port } = sys.getsockname(peer)
      const socket = reactor.udp({ port: 0, trigger, data(bytes, rinfo, socket) {
        for (let i = 0; i < 20; i++) socket.send(bytes, rinfo)
      } })
      reactor.turn(0)
      sys.sendto(peer, Buffer.from('x'), 0, { address: '127.0.0.1', port: socket.port })
      begin()
      reactor.turn(1000)
      for (let i = 0; i < 20; i++) socket.send('y', port)
      reactor.turn(0)
      end()
      let heard = ''
      for (let text; (text = hear(peer)) !== '';) heard += text
      done(socket.fd, heard)`)
    const [fd, heard] = output.split(' ')
    expect(heard).toBe('x'.repeat(20) + 'y'.repeat(20))
    const { sendmmsg, sendto, sendmsg } = onDescriptor(calls, Number(fd))
    expect([sendmmsg, sendto, sendmsg]).toEqual([2, undefined, undefined])
  })

  it('a hundred datagrams that wait are received in a few calls', async () => {
    const { output, calls } = await run(`
      const peer = sys.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK)
      let heard = 0
      const socket = reactor.udp({ port: 0, trigger, batch: 64, data() { heard++ } })
      reactor.turn(0)
      sys.connect(peer, { address: '127.0.0.1', port: socket.port })
      for (let i = 0; i < 100; i++) say(peer)
      begin()
      while (heard < 100) reactor.turn(1000)
      end()
      done(socket.fd)`)
    const { recvmmsg = 0, ...others } = onDescriptor(calls, Number(output))
    expect(recvmmsg).toBeGreaterThan(0)
    expect(recvmmsg).toBeLessThan(15)
    expect(others).toEqual({})
  })
})

describe.runIf(strace).each(kinds)(`on $name, by the kernel’s whim${without}`, (kind) => {
  const run = (script: string, inject: string) =>
    traced(scene + script, [kind.backend, kind.trigger], ['-e', `inject=${inject}`])

  it.each(['ECONNABORTED', 'ENOMEM'])(
    'accept that fails with %s takes the next one',
    async (code) => {
      const { output } = await run(
        `
        let opened = 0
        const listener = reactor.listen({ port: 0, trigger, socket: {
          open() { opened++ },
          data: (socket, chunk) => socket.write(chunk),
        } })
        const peer = sys.socket(AF_INET, SOCK_STREAM)
        sys.connect(peer, { address: '127.0.0.1', port: listener.port })
        say(peer, 'served')
        for (let i = 0; i < 20 && opened === 0; i++) reactor.turn(1000)
        reactor.turn(1000)
        done(hear(peer), listener.closed)`,
        `accept4:error=${code}:when=1..2`,
      )
      expect(output).toBe('served false')
    },
  )

  it.each(['accept4', 'recvfrom', 'sendto', 'sendmsg'])(
    '%s that is interrupted goes on',
    async (call) => {
      const { output } = await run(
        `
      const listener = reactor.listen({ port: 0, trigger, socket: {
        data(socket, chunk) { socket.write(chunk); socket.write(' and') },
        drain: () => undefined,
      } })
      const peer = require('net').connect(listener.port, '127.0.0.1')
      peer.write('whole')
      let text = ''
      peer.on('data', (more) => {
        text += more
        if (text === 'whole and') peer.end()
      })
      peer.on('close', () => done(text))
      reactor.run()`,
        `${call}:error=EINTR:when=1..2`,
      )
      expect(output).toBe('whole and')
    },
  )
})

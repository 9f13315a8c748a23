// Every handler throws, under run(): each exception is told once, and nothing else of the turn is lost.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { kinds } from '../reactor/kinds'

/** How many sockets are told the same in one turn. */
const COUNT = 5

const scene = `
  const { Reactor } = require('edgeloop')
  const { open, close, constants } = require('edgeloop/sys')
  const net = require('net')
  const [backend, trigger] = process.argv.slice(1)
  const count = ${String(COUNT)}
  const calls = {}, uncaught = {}
  let look = () => undefined
  const note = (counts, name) => {
    counts[name] = (counts[name] ?? 0) + 1
    look()
  }
  process.on('uncaughtException', (error) => note(uncaught, error.message))
  const fail = (name) => {
    note(calls, name)
    throw new Error(name)
  }
  /** Waits until each of the names was told to so many. */
  const told = async (names, times = count) => {
    while (!names.every((name) => calls[name] >= times && uncaught[name] >= times)) {
      await new Promise((done) => { look = done })
    }
  }
  const result = () => {
    const names = Object.keys(calls).sort()
    const same = names.every((name) => calls[name] === uncaught[name]) && Object.keys(uncaught).length === names.length
    console.log(names.map((name) => name + ' ' + calls[name]).join(', '), same)
  }
  const reactor = new Reactor({ backend })
`

describe.each(kinds)('exceptions under run() on $name', (kind) => {
  const run = async (script: string): Promise<string> =>
    (
      await runScript(`${scene};(async () => {${script}; result(); reactor.close() })()`, {
        args: [kind.backend, kind.trigger],
      })
    ).output

  it('in open, data, drain, timeout, drop, end, error and close are told once each', async () => {
    const output = await run(`
      const sockets = []
      const listener = reactor.listen({ port: 0, trigger, highWaterMark: 1, maxConnections: count, socket: {
        open(socket) { sockets.push(socket); fail('open') },
        data(socket) { socket.write('answer'); fail('data') },
        drain() { fail('drain') },
        timeout() { fail('timeout') },
        drop() { fail('drop') },
        end(socket) { socket.destroy(new Error('made up')); fail('end') },
        error() { fail('error') },
        close() { fail('close') },
      } })
      reactor.run()
      const dial = () => net.connect(listener.port, '127.0.0.1').on('error', () => undefined)
      const peers = Array.from({ length: count }, dial)
      const answers = peers.map((peer) => new Promise((done) => peer.once('data', done)))
      await told(['open'])
      for (const peer of peers) peer.write('x')
      await told(['data', 'drain'])
      for (const answer of await Promise.all(answers)) if (String(answer) !== 'answer') throw new Error(answer)
      for (const socket of sockets) socket.setTimeout(5)
      await told(['timeout'])
      for (const socket of sockets) socket.setTimeout(0)
      const dropped = Array.from({ length: count }, dial)
      await told(['drop'])
      for (const peer of dropped) peer.destroy()
      for (const peer of peers) peer.end()
      await told(['end', 'error', 'close'])
    `)
    const names = ['close', 'data', 'drain', 'drop', 'end', 'error', 'open', 'timeout']
    expect(output).toBe(`${names.map((name) => `${name} ${String(COUNT)}`).join(', ')} true`)
  })

  it('in handle are told once each, and the bytes behind the descriptors come', async () => {
    const output = await run(`
      const path = '\\0edgeloop-exceptions-' + process.pid
      let bytes = 0
      reactor.listen({ path, trigger, handles: true, socket: {
        handle(socket, fds) { fds.forEach(close); fail('handle') },
        data(socket, chunk) { bytes += chunk.length; fail('data') },
      } })
      reactor.run()
      const fd = open('/dev/null', constants.O_RDONLY)
      const connect = () => reactor.connect({ path, trigger, socket: {} })
      const clients = await Promise.all(Array.from({ length: count }, connect))
      for (const client of clients) client.sendHandle(fd, 'with it')
      await told(['handle', 'data'])
      if (bytes !== 7 * count) throw new Error('bytes ' + bytes)
      close(fd)
    `)
    expect(output).toBe(`data ${String(COUNT)}, handle ${String(COUNT)} true`)
  })

  it('in the handlers of connect leave its promise as it is', async () => {
    const output = await run(`
      const listener = reactor.listen({ port: 0, trigger, socket: {} })
      const { port } = listener
      reactor.run()
      const socket = await reactor.connect({ port, trigger, socket: { open() { fail('open') }, close() { fail('close') } } })
      socket.destroy()
      await told(['open', 'close'], 1)
      listener.close()
      const refused = { error() { fail('error') }, close() { fail('close') } }
      const code = await reactor.connect({ port, trigger, socket: refused }).catch((error) => error.code)
      if (code !== 'ECONNREFUSED') throw new Error(code)
      await told(['error'], 1)
      await told(['close'], 2)
    `)
    expect(output).toBe('close 2, error 1, open 1 true')
  })

  it('in the handlers of datagram sockets are told once each', async () => {
    const output = await run(`
      const heard = []
      const receiver = reactor.udp({ path: '', trigger,
        open() { fail('open') },
        data(bytes) { heard.push(Number(Buffer.from(bytes))); fail('data') },
        close() { fail('close') },
      })
      const sender = reactor.udp({ path: '', trigger, highWaterMark: 10000, drain() { fail('drain') } })
      const lonely = reactor.udp({ port: 0, trigger, error() { fail('error') } })
      await sender.connect(receiver.path)
      let sent = 0
      while (sender.send(String(sent).padStart(100, '0'))) sent++
      reactor.run()
      await told(['open', 'drain'], 1)
      await told(['data'], sent)
      if (heard.some((number, i) => number !== i)) throw new Error('out of order')
      lonely.send('to nobody')
      await told(['error'], 1)
      receiver.close()
      await told(['close'], 1)
      calls.data = calls.data === sent && uncaught.data === sent ? 'each' : calls.data
      uncaught.data = calls.data
    `)
    expect(output).toBe('close 1, data each, drain 1, error 1, open 1 true')
  })
})

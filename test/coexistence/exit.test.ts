// The end of a process or of its script in the middle of a turn.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { runScript as runToAnyEnd } from '../sys/script'
import { backends } from '../reactor/kinds'

/** Has every handler called; the one that is named ends the process with 7. */
const everyHandler = `
  const { Reactor } = require('./dist')
  const net = require('net')
  const [backend, fatal] = [process.env.BACKEND, process.env.FATAL]
  const reactor = new Reactor({ backend })
  const seen = []
  const at = (name) => {
    if (name !== fatal) return
    process.stdout.write('at ' + name)
    end()
    process.stdout.write(' and beyond')
  }
  const end = process.env.HOW === 'throw'
    ? () => { throw new Error('deliberate') }
    : () => process.exit(7)
  const big = Buffer.alloc(8 << 20)
  const listener = reactor.listen({ port: 0, socket: {
    open() { at('open') },
    data(socket) { at('data'); socket.write(big) },
    drain(socket) { at('drain'); socket.end(); socket.write('late') },
    error() { at('error') },
    end() { at('end') },
    close() { at('close') },
  } })
  const [reader, writer] = sys.pipe2(constants.O_NONBLOCK)
  reactor.register(reader, { readable: true, once: true }, () => {
    at('register')
    Promise.resolve().then(() => at('promise'))
    process.nextTick(() => at('tick'))
  })
  sys.write(writer, Buffer.from('x'))
  const server = reactor.serve({ port: 0, handler(_, response) { at('http'); response.send('ok') } })
  reactor.connect({ port: server.port, socket: {
    open(socket) { at('connected'); socket.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n') },
  } })
  const peer = net.connect({ port: listener.port, allowHalfOpen: true })
  peer.on('error', () => undefined).on('data', () => undefined).on('end', () => peer.end())
  peer.write('x')
  reactor.run()
`

const places = [
  ...['register', 'tick', 'promise', 'open', 'data', 'drain', 'error', 'end', 'close'],
  ...['connected', 'http'],
]

async function endingIn(backend: string, place: string, how: 'exit' | 'throw') {
  const setting = `Object.assign(process.env, ${JSON.stringify({ BACKEND: backend, FATAL: place, HOW: how })})`
  return runToAnyEnd(setting + everyHandler)
}

describe.each(backends)('a process with a reactor on %s', (backend) => {
  it.each(places)('exits where process.exit() is called: %s', async (place) => {
    const { code, signal, stdout, stderr } = await endingIn(backend, place, 'exit')
    expect({ code, signal, stdout, stderr }).toEqual({
      code: 7,
      signal: null,
      stdout: `at ${place}`,
      stderr: '',
    })
  })

  it.each(places)('dies of an exception that nobody handles: %s', async (place) => {
    const { code, signal, stdout, stderr } = await endingIn(backend, place, 'throw')
    expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: `at ${place}` })
    expect(stderr).toContain('Error: deliberate')
  })

  it('ends by process.exit() in a handler of turn()', async () => {
    const { code, stdout } = await runToAnyEnd(`
      const { Reactor } = require('./dist')
      const reactor = new Reactor({ backend: '${backend}' })
      const [reader, writer] = sys.pipe2()
      sys.write(writer, Buffer.from('x'))
      reactor.register(reader, { readable: true }, () => process.exit(7))
      reactor.turn()
      console.log('beyond')`)
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' })
  })

  it('runs its exit handlers, in which the reactor can still be used', async () => {
    const { code, stdout } = await runToAnyEnd(`
      const { Reactor } = require('./dist')
      const reactor = new Reactor({ backend: '${backend}' })
      const [reader, writer] = sys.pipe2(constants.O_NONBLOCK)
      sys.write(writer, Buffer.from('x'))
      const registration = reactor.register(reader, { readable: true }, () => process.exit(7))
      process.on('exit', (code) => {
        registration.close()
        reactor.close()
        console.log('exit', code, reactor.closed)
      })
      reactor.run()`)
    expect({ code, stdout }).toEqual({ code: 7, stdout: 'exit 7 true' })
  })

  it('catches the time limit of a script that a handler runs, and goes on', async () => {
    const { output } = await runScript(
      `
      const vm = require('vm')
      const { Reactor } = require('edgeloop')
      const { pipe2, write, constants } = require('edgeloop/sys')
      const reactor = new Reactor({ backend: process.argv[1] })
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      write(writer, Buffer.from('x'))
      const seen = []
      process.on('uncaughtException', (error) => seen.push(error.code))
      let calls = 0
      // Left unread: it is announced in every turn.
      const registration = reactor.register(reader, { readable: true }, () => {
        if (++calls === 3) registration.close()
        vm.runInNewContext('for (;;);', {}, { timeout: 5 })
      })
      reactor.run().then(() => console.log(calls, seen.join(' ')))
      `,
      { args: [backend] },
    )
    expect(output).toBe(`3${' ERR_SCRIPT_EXECUTION_TIMEOUT'.repeat(3)}`)
  })

  it('turns within a script that has a time limit, which ends it afterwards', async () => {
    const { output } = await runScript(
      `
      const vm = require('vm')
      const { Reactor } = require('edgeloop')
      const { pipe2, write, constants } = require('edgeloop/sys')
      const reactor = new Reactor({ backend: process.argv[1] })
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      let calls = 0
      const registration = reactor.register(reader, { readable: true }, () => calls++)
      let code
      try {
        vm.runInNewContext('for (;;) reactor.turn(20)', { reactor }, { timeout: 50 })
      } catch (error) {
        code = error.code
      }
      write(writer, Buffer.from('x'))
      console.log(code, reactor.turn(), calls)
      `,
      { args: [backend] },
    )
    expect(output).toBe('ERR_SCRIPT_EXECUTION_TIMEOUT 1 1')
  })
})

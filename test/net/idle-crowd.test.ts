// Ten thousand connections that do nothing, and others that come and go beside them: nothing is left.

import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { type Kind, kinds } from '../reactor/kinds'

/** What this process may have, and its children with it: node raises the soft limit to the hard one. */
const limit =
  Number(execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) || Infinity

const WANTED = 10_000
/** Descriptors that are a process's own. */
const OWN = 100

/** select goes up to descriptor 1,023. */
const idle = ({ backend }: Kind): number =>
  backend === 'select' ? 900 : Math.min(WANTED, limit - OWN)

/** A turn of poll's looks at all that are idle. */
const visits = ({ backend }: Kind): string => (backend === 'poll' ? '50' : '1000')

/** By which a round may make the process grow: a hundred bytes for each would show; RSS has the collector's pages, too. */
const MOST = { heap: 1_000_000, rss: 8_000_000 }

const client = `
  const { createRequire } = require('node:module')
  const [root, port] = process.argv.slice(1)
  const sys = createRequire(root)('edgeloop/sys')
  const { AF_INET, SOCK_STREAM } = sys.constants
  const open = []
  // Each address of the loopback has ports of its own, of which closed connections keep theirs a while.
  const dial = (i) => {
    const fd = sys.socket(AF_INET, SOCK_STREAM)
    sys.bind(fd, { address: '127.0.0.' + (2 + (i % 32)), port: 0 })
    sys.connect(fd, { address: '127.0.0.1', port: Number(port) })
    return fd
  }
  const bytes = new Uint8Array(1)
  const work = {
    open: (i) => { open.push(dial(i)) },
    close: () => { sys.close(open.pop()) },
    visit: (i) => {
      const fd = dial(i)
      sys.send(fd, bytes)
      if (sys.recv(fd, bytes) !== 1) throw new Error('not served')
      sys.close(fd)
    },
  }
  require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
    const [word, count] = text.split(' ')
    for (let i = 0; i < Number(count); i++) work[word](i)
    process.stdout.write('done\\n')
  })
`

const server = `
  const { Reactor } = require('edgeloop')
  const fs = require('fs')
  const { spawn } = require('child_process')
  const [backend, trigger, count, visits, root, clientScript] = process.argv.slice(1)
  const most = ${JSON.stringify(MOST)}
  const descriptors = () => fs.readdirSync('/proc/self/fd').length
  const reactor = new Reactor({ backend })
  let opened = 0, closed = 0
  const listener = reactor.listen({ port: 0, backlog: 4096, trigger, socket: {
    open() { opened++ },
    data(socket, chunk) { socket.write(chunk) },
    close() { closed++ },
  } })
  reactor.run()
  const child = spawn(process.execPath, ['-e', clientScript, root, String(listener.port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ask = (text) => new Promise((done) => {
    child.stdout.once('data', done)
    child.stdin.write(text + '\\n')
  })
  /** With the reactor stopped: one turn then takes many, for each turn of poll's looks at all that are open. */
  const meanwhile = async (word, number) => {
    reactor.stop()
    await ask(word + ' ' + number)
    reactor.run()
  }
  const waiting = Math.min(2000, Number(fs.readFileSync('/proc/sys/net/core/somaxconn', 'utf8')) >> 1)
  const until = async (holds) => {
    while (!holds()) await new Promise((done) => setTimeout(done, 1))
  }
  const round = async () => {
    const begun = opened
    for (let some = 0; some < Number(count); some = opened - begun) {
      const wanted = Math.min(Number(count), some + waiting)
      await meanwhile('open', wanted - some)
      await until(() => opened - begun === wanted)
    }
    const open = opened - closed
    await ask('visit ' + visits)
    await until(() => opened - begun === Number(count) + Number(visits) && opened - closed === open)
    await meanwhile('close', count)
    await until(() => opened === closed)
    return open
  }
  const weigh = () => {
    for (let i = 0; i < 3; i++) gc()
    return { descriptors: descriptors(), memory: process.memoryUsage() }
  }
  ;(async () => {
    // The first rounds let tables grow to what they need, and the heap to its size.
    for (let i = 0; i < 2; i++) await round()
    let after = weigh()
    const first = after.descriptors
    let idle = 0
    const least = { heap: Infinity, rss: Infinity }
    // The collector and the compiler take what they need in some of the rounds; a leak is in each.
    for (let i = 0; i < 5 && (least.heap >= most.heap || least.rss >= most.rss); i++) {
      const before = after
      idle = await round()
      after = weigh()
      least.heap = Math.min(least.heap, after.memory.heapUsed - before.memory.heapUsed)
      least.rss = Math.min(least.rss, after.memory.rss - before.memory.rss)
    }
    const { sockets, backlogBytes } = reactor.stats()
    console.log(JSON.stringify({ idle, sockets, backlogBytes, leaked: after.descriptors - first, ...least }))
    child.stdin.end()
    reactor.close()
  })()
`

const root = require.resolve('../../package.json')

describe.each(kinds)('idle connections on $name', (kind) => {
  const count = idle(kind)
  const short = kind.backend !== 'select' && count < WANTED
  const name = `${String(count)} and churn beside them leave neither descriptors nor memory behind`
  const why = short ? ` (fewer: RLIMIT_NOFILE is ${String(limit)})` : ''

  it(name + why, { timeout: 240_000 }, async () => {
    const { output } = await runScript(server, {
      args: [kind.backend, kind.trigger, String(count), visits(kind), root, client],
      node: ['--expose-gc'],
    })
    const result = JSON.parse(output) as { heap: number; rss: number }
    expect(result).toMatchObject({ idle: count, sockets: 0, backlogBytes: 0, leaked: 0 })
    expect(result.heap).toBeLessThan(MOST.heap)
    expect(result.rss).toBeLessThan(MOST.rss)
  })
})

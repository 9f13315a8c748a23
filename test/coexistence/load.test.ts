// Node's own affairs beside a reactor that has all the work it can do.
//
// How late a timer is depends on the machine as well as on us: with other processes about, a timer of
// an idle Node is late, too. So each figure stands beside that of the same program on `node:net`, under
// the same load, and a round that went wrong for both is made again.

import { describe, expect, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { Conversation, inThread, loadEcho } from './load'

interface Report {
  /** Milliseconds that a 10 ms interval was late, at the 99th percentile. */
  late: number
  ticks: number
  begun: Record<string, number>
  done: Record<string, number>
  /** Of the work that was begun under load: done while it lasted. */
  meanwhile: Record<string, number>
  pending: number
}

/** An echo server, and all that Node does, until it hears a line; then everything is awaited. */
const work = `
  const backend = args[0]
  const { setImmediate: turn, setTimeout: sleep } = require('timers/promises')
  let end
  if (backend === 'node:net') {
    const server = require('net').createServer({ noDelay: true }, (socket) => {
      socket.on('data', (chunk) => socket.write(chunk)).on('error', () => undefined)
    })
    await new Promise((done) => server.listen(0, '127.0.0.1', done))
    say(server.address().port)
    end = () => server.close()
  } else {
    const { Reactor } = require('edgeloop')
    const reactor = new Reactor({ backend })
    const listener = reactor.listen({ port: 0, socket: { data(socket, chunk) { socket.write(chunk) } } })
    reactor.run()
    say(listener.port)
    end = () => reactor.close()
  }
  const web = require('http').createServer((_, answer) => answer.end('fetched'))
  await new Promise((done) => web.listen(0, '127.0.0.1', done))
  const url = 'http://127.0.0.1:' + web.address().port
  const { execFile } = require('child_process')
  const jobs = {
    readFile: () => require('fs').promises.readFile('/proc/self/stat'),
    lookup: () => require('dns').promises.lookup('localhost'),
    immediate: () => turn(),
    child: () => new Promise((done, fail) => execFile('true', (error) => error ? fail(error) : done())),
    fetch: () => fetch(url).then((answer) => answer.text()),
  }
  const begun = {}, done = {}
  let loaded = true
  const running = Object.entries(jobs).map(async ([name, job]) => {
    begun[name] = done[name] = 0
    while (loaded) {
      begun[name]++
      await job()
      done[name]++
    }
  })
  let pending = 1000
  for (let i = 0; i < 1000; i++) sleep(i % 500).then(() => turn()).then(() => pending--)
  const late = []
  let last = performance.now()
  const interval = setInterval(() => {
    const now = performance.now()
    late.push(now - last - 10)
    last = now
  }, 10)
  heard(async () => {
    loaded = false
    clearInterval(interval)
    late.sort((a, b) => a - b)
    const meanwhile = { ...done }
    const report = { late: late[Math.floor(late.length * 0.99)], ticks: late.length, begun, meanwhile, pending }
    await Promise.all(running)
    say({ ...report, done })
    end()
    web.close()
    process.exit(0)
  })`

async function underLoad(place: 'main thread' | 'Worker', server: string): Promise<Report> {
  const guest = new Conversation(inThread(place, work), [server])
  const load = await loadEcho(Number(await guest.hear()), '--duration', '1.5')
  guest.say('over')
  const report = (await guest.hear()) as Report
  expect(await guest.end()).toBe(0)
  expect(load.faults).toMatchObject({ total: 0 })
  // How many is the machine's affair: the generator asks again as soon as it is answered.
  expect(load.answers).toBeGreaterThan(0)
  return report
}

/** Whether something did not go on under the load. */
const starved = ({ ticks, pending, meanwhile }: Report): boolean =>
  ticks === 0 || pending > 0 || Object.values(meanwhile).includes(0)

const ATTEMPTS = 3

describe.each(backends)('beside a reactor on %s under full load', (backend) => {
  it.each(['main thread', 'Worker'] as const)(
    'all that Node does goes on, and timers keep their time, in the %s',
    { timeout: 120_000 },
    async (place) => {
      for (let attempt = 1; ; attempt++) {
        const report = await underLoad(place, backend)
        expect(report.done).toEqual(report.begun)
        if (report.late <= 20 && !starved(report)) break
        const control = await underLoad(place, 'node:net')
        if (report.late <= control.late + 20 && (!starved(report) || starved(control))) break
        expect(attempt, JSON.stringify({ report, control })).toBeLessThan(ATTEMPTS)
      }
    },
  )
})

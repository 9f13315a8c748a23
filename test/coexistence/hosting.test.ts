// What a hosted reactor costs Node's loop, and what the loop says of itself.

import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { strace, traced, without } from '../multiplexer/traced'
import { backends } from '../reactor/kinds'
import { Conversation, inThread, loadEcho } from './load'

interface Reading {
  /** What the loop says of itself: the part of the time in which it did not wait. */
  utilization: number
  /** The part of the time in which the process ran. */
  cpu: number
}

/** An echo server; each line that it hears begins a window or, the second time, ends it. */
const echoing = `
  const { performance } = require('perf_hooks')
  const process = require('process')
  const { Reactor } = require('edgeloop')
  const reactor = new Reactor({ backend: 'epoll' })
  const listener = reactor.listen({ port: 0, socket: { data(socket, chunk) { socket.write(chunk) } } })
  reactor.run()
  let before
  heard((line) => {
    if (line === 'begin') {
      before = { loop: performance.eventLoopUtilization(), cpu: process.cpuUsage(), at: performance.now() }
      say('begun')
    } else {
      const { user, system } = process.cpuUsage(before.cpu)
      say({
        utilization: performance.eventLoopUtilization(before.loop).utilization,
        cpu: (user + system) / 1000 / (performance.now() - before.at),
      })
    }
  })
  say(listener.port)`

async function reading(guest: Conversation, during: () => Promise<unknown>): Promise<Reading> {
  guest.say('begin')
  await guest.hear()
  await during()
  guest.say('end')
  return (await guest.hear()) as Reading
}

describe.each(['main thread', 'Worker'] as const)(
  'eventLoopUtilization, on epoll, in the %s',
  (place) => {
    // A process that waits for a core counts as busy to its loop: a round on a machine that is busy
    // with other things says nothing of ours, and another is made.
    const ROUNDS = 5

    it('is the true share of CPU while nothing happens', async () => {
      const guest = new Conversation(inThread(place, echoing))
      await guest.hear()
      const differences: number[] = []
      for (let round = 0; round < ROUNDS && !differences.some((value) => value <= 0.05); round++) {
        const { utilization, cpu } = await reading(
          guest,
          () => new Promise((done) => setTimeout(done, 500)),
        )
        differences.push(Math.abs(utilization - cpu))
      }
      await guest.end()
      expect(Math.min(...differences)).toBeLessThanOrEqual(0.05)
    })

    it('is below a half at a tenth of what it can serve', { timeout: 120_000 }, async () => {
      const guest = new Conversation(inThread(place, echoing))
      const port = Number(await guest.hear())
      const seen: number[] = []
      for (let round = 0; round < ROUNDS && !seen.some((value) => value < 0.5); round++) {
        const full = await loadEcho(port, '--duration', '0.5')
        const capacity = full.answers / full.windowSeconds
        const rate = String(Math.max(100, Math.floor(capacity / 10)))
        const { utilization } = await reading(guest, () =>
          loadEcho(port, '--rate', rate, '--duration', '1'),
        )
        seen.push(utilization)
      }
      await guest.end()
      expect(Math.min(...seen)).toBeLessThan(0.5)
    })
  },
)

describe.each(backends)('a hosted reactor on %s', (backend) => {
  it('with nothing registered makes no turn and no visit, however often the loop goes round', async () => {
    const { output } = await runScript(
      `
      const { setTimeout: sleep, setImmediate: turn } = require('timers/promises')
      const { performance } = require('perf_hooks')
      const { Reactor } = require('edgeloop')
      process.env.EDGELOOP_BACKEND = process.argv[1]
      ;(async () => {
        const reactor = Reactor.shared()
        await sleep(1)
        const before = reactor.stats()
        const loop = performance.eventLoopUtilization()
        for (let i = 0; i < 50; i++) await sleep(2)
        const { utilization } = performance.eventLoopUtilization(loop)
        for (let i = 0; i < 50; i++) await turn()
        const after = reactor.stats()
        console.log(reactor.backend, after.turns - before.turns, after.visits - before.visits,
          after.registered, utilization < 0.9)
      })()
      `,
      { args: [backend] },
    )
    expect(output).toBe(backend + ' 0 0 0 true')
  })

  it('keeps neither the process nor a handle of its own alive once run() is over', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const { pipe2, write, constants } = require('edgeloop/sys')
      const before = process.getActiveResourcesInfo().length
      const reactor = new Reactor({ backend: process.argv[1] })
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      const registration = reactor.register(reader, { readable: true }, () => registration.close())
      write(writer, Buffer.from('x'))
      reactor.run().then(() => {
        console.log(process.getActiveResourcesInfo().length - before)
      })
      `,
      { args: [backend] },
    )
    expect(output).toBe('0')
  })

  it('runs ticks, then promises, behind each turn and before the next', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const { pipe2, write, constants } = require('edgeloop/sys')
      const reactor = new Reactor({ backend: process.argv[1] })
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      write(writer, Buffer.from('x'))
      const order = []
      let turns = 0
      // Left unread: each turn announces it again, without libuv coming in between.
      const registration = reactor.register(reader, { readable: true }, () => {
        if (++turns === 200) registration.close()
        order.push('handler')
        Promise.resolve().then(() => order.push('promise')).then(() => order.push('chained'))
        queueMicrotask(() => process.nextTick(() => order.push('late tick')))
        process.nextTick(() => order.push('tick'))
      })
      reactor.run()
      process.on('exit', () => {
        const once = order.slice(0, 5).join(', ')
        const alike = Array.from({ length: turns }, (_, i) => order.slice(5 * i, 5 * i + 5).join(', '))
        console.log(turns, new Set(alike).size, once)
      })
      `,
      { args: [backend] },
    )
    expect(output).toBe('200 1 handler, tick, promise, chained, late tick')
  })

  it('awaits in a handler go on while turns follow each other without a pause', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const { pipe2, write, constants } = require('edgeloop/sys')
      const reactor = new Reactor({ backend: process.argv[1] })
      const [reader, writer] = pipe2(constants.O_NONBLOCK)
      write(writer, Buffer.from('x'))
      let turns = 0, awaited = 0
      const registration = reactor.register(reader, { readable: true }, async () => {
        turns++
        for (let i = 0; i < 100; i++) await null
        awaited++
        // All that earlier turns began is done when a later one has come so far.
        if (awaited !== turns) console.log('behind', awaited, turns)
        if (turns === 1000) registration.close()
      })
      reactor.run().then(() => console.log(turns, awaited))
      `,
      { args: [backend] },
    )
    expect(output).toBe('1000 1000')
  })
})

describe.runIf(strace).each(backends)('a reactor on %s without anything registered', (backend) => {
  it(`adds no system call to the rounds of the loop${without}`, async () => {
    const count = async (hosted: boolean): Promise<number> => {
      const { output, calls } = await traced(
        `
        const { Reactor } = require('edgeloop')
        const { setTimeout: sleep } = require('timers/promises')
        process.env.EDGELOOP_BACKEND = process.argv[1]
        const reactor = process.argv[2] === 'hosted' ? Reactor.shared() : undefined
        ;(async () => {
          await sleep(20)
          begin()
          for (let i = 0; i < 100; i++) await sleep(1)
          end()
          console.log(reactor?.backend)
        })()
        `,
        [backend, hosted ? 'hosted' : 'bare'],
      )
      expect(output).toBe(hosted ? backend : 'undefined')
      expect(calls.length).toBeGreaterThan(100)
      return calls.length
    }
    // A timer that is due on waking is served without waiting again, in either program: their counts
    // differ by a few either way. A call in each round would be a hundred.
    const few = 10
    const tries = [[await count(false), await count(true)]]
    while (tries.length < 5 && !tries.some(([bare = 0, hosted = 0]) => hosted <= bare + few)) {
      tries.push([await count(false), await count(true)])
    }
    expect(
      tries.some(([bare = 0, hosted = 0]) => hosted <= bare + few),
      JSON.stringify(tries),
    ).toBe(true)
  })
})

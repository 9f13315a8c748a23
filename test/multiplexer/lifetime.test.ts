// From construction to close, collection, or the end of a Worker.

import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { IN } from '../../lib'
import { dispose } from '../../lib/sys/dispose'
import { backends } from './backends'
import { runScript } from './child'
import { feed, pipe, soon, thrown, using } from './scene'

const classes = `const { Select, Poll, Epoll, IN } = require('edgeloop')
  const { pipe2, close, write } = require('edgeloop/sys')
  const make = () => new { select: Select, poll: Poll, epoll: Epoll }[process.argv[1]]()
  const open = () => require('fs').readdirSync('/proc/self/fd').length
  const turn = () => new Promise((resolve) => setImmediate(resolve))
`

describe.each(backends)('$name', ({ name, make }) => {
  it('has its name and is open at first', () => {
    const multiplexer = using(make())
    expect(multiplexer.name).toBe(name)
    expect(multiplexer.closed).toBe(false)
  })

  it('shows nothing of its inside', () => {
    const multiplexer = using(make())
    expect(inspect(multiplexer)).toBe(`${multiplexer.constructor.name} {}`)
    expect(Reflect.ownKeys(multiplexer)).toEqual([])
  })

  it('throws ERR_CLOSED from every method once closed', () => {
    const multiplexer = using(make())
    const [readEnd] = pipe()
    multiplexer.add(readEnd, IN)
    multiplexer.close()
    const out = new Int32Array(2)
    for (const call of [
      () => multiplexer.add(readEnd, IN),
      () => multiplexer.modify(readEnd, IN),
      () => multiplexer.remove(readEnd),
      () => multiplexer.has(readEnd),
      () => multiplexer.wait(0),
      () => multiplexer.wait(),
      () => multiplexer.waitInto(out),
      () => multiplexer.add(-1, 0.5),
    ]) {
      expect(thrown(call)).toMatchObject({ name: 'Error', code: 'ERR_CLOSED' })
    }
  })

  it('says that it is closed, keeps its name, and is empty', () => {
    const multiplexer = using(make())
    const [readEnd] = pipe()
    multiplexer.add(readEnd, IN)
    const { supports } = multiplexer
    multiplexer.close()
    expect(multiplexer.closed).toBe(true)
    expect(multiplexer.size).toBe(0)
    expect(multiplexer.name).toBe(name)
    expect(multiplexer.supports).toBe(supports)
  })

  it('may be closed twice', () => {
    const multiplexer = make()
    multiplexer.close()
    const others = [pipe(), pipe()] // One of them has the number that an epoll set had.
    multiplexer.close()
    for (const [, writeEnd] of others) feed(writeEnd)
  })

  it('leaves registered descriptors open when it is closed', () => {
    const multiplexer = make()
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    multiplexer.close()
    feed(writeEnd)
    const other = using(make())
    other.add(readEnd, IN)
    expect(soon(other)).toEqual({ [readEnd]: IN })
  })

  it('is closed by Symbol.dispose', () => {
    const multiplexer = make()
    multiplexer[dispose]()
    expect(multiplexer.closed).toBe(true)
    expect(dispose).toBe(Symbol.dispose)
  })

  it('allocates nothing in waitInto', async () => {
    const { output } = await runScript(
      `${classes}
      const { getHeapStatistics } = require('v8')
      const multiplexer = make()
      const [readEnd, writeEnd] = pipe2()
      write(writeEnd, Buffer.from('x'))
      multiplexer.add(readEnd, IN)
      const out = new Int32Array(64)
      const times = (count) => { for (let i = 0; i < count; i++) multiplexer.waitInto(out, 0) }
      times(300_000)
      gc()
      // What the compiler keeps for its code falls into one window or two; what a call takes, into each.
      const heap = []
      const native = []
      for (let window = 0; window < 7; window++) {
        const before = getHeapStatistics()
        times(100_000)
        const after = getHeapStatistics()
        heap.push(after.used_heap_size - before.used_heap_size)
        native.push(after.external_memory - before.external_memory)
      }
      const median = (figures) => figures.sort((a, b) => a - b)[3]
      console.log(median(heap) < 65_536 ? 'nothing' : median(heap), median(native))`,
      { args: [name], node: ['--expose-gc'] },
    )
    expect(output).toBe('nothing 0')
  })

  it('leaks neither memory nor descriptors when it is forgotten', async () => {
    const { output } = await runScript(
      `${classes}
      const round = async (count) => {
        for (let i = 0; i < count; i++) {
          const multiplexer = make()
          if (process.argv[1] === 'poll') for (let fd = 100; fd < 1100; fd++) multiplexer.add(fd, IN)
          multiplexer.wait(0, 100)
        }
        gc()
        await turn()
        gc()
        await turn()
      }
      ;(async () => {
        const descriptors = open()
        for (let i = 0; i < 4; i++) await round(250)
        // Of 16 rounds each; the collector takes what it needs in some, a leak is in each.
        let grown = Infinity
        for (let window = 0; window < 3 && grown >= 64 * 2 ** 20; window++) {
          const before = process.memoryUsage().rss
          for (let i = 0; i < 16; i++) await round(250)
          grown = Math.min(grown, process.memoryUsage().rss - before)
        }
        // The last one lay in a variable of the last round.
        for (let i = 0; i < 200 && open() > descriptors; i++) {
          gc()
          await turn()
        }
        console.log(grown < 64 * 2 ** 20 ? 'steady' : grown, open() - descriptors)
      })()`,
      { args: [name], node: ['--expose-gc'] },
    )
    expect(output).toBe('steady 0')
  })
})

describe('Workers', () => {
  it('load and leave, 64 of them, with sets that nobody closed, and leave no descriptor behind', async () => {
    const { output } = await runScript(
      `${classes}
      const { Worker } = require('worker_threads')
      const code = \`
        const { createRequire } = require('module')
        const load = createRequire(\${JSON.stringify(process.argv[2])})
        const { Select, Poll, Epoll, IN, select } = load('edgeloop')
        const { pipe2, write, close } = load('edgeloop/sys')
        const [readEnd, writeEnd] = pipe2()
        write(writeEnd, Buffer.from('x'))
        const sets = [Select, Poll, Epoll].map((Class) => new Class())
        for (const set of sets) {
          set.add(readEnd, IN)
          if (set.wait()[0].fd !== readEnd) throw new Error('not ready')
        }
        if (select([readEnd], [], [], 0).read[0] !== readEnd) throw new Error('not ready')
        close(readEnd)
        close(writeEnd)\`
      const run = () => new Promise((resolve, reject) => {
        new Worker(code, { eval: true }).on('error', reject).on('exit', resolve)
      })
      ;(async () => {
        await run()
        const before = open()
        for (let i = 0; i < 8; i++) {
          const codes = await Promise.all(Array.from({ length: 8 }, run))
          if (codes.some((code) => code !== 0)) console.log(codes)
        }
        console.log(open() - before)
      })()`,
      { args: ['epoll', path.resolve(__dirname, '../../package.json')] },
    )
    expect(output).toBe('0')
  })
})

// Signals, and kernels without epoll_pwait2: each in a process of its own.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { backends } from './backends'
import { runScript, startScript } from './child'

/** A process that waits `timeout` ms in one call while it is sent signals. Prints when it begins. */
const waiting = (name: string, timeout: string) => `
  const { Select, Poll, Epoll, IN } = require('edgeloop')
  const { writeSync } = require('fs')
  const multiplexer = new { select: Select, poll: Poll, epoll: Epoll }['${name}']()
  multiplexer.add(0, IN)
  let signals = 0
  process.on('SIGUSR1', () => signals++)
  writeSync(1, 'waiting\\n')
  const start = process.hrtime.bigint()
  const ready = multiplexer.wait(${timeout})
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  // The handler has its turn in Node's loop, which this wait held up: it ends once it has heard of one.
  setInterval(() => {
    if (signals === 0) return
    writeSync(1, JSON.stringify({ ready, ms }))
    process.exit()
  }, 10)`

interface Outcome {
  ready: { fd: number; events: number }[]
  ms: number
}

/** Runs it, sends a signal every 20 ms once the wait has begun, and after the last of so many a byte to read. */
async function interrupted(script: string, last = Infinity): Promise<Outcome> {
  const child = startScript(script)
  let output = ''
  let timer: NodeJS.Timeout | undefined
  let count = 0
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    timer ??= setInterval(() => {
      child.kill('SIGUSR1')
      if (++count === last) child.stdin?.write('x')
    }, 20)
  })
  const status = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(timer)
  expect(status).toBe(0)
  return JSON.parse(output.replace('waiting\n', '')) as Outcome
}

describe.each(backends)('$name', ({ name }) => {
  it('waits on after a signal with the time that is left', async () => {
    const { ready, ms } = await interrupted(waiting(name, '400.5'))
    expect(ready).toEqual([])
    expect(ms).toBeGreaterThanOrEqual(400.5)
  })

  it('waits on for ever after a signal, until something is ready', async () => {
    const { ready } = await interrupted(waiting(name, ''), 12)
    expect(ready).toEqual([{ fd: 0, events: 1 }])
  })
})

const without = ['-f', '-qq', '-e', 'trace=epoll_pwait2', '-e', 'inject=epoll_pwait2:error=ENOSYS']
const strace = spawnSync('strace', [...without, 'true']).status === 0

describe('Epoll on a kernel without epoll_pwait2', () => {
  const title = strace ? '' : ' (skipped: no strace here that can inject errors)'

  it.runIf(strace)(`waits in whole milliseconds, never less than asked for${title}`, async () => {
    const { output } = await runScript(
      `const { Epoll, IN } = require('edgeloop')
       const { pipe2, write } = require('edgeloop/sys')
       const { spawnSync, spawn } = require('child_process')
       const epoll = new Epoll()
       for (const ms of [0.1, 1.5, 7.000001, 20]) {
         const start = process.hrtime.bigint()
         const ready = epoll.wait(ms)
         const passed = Number(process.hrtime.bigint() - start) / 1e6
         if (ready.length > 0 || passed < ms) console.log('waited', passed, 'of', ms)
       }
       const [readEnd, writeEnd] = pipe2()
       epoll.add(readEnd, IN)
       spawn('sh', ['-c', 'sleep 0.1; echo x >&3'], { stdio: ['ignore', 1, 2, writeEnd] })
       for (const ms of [Number.MAX_VALUE, 2 ** 31, 1e300, 5]) {
         console.log(JSON.stringify(epoll.wait(ms)) === JSON.stringify([{ fd: readEnd, events: IN }]))
       }`,
      { under: ['strace', ...without, '-o', '/dev/null'] },
    )
    expect(output).toBe('true\ntrue\ntrue\ntrue')
  })
})

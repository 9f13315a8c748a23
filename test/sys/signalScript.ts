import { expect } from 'vitest'
import { runScript, type Ended } from './script'

/** For every script. Each thread that Node can have is made to exist first. */
const prelude = `
  const fs = require('node:fs')
  const { once } = require('node:events')
  const { spawn, spawnSync } = require('node:child_process')
  const { setTimeout: sleep } = require('node:timers/promises')
  const { Worker } = require('node:worker_threads')
  const crypto = require('node:crypto')
  await Promise.all(Array.from({ length: 4 }, () =>
    new Promise((done) => crypto.pbkdf2('a', 'b', 1000, 8, 'sha1', done))))
  const room = Buffer.alloc(128 * 64)
  const { SFD_NONBLOCK, SIGRTMIN, SIGUSR2 } = constants

  /** Reads until there are so many. */
  async function take(fd, count) {
    const out = []
    for (const end = Date.now() + 20000; out.length < count && Date.now() < end; ) {
      const size = sys.read(fd, room)
      if (size < 0) await sleep(1)
      else out.push(...sys.decodeSignalfdSiginfo(room.subarray(0, size)))
    }
    return out
  }
  /** The threads of this process that do not block a signal. */
  const unblocking = (signo) => fs.readdirSync('/proc/self/task').filter((tid) => {
    const status = fs.readFileSync('/proc/self/task/' + tid + '/status', 'utf8')
    return ((BigInt('0x' + /SigBlk:\\s*(\\w+)/.exec(status)[1]) >> BigInt(signo - 1)) & 1n) === 0n
  })
  const python = (script, ...args) => {
    const ended = spawnSync('python3', ['-c', script, String(process.pid), ...args.map(String)],
      { encoding: 'utf8' })
    assert.equal(ended.stderr, '')
    return ended
  }
  const toSelf = 'import os, sys; os.kill(int(sys.argv[1]), int(sys.argv[2]))'
  const queue = \`
import ctypes, sys
pid, signal, value, count = map(int, sys.argv[1:])
for value in range(value, value + count):
    assert ctypes.CDLL(None).sigqueue(pid, signal, ctypes.c_void_p(value)) == 0\`
  const toThread = \`
import ctypes, platform, sys
tgkill = 131 if platform.machine() == 'aarch64' else 234
assert ctypes.CDLL(None).syscall(tgkill, int(sys.argv[1]), int(sys.argv[3]), int(sys.argv[2])) == 0\`
  const worker = (body) => new Worker(\`
    const sys = require('./dist/sys')
    const { constants } = sys
    const { parentPort } = require('node:worker_threads')
    const room = Buffer.alloc(128 * 64)
    \${body}\`, { eval: true })
`

/** Runs a script with what the prelude gives it. */
export async function runWithSignals(source: string): Promise<Ended> {
  return runScript(prelude + source)
}

/** The script ends well, all of its assertions holding. */
export async function passes(source: string): Promise<void> {
  expect(await runWithSignals(source)).toMatchObject({ code: 0, signal: null, stderr: '' })
}

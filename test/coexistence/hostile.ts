// Values that a caller should not pass, and a process in which they are passed: it tells what it is
// about to call, so that a crash or a hang can be named.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { expect } from 'vitest'

const root = path.resolve(__dirname, '../../package.json')

/**
 * In the scripts: `hostile()` makes the table anew (some of it can be used only once), each a name and
 * a value; `attempt(name, call)` calls, and takes note of what is thrown that is no error.
 */
const prelude = `
  const fs = require('node:fs')
  const load = require('node:module').createRequire(${JSON.stringify(root)})
  const progress = fs.openSync(process.argv[1], 'w')
  let calls = 0, refused = 0
  const wrong = []

  class Deliberate extends Error {}
  const thrower = () => { throw new Deliberate('from within an argument') }
  const detached = (array) => { structuredClone(array, { transfer: [array.buffer] }); return array }
  const shrunk = (Kind) => {
    const buffer = new ArrayBuffer(64, { maxByteLength: 128 })
    const array = new Kind(buffer, 32, 4)
    buffer.resize(16)
    return array
  }
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }
  const trap = new Proxy({}, { get: (_, name) => name })

  const hostile = () => [
    ...[undefined, null, true, false, NaN, -0, 1, -1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31), 1e300, Infinity, -Infinity]
      .map((value) => [Object.is(value, -0) ? '-0' : String(value), value]),
    ['a bigint', 1n], ['a huge bigint', 2n ** 80n], ['a negative bigint', -(2n ** 64n)],
    ['a symbol', Symbol('hostile')], ["''", ''], ["'1'", '1'], ['a NUL', 'a\\0b'], ['half a pair', '\\ud800'],
    ['a huge string', 'x'.repeat(1 << 20)], ['a function', () => 1], ['a function that throws', thrower],
    ['a class', class {}], ['{}', {}], ['no prototype', Object.create(null)], ['[]', []],
    ['[,]', new Array(3)], ['[NaN]', [NaN]], ['[[]]', [[[]]]], ['a sparse array', Object.assign([], { 1000: 1 })],
    ['an array of length 2^32-1', (() => { const array = []; array.length = 2 ** 32 - 1; return array })()],
    ['an array with a getter', Object.defineProperty([1, 2], 0, { get: thrower })],
    ['valueOf throws', { valueOf: thrower, toString: thrower, [Symbol.toPrimitive]: thrower }],
    ['valueOf is a number', { valueOf: () => 7, toString: () => '7' }],
    ['all getters throw', new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower })],
    ['an iterable that throws', { [Symbol.iterator]: thrower, length: 3 }],
    ['every property is its name', trap],
    ['a proxy of a function', new Proxy(() => 1, { apply: thrower, construct: thrower })],
    ['a proxy of an array', new Proxy([1, 2, 3], { get: (array, name) => name === 'length' ? 1000 : array[name] })],
    ['a proxy of bytes', new Proxy(new Uint8Array(4), {})],
    ['a revoked proxy', revoked()], ['a date', new Date(NaN)], ['an expression', /x/g],
    ['a promise', Promise.resolve(1)], ['a map', new Map([[1, 2]])], ['an error', new Error('given')],
    ['thenable', { then: thrower }], ['a boxed number', Object(3)], ['a boxed string', Object('3')],
    ['no bytes', new Uint8Array(0)], ['bytes', new Uint8Array(16)], ['a buffer', Buffer.alloc(64)],
    ['an ArrayBuffer', new ArrayBuffer(8)], ['a SharedArrayBuffer', new SharedArrayBuffer(8)],
    ['shared bytes', new Uint8Array(new SharedArrayBuffer(16))], ['shared numbers', new Int32Array(new SharedArrayBuffer(16))],
    ['detached bytes', detached(new Uint8Array(16))], ['detached numbers', detached(new Int32Array(16))],
    ['bytes out of bounds', shrunk(Uint8Array)], ['numbers out of bounds', shrunk(Int32Array)],
    ['resizable bytes', new Uint8Array(new ArrayBuffer(16, { maxByteLength: 1 << 20 }))],
    ['numbers', new Int32Array(8)], ['wide numbers', new BigInt64Array(4)], ['floats', new Float64Array(4)],
    ['a view', new DataView(new ArrayBuffer(8))], ['misplaced bytes', new Uint8Array(new ArrayBuffer(17), 1, 15)],
    ['globalThis', globalThis],
  ]

  /** An error, of whatever realm. */
  const isError = (value) => Object.prototype.toString.call(value) === '[object Error]' || value instanceof Error
  const attempt = (name, call) => {
    calls++
    // With the count, for there are calls of one name: what stands there for long is one call.
    fs.writeSync(progress, (calls + ' ' + name).padEnd(200).slice(0, 200), 0)
    try {
      const result = call()
      if (result instanceof Promise) result.catch((error) => judge(name, error))
      return result
    } catch (error) {
      judge(name, error)
      return undefined
    }
  }
  const judge = (name, error) => {
    refused++
    // An argument that throws a value of its own may have it back.
    if (!isError(error) && wrong.length < 10) wrong.push(name + ' threw ' + typeof error)
  }
  process.on('unhandledRejection', (error) => judge('a promise', error))
  process.on('uncaughtException', (error) => judge('a handler', error))

  /** Numbers from 0 to n - 1, the same in each run. */
  let seed = 12345
  const random = (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * n)
  }
  const pick = (list) => list[random(list.length)]
  const over = () => {
    fs.writeSync(progress, JSON.stringify({ calls, refused, wrong }).padEnd(1000), 0)
    process.exit(0)
  }
  ;`

export interface Outcome {
  calls: number
  /** Calls that threw or rejected. */
  refused: number
  /** What was thrown that is no error. */
  wrong: string[]
}

/** How long one call may take before it counts as hung. */
const PATIENCE_MS = 20_000

/** Runs a script in a folder of its own; throws, naming the call, where it crashed or hung. */
export async function runHostile(script: string, args: readonly string[] = []): Promise<Outcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-hostile-'))
  const progress = path.join(folder, 'progress')
  const words = ['-e', prelude + script, progress, ...args]
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  let last = ''
  const look = setInterval(() => {
    const now = readFileSync(progress, 'latin1')
    if (now === last) child.kill('SIGKILL')
    last = now
  }, PATIENCE_MS)
  try {
    await once(child, 'close')
    const text = readFileSync(progress, 'utf8').trim()
    const how = child.signalCode ?? `exit code ${String(child.exitCode)}`
    expect(child.exitCode, `${how} in ${text}\n${complaint}`).toBe(0)
    return JSON.parse(text) as Outcome
  } finally {
    clearInterval(look)
    rmSync(folder, { recursive: true, force: true })
  }
}

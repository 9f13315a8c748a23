// What the scripts of misuse have in common: hostile options, methods called on what is no such object.

import { expect } from 'vitest'
import { type Outcome, runHostile } from './hostile'

const scene = `
  const { Reactor, Select, Poll, Epoll, select, poll } = load('edgeloop')
  const sys = load('edgeloop/sys')
  const { constants: c } = sys
  const backend = process.argv[2]
  const pipe = () => sys.pipe2(c.O_NONBLOCK)
  const full = () => {
    const [reader, writer] = pipe()
    sys.write(writer, Buffer.from('x'))
    sys.close(writer)
    return reader
  }
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
  /** What would wait for ever is not passed where a call waits. */
  const finite = () => hostile().filter(([, value]) => typeof value === 'object' && value !== null ||
    typeof value === 'string' || typeof value === 'symbol' || Object.is(value, NaN) || Object.is(value, -0) || value < -1)
  const methodsOf = (object) => {
    const names = new Set()
    for (let at = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Reflect.ownKeys(at)) if (name !== 'constructor') names.add(name)
    }
    return [...names]
  }
  /** Options with one of them hostile, and hostile ones instead of all. */
  const spoiled = (good, names) => [
    ...hostile(),
    ...names.flatMap((name) => hostile().map(([what, value]) => [name + ': ' + what, { ...good, [name]: value }])),
    ...names.map((name) => ['a getter of ' + name, Object.defineProperty({ ...good }, name, { get: thrower })]),
  ]
  /** Every method and getter of an object, called on what is no such object. */
  const misapplied = (label, object) => {
    for (const name of methodsOf(object)) {
      for (const [what, self] of hostile()) {
        attempt(label + '.' + String(name) + ' of ' + what, () => {
          const property = Reflect.get(Object.getPrototypeOf(object), name, self)
          return typeof property === 'function' ? property.call(self, 0, 0) : property
        })
      }
    }
  }
  const make = () => new Reactor({ backend })
  const broken = (error) => {
    console.error(error)
    process.exit(9)
  }
  const endings = async (reactor) => {
    for (let i = 0; i < 3; i++) attempt('turn', () => reactor.turn(0))
    reactor.run().catch(() => undefined)
    await sleep(20)
    reactor.close()
  }
`

/** Runs a script of attempts, of which many have to be refused, and none by what is no error. */
export async function assault(script: string, backend = 'epoll'): Promise<Outcome> {
  const outcome = await runHostile(`${scene};(async () => {${script}\n over() })().catch(broken)`, [
    backend,
  ])
  expect(outcome.wrong).toEqual([])
  expect(outcome.refused).toBeGreaterThan(50)
  return outcome
}

// @ts-check
// One thread waits for a device, a folder, a timer, signals and a process on the Reactor, and beside
// it serves with node:net and ticks with setInterval. Each in its own file.
//   node examples/reactor/side-by-side.mjs [FOLDER]

import process from 'node:process'
import { Reactor } from 'edgeloop'
import { watch as watchFolder } from './folder.mjs'
import { watch as watchProcess } from './process.mjs'
import { watch as watchServer } from './server.mjs'
import { watch as watchSignals } from './signals.mjs'
import { watch as watchThermometer } from './thermometer.mjs'
import { watch as watchTicks } from './ticks.mjs'

/**
 * Starts watching and answers how to end it.
 * @typedef {(reactor: Reactor, say: (who: string, what: string) => void) => () => void} Watch
 */

/** @type {Map<string, number>} */
const counts = new Map()
/** @param {string} who @param {string} what */
function say(who, what) {
  counts.set(who, (counts.get(who) ?? 0) + 1)
  console.log(who.padEnd(8), what)
}

// The thread's own reactor: no run(), it delivers as long as Node's loop goes round.
const reactor = Reactor.shared()
const watched = [
  watchThermometer,
  watchFolder,
  watchTicks,
  watchSignals,
  watchProcess,
  watchServer,
].map((watch) => watch(reactor, say))

const interval = setInterval(() => {
  say('node', [...counts].map(([who, count]) => `${who} ${String(count)}`).join(', '))
}, 1000)

console.log(`try: touch ${process.argv[2] ?? '.'}/file   end: Ctrl-C`)
process.once('SIGINT', () => {
  clearInterval(interval)
  for (const end of watched) end()
})

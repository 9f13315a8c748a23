// @ts-check
// Ticks that do not drift: the kernel counts them, also those that nobody had time for. timerfd_create(2).
//   node examples/timerfd/ticks.mjs [MILLISECONDS]

import process from 'node:process'
import { Reactor } from 'edgeloop'
import { close, constants, eventfd_read, timerfd_create, timerfd_settime } from 'edgeloop/sys'

const interval = Number(process.argv[2] ?? 1000)
const fd = timerfd_create(constants.CLOCK_MONOTONIC, constants.TFD_NONBLOCK)
const begin = performance.now()
timerfd_settime(fd, 0, { value: interval, interval })

let ticks = 0
const reactor = new Reactor()
reactor.register(fd, { readable: true }, () => {
  const expirations = Number(eventfd_read(fd))
  if (expirations === -constants.EAGAIN) return
  ticks += expirations
  const late = performance.now() - begin - ticks * interval
  console.log(
    `tick ${String(ticks)}, ${late.toFixed(1)} ms late, ${String(expirations - 1)} missed`,
  )
})
process.once('SIGINT', () => {
  reactor.stop()
})

console.log(`ticking every ${String(interval)} ms`)
console.log(`try: kill -STOP ${String(process.pid)}, and later -CONT   end: Ctrl-C`)
await reactor.run()
reactor.close()
close(fd)

// @ts-check
// Signals as data, with their senders, in the order of the loop: signalfd(2).
//   node examples/signals/signals.mjs

import process from 'node:process'
import { Reactor } from 'edgeloop'
import { close, constants, decodeSignalfdSiginfo, read, signalfd, sigprocmask } from 'edgeloop/sys'

const signals = /** @type {const} */ (['SIGHUP', 'SIGUSR2', 'SIGINT'])
const fd = signalfd(-1, signals, constants.SFD_NONBLOCK)

const reactor = new Reactor()
const room = new Uint8Array(16 * 128)
reactor.register(fd, { readable: true }, () => {
  const count = read(fd, room)
  if (count === -constants.EAGAIN) return
  for (const { signo, pid } of decodeSignalfdSiginfo(room.subarray(0, count))) {
    const name = signals.find((signal) => constants[signal] === signo) ?? signo
    console.log(`${String(name)} from process ${String(pid)}`)
    if (signo === constants.SIGINT) reactor.stop()
  }
})

console.log(`process ${String(process.pid)}`)
console.log(`try: kill -USR2 ${String(process.pid)}   end: Ctrl-C`)
await reactor.run()
reactor.close()
close(fd)
sigprocmask(constants.SIG_UNBLOCK, signals)

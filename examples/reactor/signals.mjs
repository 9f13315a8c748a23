// @ts-check
// Signals as data, with their senders: signalfd(2).

import process from 'node:process'
import { close, constants, decodeSignalfdSiginfo, read, signalfd, sigprocmask } from 'edgeloop/sys'
/** @import { Watch } from './side-by-side.mjs' */

/** @type {Watch} */
export function watch(reactor, say) {
  const fd = signalfd(-1, ['SIGUSR2'], constants.SFD_NONBLOCK)

  const room = new Uint8Array(16 * 128)
  const registration = reactor.register(fd, { readable: true }, () => {
    const count = read(fd, room)
    if (count === -constants.EAGAIN) return
    for (const { pid } of decodeSignalfdSiginfo(room.subarray(0, count))) {
      say('signal', `SIGUSR2 from process ${String(pid)}`)
    }
  })
  console.log(`try: kill -USR2 ${String(process.pid)}`)
  return () => {
    registration.close()
    close(fd)
    sigprocmask(constants.SIG_UNBLOCK, ['SIGUSR2'])
  }
}

// @ts-check
// A character device: a pseudoterminal that plays a thermometer on a serial line. pty(7).

import { close, constants, ioctl, open, read, write } from 'edgeloop/sys'
/** @import { Watch } from './side-by-side.mjs' */

const { O_RDWR, O_NOCTTY, O_NONBLOCK, O_CLOEXEC, TIOCSPTLCK, TIOCGPTPEER } = constants

/** @type {Watch} */
export function watch(reactor, say) {
  const flags = O_RDWR | O_NOCTTY | O_NONBLOCK
  const thermometer = open('/dev/ptmx', flags)
  ioctl(thermometer, TIOCSPTLCK, 0)
  const line = ioctl(thermometer, TIOCGPTPEER, flags | O_CLOEXEC)

  const room = Buffer.alloc(256)
  const registration = reactor.register(line, { readable: true }, () => {
    const count = read(line, room)
    if (count === -constants.EAGAIN) return
    say('device', room.toString('latin1', 0, count).trim())
  })
  const timer = setInterval(() => {
    write(thermometer, Buffer.from(`${(20 + Math.random()).toFixed(2)} C\n`))
  }, 250)
  return () => {
    clearInterval(timer)
    registration.close()
    close(line)
    close(thermometer)
  }
}

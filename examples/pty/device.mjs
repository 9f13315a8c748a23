// @ts-check
// Reads a character device as it speaks: a serial line, or a pseudoterminal in its place. pty(7).
//   node examples/pty/device.mjs [DEVICE]      for instance /dev/ttyUSB0

import process from 'node:process'
import { Reactor } from 'edgeloop'
import { close, constants, ioctl, open, read, write } from 'edgeloop/sys'

const { O_RDWR, O_NOCTTY, O_NONBLOCK, O_CLOEXEC, TIOCSPTLCK, TIOCGPTN, TIOCGPTPEER } = constants
const flags = O_RDWR | O_NOCTTY | O_NONBLOCK
const reactor = new Reactor()
const room = Buffer.alloc(4096)

/** @param {string} who @param {number} fd */
function listenTo(who, fd) {
  const registration = reactor.register(fd, { readable: true }, () => {
    try {
      const count = read(fd, room)
      if (count === -constants.EAGAIN) return
      if (count > 0) console.log(who, JSON.stringify(room.toString('latin1', 0, count)))
      else registration.close()
    } catch (error) {
      // EIO: hung up, or unplugged. Unheeded, it would be announced for ever.
      console.log(who, String(error))
      registration.close()
    }
  })
}

const device = process.argv[2]
/** @type {number[]} */
const fds = []
if (device !== undefined) {
  fds.push(open(device, flags))
  listenTo('the device says', Number(fds[0]))
} else {
  const main = open('/dev/ptmx', flags)
  ioctl(main, TIOCSPTLCK, 0)
  // Our own end of it, kept open: without one the other end hangs up.
  const terminal = ioctl(main, TIOCGPTPEER, flags | O_CLOEXEC)
  fds.push(main, terminal)
  listenTo('the device says', terminal)
  listenTo('the device hears', main) // a terminal echoes
  const path = `/dev/pts/${String(ioctl(main, TIOCGPTN))}`
  const timer = setInterval(() => {
    write(main, Buffer.from(`${(20 + Math.random()).toFixed(2)} C\n`))
  }, 250)
  process.once('SIGINT', () => {
    clearInterval(timer)
  })
  console.log(`${path} stands in for a thermometer`)
  console.log(`try: echo hello > ${path}   end: Ctrl-C`)
}
process.once('SIGINT', () => {
  reactor.stop()
})
await reactor.run()
reactor.close()
for (const fd of fds) close(fd)

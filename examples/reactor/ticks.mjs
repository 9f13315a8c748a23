// @ts-check
// Ticks of the kernel: timerfd_create(2).

import { close, constants, eventfd_read, timerfd_create, timerfd_settime } from 'edgeloop/sys'
/** @import { Watch } from './side-by-side.mjs' */

/** @type {Watch} */
export function watch(reactor, say) {
  const fd = timerfd_create(constants.CLOCK_MONOTONIC, constants.TFD_NONBLOCK)
  timerfd_settime(fd, 0, { value: 500, interval: 500 })

  let ticks = 0
  const registration = reactor.register(fd, { readable: true }, () => {
    const expirations = Number(eventfd_read(fd))
    if (expirations === -constants.EAGAIN) return
    ticks += expirations
    say('timer', `tick ${String(ticks)}`)
  })
  return () => {
    registration.close()
    close(fd)
  }
}

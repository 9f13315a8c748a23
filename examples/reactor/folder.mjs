// @ts-check
// What happens in a folder: inotify(7).

import process from 'node:process'
import {
  close,
  constants,
  decodeInotifyEvents,
  inotify_add_watch,
  inotify_init1,
  read,
} from 'edgeloop/sys'
/** @import { Watch } from './side-by-side.mjs' */

/** @type {Watch} */
export function watch(reactor, say) {
  const folder = process.argv[2] ?? '.'
  const fd = inotify_init1(constants.IN_NONBLOCK)
  inotify_add_watch(fd, folder, constants.IN_CREATE)

  const room = new Uint8Array(16 * 1024)
  const registration = reactor.register(fd, { readable: true }, () => {
    const count = read(fd, room)
    if (count === -constants.EAGAIN) return
    for (const { mask, name } of decodeInotifyEvents(room.subarray(0, count))) {
      const lost = (mask & constants.IN_Q_OVERFLOW) !== 0
      say('folder', lost ? 'events were lost' : `${name} was created in ${folder}`)
    }
  })
  return () => {
    registration.close()
    close(fd)
  }
}

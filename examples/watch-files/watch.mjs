// @ts-check
// Tells what happens in a folder: inotify(7).
//   node examples/watch-files/watch.mjs [FOLDER]

import process from 'node:process'
import { Reactor } from 'edgeloop'
import {
  close,
  constants,
  decodeInotifyEvents,
  inotify_add_watch,
  inotify_init1,
  read,
} from 'edgeloop/sys'

const { IN_NONBLOCK, IN_ISDIR, IN_Q_OVERFLOW, IN_IGNORED } = constants
const kinds = {
  [constants.IN_CREATE]: 'created',
  [constants.IN_CLOSE_WRITE]: 'written',
  [constants.IN_DELETE]: 'deleted',
  [constants.IN_MOVED_FROM]: 'moved away',
  [constants.IN_MOVED_TO]: 'moved here',
}
const mask = Object.keys(kinds).reduce((sum, kind) => sum | Number(kind), 0)

const folder = process.argv[2] ?? '.'
const fd = inotify_init1(IN_NONBLOCK)
inotify_add_watch(fd, folder, mask)

const reactor = new Reactor()
const room = new Uint8Array(64 * 1024)
reactor.register(fd, { readable: true }, () => {
  const count = read(fd, room)
  if (count === -constants.EAGAIN) return
  for (const event of decodeInotifyEvents(room.subarray(0, count))) {
    if (event.mask & IN_Q_OVERFLOW) console.log('events were lost: look at the folder anew')
    else if (event.mask & IN_IGNORED)
      reactor.stop() // the folder itself is gone
    else console.log(kinds[event.mask & ~IN_ISDIR], event.name)
  }
})
process.once('SIGINT', () => {
  reactor.stop()
})

console.log(`watching ${folder}`)
console.log(`try: touch ${folder}/file   end: Ctrl-C`)
await reactor.run()
reactor.close()
close(fd)

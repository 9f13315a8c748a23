// @ts-check
// The end of a process: pidfd_open(2).

import { spawn } from 'node:child_process'
import { close, pidfd_open } from 'edgeloop/sys'
/** @import { Watch } from './side-by-side.mjs' */

/** @type {Watch} */
export function watch(reactor, say) {
  const child = spawn('sleep', ['1'])
  if (child.pid === undefined) throw new Error('sleep could not be started')
  const fd = pidfd_open(child.pid)

  const registration = reactor.register(fd, { readable: true, once: true }, () => {
    say('process', `${String(child.pid)} has ended`)
  })
  return () => {
    child.kill()
    registration.close()
    close(fd)
  }
}

// @ts-check
// Waits for the end of any process, a child or not: pidfd_open(2).
//   node examples/child-exit/wait.mjs [PID]      without one it starts `sleep 3` and waits for that

import { spawn } from 'node:child_process'
import process from 'node:process'
import { Reactor } from 'edgeloop'
import { close, pidfd_open, SystemError } from 'edgeloop/sys'

const given = process.argv[2]
const pid = given === undefined ? spawn('sleep', ['3']).pid : Number(given)
if (pid === undefined) throw new Error('sleep could not be started')

/** @param {number} pid @returns {number | undefined} undefined: there is no such process any more */
function open(pid) {
  try {
    return pidfd_open(pid)
  } catch (error) {
    if (error instanceof SystemError && error.code === 'ESRCH') return undefined
    throw error
  }
}

const fd = open(pid)
if (fd === undefined) {
  console.log(`there is no process ${String(pid)}`)
} else {
  const reactor = new Reactor()
  reactor.register(fd, { readable: true, once: true }, () => {
    console.log(`process ${String(pid)} has ended`)
    reactor.stop()
  })
  process.once('SIGINT', () => {
    reactor.stop()
  })
  console.log(`waiting for process ${String(pid)}`)
  console.log(`try: kill ${String(pid)}   end: Ctrl-C`)
  await reactor.run()
  reactor.close()
  close(fd)
}

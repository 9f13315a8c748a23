// @ts-check
// Wakes a Worker that blocks in the kernel: eventfd(2), a counter with a descriptor.
//   node examples/wake-worker/wake.mjs [MILLISECONDS]

import { writeSync } from 'node:fs'
import process from 'node:process'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { close, constants, eventfd, eventfd_read, eventfd_write, poll } from 'edgeloop/sys'

if (isMainThread) {
  const jobs = eventfd(0, constants.EFD_NONBLOCK)
  const stop = eventfd(0, constants.EFD_NONBLOCK)
  const worker = new Worker(new URL(import.meta.url), { workerData: { jobs, stop } })
  const timer = setInterval(
    () => {
      eventfd_write(jobs, 1)
    },
    Number(process.argv[2] ?? 1000),
  )
  process.once('SIGINT', () => {
    clearInterval(timer)
    eventfd_write(stop, 1)
  })
  // The descriptors belong to the process, not to a thread: they are closed when nobody waits any more.
  worker.once('exit', () => {
    close(jobs)
    close(stop)
  })
  console.log('a job for the Worker now and then')
  console.log('try: watch it wake   end: Ctrl-C')
} else {
  /** @type {{ jobs: number, stop: number }} */
  const { jobs, stop } = workerData
  const entries = [jobs, stop].map((fd) => ({ fd, events: constants.POLLIN }))
  let done = 0
  // A thread with nothing else to do may block.
  while (!poll(entries).some(({ fd }) => fd === stop)) {
    const count = Number(eventfd_read(jobs)) // all at once, however many there were
    if (count === -constants.EAGAIN) continue
    done += count
    // console.log of a Worker goes through its loop, which does not go round here.
    writeSync(1, `the Worker woke for ${String(count)}, ${String(done)} in all\n`)
  }
}

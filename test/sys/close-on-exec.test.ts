// Descriptors that a call makes are not inherited by the programs that Node runs.

import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'

const { constants: k } = sys

/** What makes descriptors; `fcntl(F_DUPFD)` is the one that does as it is told. */
const makers: Record<string, () => number[]> = {
  accept4: () => {
    const listening = sys.socket(k.AF_INET, k.SOCK_STREAM)
    sys.bind(listening, { address: '127.0.0.1', port: 0 })
    sys.listen(listening)
    const client = sys.socket(k.AF_INET, k.SOCK_STREAM)
    sys.connect(client, sys.getsockname(listening))
    return [sys.accept4(listening), listening, client]
  },
  dup: () => {
    const [reader, writer] = sys.pipe2()
    return [sys.dup(reader), reader, writer]
  },
  epoll_create1: () => [sys.epoll_create1()],
  eventfd: () => [sys.eventfd()],
  inotify_init1: () => [sys.inotify_init1()],
  open: () => [sys.open('/dev/null', k.O_RDONLY)],
  pidfd_open: () => [sys.pidfd_open(process.pid)],
  pipe2: () => sys.pipe2(),
  recvmsg: () => {
    const [one, other] = sys.socketpair(k.AF_UNIX, k.SOCK_STREAM)
    sys.sendmsg(one, { buffers: [Buffer.from('x')], fds: [one] })
    const message = sys.recvmsg(other, { buffers: [Buffer.alloc(1)], maxFds: 1 })
    if (typeof message === 'number') throw new Error('nothing was received')
    return [...message.fds, one, other]
  },
  socket: () => [sys.socket(k.AF_INET, k.SOCK_STREAM)],
  socketpair: () => sys.socketpair(k.AF_UNIX, k.SOCK_STREAM),
  timerfd_create: () => [sys.timerfd_create(k.CLOCK_MONOTONIC)],
}

describe('close-on-exec', () => {
  it.each(Object.keys(makers))('is set on what %s makes', (name) => {
    const made = makers[name]?.() ?? []
    expect(made.length).toBeGreaterThan(0)
    for (const fd of made) {
      expect(sys.fcntl(fd, k.F_GETFD) & k.FD_CLOEXEC).toBe(k.FD_CLOEXEC)
      sys.close(fd)
    }
  })
})

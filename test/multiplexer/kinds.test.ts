// Every kind of descriptor through each of the three calls.

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Epoll, HUP, IN, OUT, PRI } from '../../lib'
import {
  accept4,
  constants,
  eventfd,
  eventfd_read,
  eventfd_write,
  inotify_add_watch,
  inotify_init1,
  ioctl,
  open,
  timerfd_create,
  timerfd_settime,
} from '../../lib/sys'
import { openPty } from '../sys/pty'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { tcpConnecting, tcpListener, tcpPair, udpPair, unixPair } from './network'
import { expectSystemError, drain, feed, keep, now, pipe, shut, soon, take, using } from './scene'

expectNoLeak()

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Something that can be made readable and quiet again. */
interface Readable {
  readonly fd: number
  readonly stir: () => void
  readonly calm: () => void
}

const pair = ([near, far]: [number, number]): Readable => ({
  fd: near,
  stir: () => feed(far, 'some words\n'),
  calm: () => drain(near),
})

function pty() {
  const { main, terminal } = openPty(constants.O_NONBLOCK)
  return { main: keep(main), terminal: keep(terminal) }
}

const kinds: Record<string, () => Readable> = {
  'a pipe': () => pair(pipe()),
  'a Unix stream socket': () => pair(unixPair('stream')),
  'a Unix datagram socket': () => pair(unixPair('dgram')),
  'a TCP connection': () => pair(tcpPair()),
  'a UDP socket': () => pair(udpPair()),
  'a listening TCP socket': () => {
    const { listener, port } = tcpListener()
    return {
      fd: listener,
      stir: () => tcpConnecting(port),
      calm: () => keep(accept4(listener)),
    }
  },
  'an eventfd': () => {
    const fd = keep(eventfd(0, constants.EFD_NONBLOCK))
    return { fd, stir: () => eventfd_write(fd, 3), calm: () => expect(eventfd_read(fd)).toBe(3n) }
  },
  'a timerfd': () => {
    const fd = keep(timerfd_create(constants.CLOCK_MONOTONIC, constants.TFD_NONBLOCK))
    return { fd, stir: () => timerfd_settime(fd, 0, { value: 5 }), calm: () => take(fd, 8) }
  },
  'an inotify instance': () => {
    const fd = keep(inotify_init1(constants.IN_NONBLOCK))
    const file = path.join(folder, 'watched')
    appendFileSync(file, 'a')
    inotify_add_watch(fd, file, constants.IN_MODIFY)
    return { fd, stir: () => appendFileSync(file, 'b'), calm: () => take(fd) }
  },
  'a terminal': () => {
    const { main, terminal } = pty()
    return pair([terminal, main])
  },
  "a terminal's emulator": () => {
    const { main, terminal } = pty()
    return pair([main, terminal])
  },
  'an epoll instance': () => {
    const inner = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    inner.add(readEnd, IN)
    return { fd: inner.fd, stir: () => feed(writeEnd), calm: () => drain(readEnd) }
  },
}

describe.each(backends)('$name', ({ name, make, shows }) => {
  it.each(Object.entries(kinds))('watches %s', (_, open) => {
    const multiplexer = using(make())
    const { fd, stir, calm } = open()
    multiplexer.add(fd, IN)
    for (let round = 0; round < 2; round++) {
      expect(now(multiplexer)).toEqual({})
      stir()
      expect(soon(multiplexer)).toEqual({ [fd]: IN })
      calm()
    }
    expect(now(multiplexer)).toEqual({})
  })

  it('watches all kinds at once', () => {
    const multiplexer = using(make())
    const all = Object.values(kinds).map((open) => open())
    for (const { fd } of all) multiplexer.add(fd, IN)
    expect(multiplexer.size).toBe(all.length)
    for (const { fd, stir, calm } of all) {
      stir()
      expect(soon(multiplexer)).toEqual({ [fd]: IN })
      calm()
    }
  })

  it('reports an eventfd as writable while its counter has room', () => {
    const multiplexer = using(make())
    const fd = keep(eventfd(0, constants.EFD_NONBLOCK))
    multiplexer.add(fd, IN | OUT)
    expect(soon(multiplexer)).toEqual({ [fd]: OUT })
    eventfd_write(fd, 2n ** 64n - 2n)
    expect(soon(multiplexer)).toEqual({ [fd]: IN })
    eventfd_read(fd)
    expect(soon(multiplexer)).toEqual({ [fd]: OUT })
  })

  it('reports a hang-up to the emulator when the last program left the terminal', () => {
    const multiplexer = using(make())
    const { main, terminal } = pty()
    multiplexer.add(main, IN)
    shut(terminal)
    expect(soon(multiplexer)).toEqual({ [main]: shows(HUP, IN) })
  })

  it('reports a change of the packet mode of a terminal as priority', () => {
    const multiplexer = using(make())
    const { main, terminal } = pty()
    ioctl(main, constants.TIOCPKT, 1)
    multiplexer.add(main, PRI)
    expect(now(multiplexer)).toEqual({})
    ioctl(terminal, constants.TCFLSH, constants.TCIOFLUSH)
    expect(soon(multiplexer)).toEqual({ [main]: PRI })
    take(main)
    expect(now(multiplexer)).toEqual({})
  })

  it.each([
    ['a regular file', __filename],
    ['/dev/null', '/dev/null'],
  ])('%s is always ready, or refused with EPERM by epoll', (_, file) => {
    const multiplexer = using(make())
    const fd = keep(open(file, constants.O_RDONLY))
    if (name === 'epoll') {
      const refused = { code: 'EPERM', errno: -1, syscall: 'epoll_ctl', fd }
      expectSystemError(() => multiplexer.add(fd, IN), refused)
      expect(multiplexer.has(fd)).toBe(false)
    } else {
      multiplexer.add(fd, IN | OUT)
      for (let i = 0; i < 2; i++) expect(soon(multiplexer)).toEqual({ [fd]: IN | OUT })
    }
  })
})

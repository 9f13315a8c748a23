import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import {
  close,
  constants,
  epoll_create1,
  epoll_ctl,
  epoll_wait,
  fcntl,
  open,
  pipe2,
  read,
  write,
} from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD } = constants
const { EPOLLET, EPOLLHUP, EPOLLIN, EPOLLOUT } = constants

describe('epoll', () => {
  expectNoLeak()
  const own = ownDescriptors()

  function pipe(content = ''): [readEnd: number, writeEnd: number] {
    const [readEnd, writeEnd] = pipe2()
    if (content !== '') write(writeEnd, Buffer.from(content))
    return [own(readEnd), own(writeEnd)]
  }

  describe('epoll_create1', () => {
    it('makes a descriptor that is close-on-exec, told so or not', () => {
      for (const flags of [undefined, 0, EPOLL_CLOEXEC]) {
        expect(fcntl(own(epoll_create1(flags)), constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
      }
    })

    it('leaves unknown flags for the kernel to refuse', () => {
      expectSystemError(() => epoll_create1(1), 'EINVAL', 'epoll_create1')
      expectRangeError(() => epoll_create1(0.5), 'flags')
      expectTypeError(() => Reflect.apply(epoll_create1, null, ['1']) as unknown, 'flags')
    })
  })

  describe('epoll_ctl', () => {
    it('adds, modifies and deletes', () => {
      const epfd = own(epoll_create1())
      const [readEnd] = pipe('x')
      epoll_ctl(epfd, EPOLL_CTL_ADD, readEnd, EPOLLIN)
      expect(epoll_wait(epfd, 8, 0)).toEqual([{ fd: readEnd, events: EPOLLIN }])
      epoll_ctl(epfd, EPOLL_CTL_MOD, readEnd, EPOLLOUT)
      expect(epoll_wait(epfd, 8, 0)).toEqual([])
      epoll_ctl(epfd, EPOLL_CTL_DEL, readEnd)
      expectSystemError(() => epoll_ctl(epfd, EPOLL_CTL_DEL, readEnd), 'ENOENT', 'epoll_ctl')
    })

    it('takes events signed or unsigned', () => {
      const epfd = own(epoll_create1())
      const [readEnd] = pipe('x')
      for (const events of [EPOLLIN | EPOLLET, EPOLLIN + EPOLLET]) {
        epoll_ctl(epfd, EPOLL_CTL_ADD, readEnd, events)
        expect(epoll_wait(epfd, 8, 0)).toEqual([{ fd: readEnd, events: EPOLLIN }])
        expect(epoll_wait(epfd, 8, 0)).toEqual([])
        epoll_ctl(epfd, EPOLL_CTL_DEL, readEnd)
      }
    })

    it('reports what the kernel refuses', () => {
      const epfd = own(epoll_create1())
      const [readEnd] = pipe()
      const file = own(open(__filename, constants.O_RDONLY))
      const add = (set: number, fd: number) => () => epoll_ctl(set, EPOLL_CTL_ADD, fd, EPOLLIN)
      epoll_ctl(epfd, EPOLL_CTL_ADD, readEnd, EPOLLIN)
      expect(expectSystemError(add(epfd, readEnd), 'EEXIST', 'epoll_ctl').fd).toBe(readEnd)
      expectSystemError(add(epfd, file), 'EPERM', 'epoll_ctl')
      expectSystemError(add(epfd, epfd), 'EINVAL', 'epoll_ctl')
      expectSystemError(add(readEnd, epfd), 'EINVAL', 'epoll_ctl')
      expectSystemError(add(epfd, 2 ** 31 - 1), 'EBADF', 'epoll_ctl')
      expectSystemError(() => epoll_ctl(epfd, 99, readEnd, 0), 'EINVAL', 'epoll_ctl')
    })

    it('refuses what is no number in range', () => {
      for (const bad of [-1, NaN, 0.5, 2 ** 31]) {
        expectRangeError(() => epoll_ctl(bad, EPOLL_CTL_ADD, 0, 0), 'epfd')
        expectRangeError(() => epoll_ctl(0, EPOLL_CTL_ADD, bad, 0), 'fd')
      }
      expectRangeError(() => epoll_ctl(0, 0.5, 0, 0), 'op')
      expectRangeError(() => epoll_ctl(0, EPOLL_CTL_ADD, 0, 2 ** 32), 'events')
      for (const [i, name] of ['epfd', 'op', 'fd', 'events'].entries()) {
        const args: unknown[] = [0, EPOLL_CTL_ADD, 0, 0]
        args[i] = '0'
        expectTypeError(() => Reflect.apply(epoll_ctl, null, args) as unknown, name)
      }
    })
  })

  describe('epoll_wait', () => {
    it('answers at most as many as asked for, and the others the next time', () => {
      const epfd = own(epoll_create1())
      const ends = [pipe('x'), pipe('x'), pipe('x')].map(([readEnd]) => readEnd)
      for (const fd of ends) epoll_ctl(epfd, EPOLL_CTL_ADD, fd, EPOLLIN)
      const seen = [...epoll_wait(epfd, 2, 0), ...epoll_wait(epfd, 1, 0)]
      expect(seen.map(({ fd }) => fd).sort((a, b) => a - b)).toEqual(ends)
      expect(epoll_wait(epfd, 2 ** 31 - 1, 0)).toHaveLength(3)
    })

    it('reports the hang-up of a pipe unasked', () => {
      const epfd = own(epoll_create1())
      const [readEnd, writeEnd] = pipe2()
      epoll_ctl(epfd, EPOLL_CTL_ADD, own(readEnd))
      close(writeEnd)
      expect(epoll_wait(epfd, 1)).toEqual([{ fd: readEnd, events: EPOLLHUP }])
      expect(read(readEnd, Buffer.alloc(1))).toBe(0)
    })

    it.each([0.4, 12.5])('waits %d ms and not less', (ms) => {
      const epfd = own(epoll_create1())
      const start = performance.now()
      expect(epoll_wait(epfd, 1, ms)).toEqual([])
      expect(performance.now() - start).toBeGreaterThanOrEqual(ms)
    })

    it('fails with EBADF and EINVAL for what is no epoll instance', () => {
      const [readEnd] = pipe()
      expectSystemError(() => epoll_wait(2 ** 31 - 1, 1, 0), 'EBADF', 'epoll_wait')
      expectSystemError(() => epoll_wait(readEnd, 1, 0), 'EINVAL', 'epoll_wait')
    })

    it('refuses what is no number in range', () => {
      const epfd = own(epoll_create1())
      for (const most of [0, -1, NaN, 0.5, 2 ** 31]) {
        expectRangeError(() => epoll_wait(epfd, most, 0), 'maxEvents')
      }
      for (const timeout of [NaN, -2, -0.5]) {
        expectRangeError(() => epoll_wait(epfd, 1, timeout), 'timeout')
      }
      expectTypeError(() => Reflect.apply(epoll_wait, null, [epfd]) as unknown, 'maxEvents')
      expectTypeError(() => Reflect.apply(epoll_wait, null, [epfd, 1, '0']) as unknown, 'timeout')
    })
  })
})

import os from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  close,
  constants,
  eventfd,
  eventfd_read,
  eventfd_write,
  fcntl,
  pipe2,
  read,
  write,
} from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

describe('eventfd', () => {
  expectNoLeak()
  const own = ownDescriptors()

  it('begins with the value given', () => {
    expect(eventfd_read(own(eventfd(2 ** 32 - 1)))).toBe(4294967295n)
  })

  it('adds up what is written and is 0 once read', () => {
    const fd = own(eventfd(0, constants.EFD_NONBLOCK))
    expect(eventfd_write(fd, 3)).toBe(0)
    expect(eventfd_write(fd, 4n)).toBe(0)
    expect(eventfd_read(fd)).toBe(7n)
    expect(eventfd_read(fd)).toBe(-constants.EAGAIN)
  })

  it('counts down by one as a semaphore', () => {
    const fd = own(eventfd(2, constants.EFD_SEMAPHORE | constants.EFD_NONBLOCK))
    expect([eventfd_read(fd), eventfd_read(fd), eventfd_read(fd)]).toEqual([
      1n,
      1n,
      -constants.EAGAIN,
    ])
  })

  it('carries all 64 bits, and answers -EAGAIN when they are full', () => {
    const fd = own(eventfd(0, constants.EFD_NONBLOCK))
    const most = 2n ** 64n - 2n
    expect(eventfd_write(fd, most)).toBe(0)
    expect(eventfd_write(fd, 1)).toBe(-constants.EAGAIN)
    expect(eventfd_write(fd, 0)).toBe(0)
    expect(eventfd_read(fd)).toBe(most)
  })

  it('is read and written by read and write too, as 8 bytes in host order', () => {
    const fd = own(eventfd())
    const counter = new BigUint64Array([5n])
    const bytes = new Uint8Array(counter.buffer)
    expect(write(fd, bytes)).toBe(8)
    counter[0] = 0n
    expect(read(fd, bytes)).toBe(8)
    expect(counter[0]).toBe(5n)
    expect(bytes[os.endianness() === 'LE' ? 0 : 7]).toBe(5)
    expectSystemError(() => read(fd, Buffer.alloc(7)), 'EINVAL', 'read')
  })

  it('is close-on-exec', () => {
    expect(fcntl(own(eventfd()), constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('throws EBADF once closed, and EINVAL for what is no counter', () => {
    const fd = eventfd()
    close(fd)
    expectSystemError(() => eventfd_read(fd), 'EBADF', 'read')
    expect(expectSystemError(() => eventfd_write(fd, 1), 'EBADF', 'write').fd).toBe(fd)
    const [reader, writer] = pipe2()
    own(reader)
    own(writer)
    write(writer, Buffer.from('x'))
    expectSystemError(() => eventfd_read(reader), 'EINVAL', 'read')
  })

  it('refuses values and flags out of range', () => {
    const fd = own(eventfd())
    expectSystemError(() => eventfd(0, 4), 'EINVAL', 'eventfd')
    for (const initial of [-1, 2 ** 32, 0.5, NaN])
      expectRangeError(() => eventfd(initial), 'initval')
    for (const value of [-1, 0.5, NaN, 2 ** 53, -1n, 2n ** 64n - 1n, 2n ** 64n]) {
      expectRangeError(() => eventfd_write(fd, value), 'value')
    }
    expectTypeError(() => eventfd('1' as never), 'initval')
    expectTypeError(() => eventfd_write(fd, '1' as never), 'value')
    expectTypeError(() => eventfd_write(fd, undefined as never), 'value')
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { close, constants, fcntl, open, pipe2, read, write } from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

describe('fcntl', () => {
  expectNoLeak()
  const own = ownDescriptors()

  function pipe(): [number, number] {
    const [reader, writer] = pipe2()
    return [own(reader), own(writer)]
  }

  it('F_SETFL sets O_NONBLOCK, and F_GETFL tells it', () => {
    const [reader] = pipe()
    const flags = fcntl(reader, constants.F_GETFL)
    expect(flags & constants.O_ACCMODE).toBe(constants.O_RDONLY)
    expect(fcntl(reader, constants.F_SETFL, flags | constants.O_NONBLOCK)).toBe(0)
    expect(fcntl(reader, constants.F_GETFL)).toBe(flags | constants.O_NONBLOCK)
    expect(read(reader, Buffer.alloc(1))).toBe(-constants.EAGAIN)
  })

  it('F_SETFL sets and clears O_ASYNC', () => {
    const [reader] = pipe()
    fcntl(reader, constants.F_SETFL, constants.O_ASYNC)
    expect(fcntl(reader, constants.F_GETFL) & constants.O_ASYNC).toBe(constants.O_ASYNC)
    fcntl(reader, constants.F_SETFL, 0)
    expect(fcntl(reader, constants.F_GETFL) & constants.O_ASYNC).toBe(0)
  })

  it('F_SETFD clears and sets close-on-exec', () => {
    const [reader] = pipe()
    fcntl(reader, constants.F_SETFD, 0)
    expect(fcntl(reader, constants.F_GETFD)).toBe(0)
    fcntl(reader, constants.F_SETFD, constants.FD_CLOEXEC)
    expect(fcntl(reader, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('F_DUPFD and F_DUPFD_CLOEXEC answer a descriptor from the number on that is asked for', () => {
    const [reader] = pipe()
    const plain = own(fcntl(reader, constants.F_DUPFD, 200))
    const closing = own(fcntl(reader, constants.F_DUPFD_CLOEXEC, 200))
    expect(plain).toBeGreaterThanOrEqual(200)
    expect(closing).toBeGreaterThan(plain)
    expect(fcntl(plain, constants.F_GETFD)).toBe(0)
    expect(fcntl(closing, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('F_GETOWN answers the process, or the process group as a negative number', () => {
    const [reader] = pipe()
    expect(fcntl(reader, constants.F_GETOWN)).toBe(0)
    expect(fcntl(reader, constants.F_SETOWN, process.pid)).toBe(0)
    expect(fcntl(reader, constants.F_GETOWN)).toBe(process.pid)
    const group = processGroup()
    fcntl(reader, constants.F_SETOWN, -group)
    expect(fcntl(reader, constants.F_GETOWN)).toBe(-group)
  })

  it('F_SETSIG chooses the signal, and F_GETSIG tells it', () => {
    const [reader] = pipe()
    expect(fcntl(reader, constants.F_GETSIG)).toBe(0)
    fcntl(reader, constants.F_SETSIG, constants.SIGRTMIN + 1)
    expect(fcntl(reader, constants.F_GETSIG)).toBe(constants.SIGRTMIN + 1)
    expectSystemError(() => fcntl(reader, constants.F_SETSIG, 65), 'EINVAL', 'fcntl')
  })

  it('F_SETPIPE_SZ answers the size that the kernel made of it', () => {
    const [reader, writer] = pipe()
    const size = fcntl(reader, constants.F_SETPIPE_SZ, 5000)
    expect(size).toBeGreaterThanOrEqual(5000)
    expect(fcntl(writer, constants.F_GETPIPE_SZ)).toBe(size)
    write(writer, Buffer.alloc(size))
    expectSystemError(() => fcntl(reader, constants.F_SETPIPE_SZ, 1), 'EBUSY', 'fcntl')
  })

  it('throws EBADF for a closed descriptor', () => {
    const fd = open('/dev/null', constants.O_RDONLY)
    close(fd)
    expect(expectSystemError(() => fcntl(fd, constants.F_GETFL), 'EBADF', 'fcntl').fd).toBe(fd)
    expectSystemError(() => fcntl(fd, constants.F_GETOWN), 'EBADF', 'fcntl')
  })

  it('refuses a command whose argument is a structure, or that it does not know', () => {
    const [reader] = pipe()
    const F_SETLK = 6
    const F_OFD_GETLK = 36
    const F_SETOWN_EX = 15
    for (const command of [F_SETLK, F_OFD_GETLK, F_SETOWN_EX, 99999, -1]) {
      expectRangeError(() => fcntl(reader, command), 'cmd')
    }
  })

  it('refuses what is no number', () => {
    const [reader] = pipe()
    expectTypeError(() => fcntl('0' as never, constants.F_GETFL), 'fd')
    expectTypeError(() => fcntl(reader, undefined as never), 'cmd')
    expectRangeError(() => fcntl(reader, NaN), 'cmd')
    expectTypeError(() => fcntl(reader, constants.F_SETFL, 'O_NONBLOCK' as never), 'arg')
    expectRangeError(() => fcntl(reader, constants.F_SETFL, 2 ** 40), 'arg')
  })
})

function processGroup(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
}

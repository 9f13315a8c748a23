import fs from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { close, constants, fcntl, fstat, ioctl, open, pipe2, read, write } from '../../lib/sys'
import { temporaryFolder } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'
import { openPty } from './pty'

describe('ioctl', () => {
  expectNoLeak()
  const temporary = temporaryFolder()

  const opened: number[] = []
  afterEach(() => {
    for (const fd of opened.splice(0)) close(fd)
  })

  function pipe(): [number, number] {
    const ends = pipe2()
    opened.push(...ends)
    return ends
  }

  function pty() {
    const made = openPty()
    opened.push(made.main, made.terminal)
    return made
  }

  it('FIONREAD answers the bytes that can be read', () => {
    const [reader, writer] = pipe()
    expect(ioctl(reader, constants.FIONREAD)).toBe(0)
    write(writer, Buffer.from('seven b'))
    expect(ioctl(reader, constants.FIONREAD)).toBe(7)
    read(reader, Buffer.alloc(3))
    expect(ioctl(reader, constants.FIONREAD)).toBe(4)
  })

  it('FIONREAD of a regular file answers what is left of it', () => {
    const fd = open(__filename, constants.O_RDONLY)
    opened.push(fd)
    read(fd, Buffer.alloc(100))
    expect(ioctl(fd, constants.FIONREAD)).toBe(fstat(fd).size - 100)
  })

  it('FIONREAD is negative beyond the end of a file, and no error', () => {
    const fd = open(temporary('short'), constants.O_RDWR | constants.O_CREAT)
    opened.push(fd)
    write(fd, Buffer.alloc(10))
    fs.ftruncateSync(fd, 4)
    expect(ioctl(fd, constants.FIONREAD)).toBe(-6)
  })

  it('FIONBIO sets and clears O_NONBLOCK', () => {
    const [reader] = pipe()
    expect(ioctl(reader, constants.FIONBIO, 1)).toBe(0)
    expect(fcntl(reader, constants.F_GETFL) & constants.O_NONBLOCK).toBe(constants.O_NONBLOCK)
    expect(read(reader, Buffer.alloc(1))).toBe(-constants.EAGAIN)
    ioctl(reader, constants.FIONBIO, 0)
    expect(fcntl(reader, constants.F_GETFL) & constants.O_NONBLOCK).toBe(0)
  })

  it('FIOCLEX and FIONCLEX, without an argument, set and clear close-on-exec', () => {
    const [reader] = pipe()
    expect(ioctl(reader, constants.FIONCLEX)).toBe(0)
    expect(fcntl(reader, constants.F_GETFD)).toBe(0)
    ioctl(reader, constants.FIOCLEX)
    expect(fcntl(reader, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('unlocks a pseudoterminal, tells its number, and opens its other end', () => {
    const { main, terminal, number } = pty()
    expect(ioctl(main, constants.TIOCGPTLCK)).toBe(0)
    expect(number).toBeGreaterThanOrEqual(0)
    expect(fstat(terminal).mode & constants.S_IFMT).toBe(constants.S_IFCHR)
    ioctl(main, constants.TIOCSPTLCK, 1)
    expect(ioctl(main, constants.TIOCGPTLCK)).toBe(1)
  })

  it('a line written to a pseudoterminal arrives at its other end, FIONREAD telling its length', async () => {
    const { main, terminal } = pty()
    write(main, Buffer.from('hello\n'))
    const line = Buffer.alloc(20)
    await expect.poll(() => ioctl(terminal, constants.FIONREAD), { timeout: 20_000 }).toBe(6)
    expect(line.toString('utf8', 0, read(terminal, line))).toBe('hello\n')
  })

  it('TIOCOUTQ is 0 where all has been sent', () => {
    const { terminal } = pty()
    expect(ioctl(terminal, constants.TIOCOUTQ)).toBe(0)
  })

  it('takes a request signed or unsigned', () => {
    const { main, number } = pty()
    expect(constants.TIOCGPTN).toBeGreaterThan(2 ** 31)
    expect(ioctl(main, constants.TIOCGPTN | 0)).toBe(number)
  })

  it('throws ENOTTY where the file knows no such request', () => {
    const fd = open('/dev/null', constants.O_RDONLY)
    opened.push(fd)
    const error = expectSystemError(() => ioctl(fd, constants.FIONREAD), 'ENOTTY', 'ioctl')
    expect(error.fd).toBe(fd)
  })

  it('throws EBADF for a closed descriptor', () => {
    const [reader, writer] = pipe2()
    close(reader)
    close(writer)
    expectSystemError(() => ioctl(reader, constants.FIONREAD), 'EBADF', 'ioctl')
  })

  it('refuses a request whose argument it does not know', () => {
    const { terminal } = pty()
    const TCGETS = 0x5401
    for (const request of [TCGETS, 0, -1, 0xffffffff]) {
      expectRangeError(() => ioctl(terminal, request), 'request')
    }
  })

  it('refuses what is no request, descriptor or value', () => {
    const [reader] = pipe()
    expectTypeError(() => ioctl(reader, 'FIONREAD' as never), 'request')
    expectRangeError(() => ioctl(reader, NaN), 'request')
    expectRangeError(() => ioctl(reader, 2 ** 33), 'request')
    expectTypeError(() => ioctl(null as never, constants.FIONREAD), 'fd')
    expectRangeError(() => ioctl(-1, constants.FIONREAD), 'fd')
    expectTypeError(() => ioctl(reader, constants.FIONBIO), 'value')
    expectRangeError(() => ioctl(reader, constants.FIONBIO, 0.5), 'value')
  })
})

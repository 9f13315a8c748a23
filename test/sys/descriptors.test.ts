import { describe, expect, it } from 'vitest'
import { close, constants, dup, fcntl, open, pipe2, read, write } from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

describe('read, write, close, dup, pipe2', () => {
  expectNoLeak()
  const own = ownDescriptors()

  function pipe(flags = 0): [number, number] {
    const [reader, writer] = pipe2(flags)
    return [own(reader), own(writer)]
  }

  it('carry bytes through a pipe', () => {
    const [reader, writer] = pipe()
    const room = Buffer.alloc(10)
    expect(write(writer, Buffer.from('abc'))).toBe(3)
    expect(read(reader, room)).toBe(3)
    expect(room.toString('utf8', 0, 3)).toBe('abc')
  })

  it('read only into the view, not around it', () => {
    const [reader, writer] = pipe()
    const room = Buffer.alloc(6, '.')
    write(writer, Buffer.from('abcdef'))
    expect(read(reader, room.subarray(2, 4))).toBe(2)
    expect(room.toString()).toBe('..ab..')
  })

  it('read answers 0 once the writers are gone', () => {
    const [reader, writer] = pipe2()
    close(writer)
    expect(read(reader, Buffer.alloc(1))).toBe(0)
    close(reader)
  })

  it('read and write of nothing answer 0', () => {
    const [reader, writer] = pipe(constants.O_NONBLOCK)
    expect(write(writer, new Uint8Array(0))).toBe(0)
    expect(read(reader, new Uint8Array(0))).toBe(0)
  })

  it('read and write answer -EAGAIN when they would block', () => {
    const [reader, writer] = pipe(constants.O_NONBLOCK)
    expect(read(reader, Buffer.alloc(1))).toBe(-constants.EAGAIN)
    const capacity = fcntl(writer, constants.F_GETPIPE_SZ)
    expect(write(writer, Buffer.alloc(2 * capacity))).toBe(capacity)
    expect(write(writer, Buffer.alloc(1))).toBe(-constants.EAGAIN)
  })

  it('write to a pipe without readers is EPIPE', () => {
    const [reader, writer] = pipe2()
    close(reader)
    const error = expectSystemError(() => write(writer, Buffer.from('x')), 'EPIPE', 'write')
    expect(error.fd).toBe(writer)
    close(writer)
  })

  it('pipe2 makes both ends close-on-exec, and non-blocking where told', () => {
    for (const fd of pipe()) {
      expect(fcntl(fd, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
      expect(fcntl(fd, constants.F_GETFL) & constants.O_NONBLOCK).toBe(0)
    }
    for (const fd of pipe(constants.O_NONBLOCK)) {
      expect(fcntl(fd, constants.F_GETFL) & constants.O_NONBLOCK).toBe(constants.O_NONBLOCK)
    }
  })

  it('pipe2 with O_DIRECT keeps packets apart', () => {
    const [reader, writer] = pipe(constants.O_DIRECT)
    write(writer, Buffer.from('one'))
    write(writer, Buffer.from('two'))
    expect(read(reader, Buffer.alloc(10))).toBe(3)
    expect(read(reader, Buffer.alloc(10))).toBe(3)
  })

  it('dup answers a second, close-on-exec descriptor of the same open file', () => {
    const [reader, writer] = pipe()
    const copy = dup(writer)
    expect(copy).not.toBe(writer)
    expect(fcntl(copy, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
    write(copy, Buffer.from('x'))
    close(copy)
    expect(read(reader, Buffer.alloc(2))).toBe(1)
    write(writer, Buffer.from('y'))
    expect(read(reader, Buffer.alloc(2))).toBe(1)
  })

  it('a closed descriptor is EBADF to each of them', () => {
    const fd = open('/dev/null', constants.O_RDWR)
    close(fd)
    expectSystemError(() => read(fd, Buffer.alloc(1)), 'EBADF', 'read')
    expectSystemError(() => write(fd, Buffer.alloc(1)), 'EBADF', 'write')
    expectSystemError(() => dup(fd), 'EBADF', 'dup')
    expectSystemError(
      () => {
        close(fd)
      },
      'EBADF',
      'close',
    )
  })

  it('refuse what is no descriptor', () => {
    const calls = [
      (fd: number) => read(fd, Buffer.alloc(1)),
      (fd: number) => write(fd, Buffer.alloc(1)),
      (fd: number) => dup(fd),
      (fd: number) => {
        close(fd)
      },
    ]
    for (const call of calls) {
      for (const fd of [-1, 0.5, NaN, Infinity, 2 ** 31]) expectRangeError(() => call(fd), 'fd')
      for (const fd of [null, undefined, '1', 1n, {}, true]) {
        expectTypeError(() => call(fd as never), 'fd')
      }
    }
  })

  it('refuse memory that is no Uint8Array, is shared, or is gone', () => {
    const [reader] = pipe(constants.O_NONBLOCK)
    const wrong = [
      null,
      'text',
      [1],
      new ArrayBuffer(4),
      new Uint16Array(2),
      new DataView(new ArrayBuffer(4)),
    ]
    for (const bytes of [...wrong, new Uint8Array(new SharedArrayBuffer(4))]) {
      expectTypeError(() => read(reader, bytes as never), 'buffer')
    }
    const detached = new Uint8Array(4)
    structuredClone(detached, { transfer: [detached.buffer] })
    expect(() => read(reader, detached)).toThrow(TypeError)
  })

  it('pipe2 refuses flags that the kernel does not know, and what is no flags', () => {
    expectSystemError(() => pipe2(1), 'EINVAL', 'pipe2')
    expectRangeError(() => pipe2(NaN), 'flags')
    expectTypeError(() => pipe2('0' as never), 'flags')
  })
})

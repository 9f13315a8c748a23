import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  close,
  constants,
  copy_file_range,
  fcntl,
  open,
  pipe2,
  read,
  sendfile,
  splice,
  write,
} from '../../lib/sys'
import { ownDescriptors, temporaryFolder } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const content = randomBytes(10_000)

describe('sendfile, splice, copy_file_range', () => {
  expectNoLeak()
  const own = ownDescriptors()
  const temporary = temporaryFolder()
  let files = 0

  function file(bytes: Uint8Array = Buffer.alloc(0)): number {
    const name = temporary(String(files++))
    fs.writeFileSync(name, bytes)
    return own(open(name, constants.O_RDWR))
  }

  function pipe(flags = 0): [number, number] {
    const [reader, writer] = pipe2(flags)
    return [own(reader), own(writer)]
  }

  /** All that can be read from here on. */
  function rest(fd: number): Buffer {
    const room = Buffer.alloc(100_000)
    const count = read(fd, room)
    return room.subarray(0, Math.max(0, count))
  }

  const whole = (fd: number) => fs.readFileSync(`/proc/self/fd/${String(fd)}`)

  describe('sendfile', () => {
    it('sends from the position, which moves', () => {
      const source = file(content)
      const [reader, writer] = pipe()
      expect(sendfile(writer, source, null, 1000)).toBe(1000)
      expect(sendfile(writer, source, null, 2000)).toBe(2000)
      expect(rest(reader)).toEqual(content.subarray(0, 3000))
      expect(rest(source)).toEqual(content.subarray(3000))
    })

    it('sends from an offset, and the position stays', () => {
      const source = file(content)
      const [reader, writer] = pipe()
      expect(sendfile(writer, source, 5000, 100)).toBe(100)
      expect(sendfile(writer, source, 0, 1)).toBe(1)
      expect(rest(reader)).toEqual(
        Buffer.concat([content.subarray(5000, 5100), content.subarray(0, 1)]),
      )
      expect(rest(source)).toEqual(content)
    })

    it('sends less at the end of the file, and 0 beyond', () => {
      const source = file(content)
      const target = file()
      expect(sendfile(target, source, 9000, 5000)).toBe(1000)
      expect(sendfile(target, source, 10_000, 1)).toBe(0)
      expect(sendfile(target, source, 0, 0)).toBe(0)
      expect(whole(target)).toEqual(content.subarray(9000))
    })

    it('answers -EAGAIN when it would block', () => {
      const source = file(Buffer.alloc(200_000))
      const [, writer] = pipe(constants.O_NONBLOCK)
      let sent = 0
      for (let count = 0; count >= 0; sent += Math.max(0, count)) {
        count = sendfile(writer, source, sent, 200_000)
        if (count < 0) expect(count).toBe(-constants.EAGAIN)
      }
      expect(sent).toBe(fcntl(writer, constants.F_GETPIPE_SZ))
    })

    it('throws EINVAL where the source cannot be mapped, EPIPE without a reader', () => {
      const [reader, writer] = pipe2()
      const source = file(content)
      expectSystemError(() => sendfile(source, reader, null, 1), 'EINVAL', 'sendfile')
      close(reader)
      expectSystemError(() => sendfile(writer, source, 0, 1), 'EPIPE', 'sendfile')
      close(writer)
      expectSystemError(() => sendfile(writer, source, 0, 1), 'EBADF', 'sendfile')
    })

    it('refuses offsets and counts that are none', () => {
      const source = file(content)
      for (const offset of [-1, 0.5, NaN, 2 ** 53]) {
        expectRangeError(() => sendfile(source, source, offset, 1), 'offset')
      }
      expectTypeError(() => sendfile(source, source, '0' as never, 1), 'offset')
      for (const count of [-1, 0.5, NaN, Infinity]) {
        expectRangeError(() => sendfile(source, source, 0, count), 'count')
      }
      expectTypeError(() => sendfile(source, source, 0, undefined as never), 'count')
      expectTypeError(() => sendfile(null as never, source, 0, 1), 'outFd')
      expectRangeError(() => sendfile(source, -1, 0, 1), 'inFd')
    })
  })

  describe('splice', () => {
    it('moves from file to pipe to file, by position', () => {
      const source = file(content)
      const target = file()
      const [reader, writer] = pipe()
      expect(splice(source, null, writer, null, 4000)).toBe(4000)
      expect(splice(reader, null, target, null, 9000)).toBe(4000)
      expect(whole(target)).toEqual(content.subarray(0, 4000))
      expect(rest(source)).toEqual(content.subarray(4000))
    })

    it('moves from and to offsets, and the positions stay', () => {
      const source = file(content)
      const target = file(Buffer.alloc(10))
      const [reader, writer] = pipe()
      expect(splice(source, 7000, writer, null, 6)).toBe(6)
      expect(splice(reader, null, target, 2, 6, constants.SPLICE_F_MOVE)).toBe(6)
      const expected = Buffer.alloc(10)
      content.copy(expected, 2, 7000, 7006)
      expect(rest(target)).toEqual(expected)
      expect(rest(source)).toEqual(content)
    })

    it('answers 0 at the end and -EAGAIN when it would block', () => {
      const [reader, writer] = pipe2()
      const target = file()
      const move = () => splice(reader, null, target, null, 10, constants.SPLICE_F_NONBLOCK)
      expect(move()).toBe(-constants.EAGAIN)
      close(writer)
      expect(move()).toBe(0)
      close(reader)
    })

    it('throws EINVAL without a pipe, ESPIPE for an offset within one', () => {
      const source = file(content)
      const [reader, writer] = pipe()
      write(writer, Buffer.from('x'))
      expectSystemError(() => splice(source, null, file(), null, 1), 'EINVAL', 'splice')
      expectSystemError(() => splice(reader, 0, source, null, 1), 'ESPIPE', 'splice')
      expectSystemError(() => splice(source, null, writer, null, 1, 0x8000), 'EINVAL', 'splice')
    })

    it('refuses arguments that are none', () => {
      const [reader, writer] = pipe()
      expectRangeError(() => splice(-1, null, writer, null, 1), 'fdIn')
      expectTypeError(() => splice(reader, null, undefined as never, null, 1), 'fdOut')
      expectRangeError(() => splice(reader, -1, writer, null, 1), 'offIn')
      expectRangeError(() => splice(reader, null, writer, NaN, 1), 'offOut')
      expectRangeError(() => splice(reader, null, writer, null, -1), 'len')
      expectTypeError(() => splice(reader, null, writer, null, 1, '0' as never), 'flags')
    })
  })

  describe('copy_file_range', () => {
    it('copies by position, which moves in both', () => {
      const source = file(content)
      const target = file()
      expect(copy_file_range(source, null, target, null, 4000)).toBe(4000)
      expect(copy_file_range(source, null, target, null, 9000)).toBe(6000)
      expect(copy_file_range(source, null, target, null, 9000)).toBe(0)
      expect(whole(target)).toEqual(content)
    })

    it('copies from and to offsets, and the positions stay', () => {
      const source = file(content)
      const target = file(Buffer.alloc(20))
      expect(copy_file_range(source, 100, target, 5, 10)).toBe(10)
      const expected = Buffer.alloc(20)
      content.copy(expected, 5, 100, 110)
      expect(rest(target)).toEqual(expected)
      expect(rest(source)).toEqual(content)
    })

    it('throws EINVAL for a pipe and EBADF for a file not opened for writing', () => {
      const source = file(content)
      const [reader] = pipe()
      const readOnly = own(open(__filename, constants.O_RDONLY))
      const copy = (from: number, to: number) => copy_file_range(from, null, to, null, 1)
      expectSystemError(() => copy(reader, source), 'EINVAL', 'copy_file_range')
      expectSystemError(() => copy(source, readOnly), 'EBADF', 'copy_file_range')
      expectSystemError(
        () => copy_file_range(source, 0, file(), 0, 1, 1),
        'EINVAL',
        'copy_file_range',
      )
    })

    it('refuses arguments that are none', () => {
      const source = file(content)
      expectTypeError(() => copy_file_range('0' as never, null, source, null, 1), 'fdIn')
      expectRangeError(() => copy_file_range(source, 0.5, source, null, 1), 'offIn')
      expectTypeError(() => copy_file_range(source, null, source, {} as never, 1), 'offOut')
      expectRangeError(() => copy_file_range(source, null, source, null, 2 ** 53), 'len')
    })
  })
})

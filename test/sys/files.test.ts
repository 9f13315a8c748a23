import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { close, constants, fcntl, fstat, open, pipe2, read, write } from '../../lib/sys'
import { ownDescriptors, temporaryFolder } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants

describe('open', () => {
  expectNoLeak()
  const own = ownDescriptors()
  const temporary = temporaryFolder()

  it('creates, writes and reads a file', () => {
    const name = temporary('new')
    const fd = own(open(name, O_RDWR | O_CREAT | O_EXCL))
    write(fd, Buffer.from('content'))
    const again = own(open(name, O_RDONLY))
    const room = Buffer.alloc(20)
    expect(room.toString('utf8', 0, read(again, room))).toBe('content')
    own(open(name, O_WRONLY | O_TRUNC))
    expect(fstat(fd).size).toBe(0)
  })

  it('gives a new file the mode told, less the umask', () => {
    const previous = process.umask(0o027)
    try {
      const told = own(open(temporary('told'), O_WRONLY | O_CREAT, 0o755))
      const untold = own(open(temporary('untold'), O_WRONLY | O_CREAT))
      expect(fstat(told).mode & 0o7777).toBe(0o750)
      expect(fstat(untold).mode & 0o7777).toBe(0o640)
    } finally {
      process.umask(previous)
    }
  })

  it('takes a name as bytes, also such as are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(temporary('/')), Buffer.from([0xff, 0xfe, 0x41])])
    const fd = own(open(bytes, O_WRONLY | O_CREAT))
    expect(fs.statSync(bytes).ino).toBe(fstat(fd).ino)
    const named = own(open(new Uint8Array(Buffer.from(temporary('bytes'))), O_WRONLY | O_CREAT))
    expect(fs.statSync(temporary('bytes')).ino).toBe(fstat(named).ino)
  })

  it('takes a name beyond ASCII', () => {
    const fd = own(open(temporary('größe ☃'), O_WRONLY | O_CREAT))
    expect(fs.statSync(temporary('größe ☃')).ino).toBe(fstat(fd).ino)
  })

  it('is always close-on-exec', () => {
    expect(fcntl(own(open('/dev/null', O_RDONLY)), constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('throws what the kernel says, with the path', () => {
    const missing = temporary('missing')
    expect(expectSystemError(() => open(missing, O_RDONLY), 'ENOENT', 'open').path).toBe(missing)
    const bytes = Buffer.from(missing)
    const error = expectSystemError(() => open(bytes, O_RDONLY), 'ENOENT', 'open')
    expect(error.path).toBe(missing)
    expect(error.message).toBe(`ENOENT: no such file or directory, open '${missing}'`)
    own(open(temporary('there'), O_WRONLY | O_CREAT))
    const exclusive = O_WRONLY | O_CREAT | O_EXCL
    expectSystemError(() => open(temporary('there'), exclusive), 'EEXIST', 'open')
    expectSystemError(() => open(temporary(''), O_WRONLY), 'EISDIR', 'open')
    expectSystemError(() => open('', O_RDONLY), 'ENOENT', 'open')
    expectSystemError(() => open('x'.repeat(5000), O_RDONLY), 'ENAMETOOLONG', 'open')
  })

  it('refuses a name with a NUL inside', () => {
    expectRangeError(() => open('/dev/null\0.txt', O_RDONLY), 'path')
    expectRangeError(() => open(Buffer.from('/dev/null\0'), O_RDONLY), 'path')
  })

  it('refuses what is no name, flags or mode', () => {
    for (const path of [undefined, null, 5, {}, ['/dev/null'], new URL('file:///dev/null')]) {
      expectTypeError(() => open(path as never, O_RDONLY), 'path')
    }
    expectTypeError(() => open('/dev/null', 'r' as never), 'flags')
    expectTypeError(() => open('/dev/null', undefined as never), 'flags')
    expectRangeError(() => open('/dev/null', NaN), 'flags')
    expectRangeError(() => open('/dev/null', O_RDONLY, -1), 'mode')
    expectRangeError(() => open('/dev/null', O_RDONLY, 0o10000), 'mode')
  })
})

describe('fstat', () => {
  expectNoLeak()
  const own = ownDescriptors()

  it('tells what node:fs tells', () => {
    const fd = own(open(__filename, O_RDONLY))
    const expected = fs.fstatSync(fd)
    const stat = fstat(fd)
    for (const [name, value] of Object.entries(stat)) {
      const theirs = Number(Reflect.get(expected, name))
      if (name.endsWith('Ms')) expect(value, name).toBeCloseTo(theirs, 2)
      else expect(value, name).toBe(theirs)
    }
    expect(Object.keys(stat)).toHaveLength(13)
  })

  it('tells the kind of file', () => {
    const kind = (fd: number) => fstat(fd).mode & constants.S_IFMT
    const [reader, writer] = pipe2()
    expect(kind(own(reader))).toBe(constants.S_IFIFO)
    own(writer)
    expect(kind(own(open('/dev/null', O_RDONLY)))).toBe(constants.S_IFCHR)
    expect(kind(own(open('/', O_RDONLY | constants.O_DIRECTORY)))).toBe(constants.S_IFDIR)
    expect(kind(own(open(__filename, O_RDONLY)))).toBe(constants.S_IFREG)
  })

  it('throws EBADF once closed, and refuses what is no descriptor', () => {
    const fd = open('/dev/null', O_RDONLY)
    close(fd)
    expect(expectSystemError(() => fstat(fd), 'EBADF', 'fstat').fd).toBe(fd)
    expectTypeError(() => fstat('0' as never), 'fd')
    expectRangeError(() => fstat(-1), 'fd')
  })
})

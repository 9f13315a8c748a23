import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  close,
  constants,
  decodeInotifyEvents,
  fcntl,
  inotify_add_watch,
  inotify_init1,
  inotify_rm_watch,
  open,
  read,
} from '../../lib/sys'
import { ownDescriptors, temporaryFolder } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

describe('inotify', () => {
  expectNoLeak()
  const own = ownDescriptors()
  const temporary = temporaryFolder()
  const room = Buffer.alloc(65_536)

  const watcher = () => own(inotify_init1(constants.IN_NONBLOCK))
  const taken = (fd: number) => room.subarray(0, Math.max(0, read(fd, room)))
  const events = (fd: number) => decodeInotifyEvents(taken(fd))

  it('tells of what is created, written and deleted in a directory', () => {
    const fd = watcher()
    const { IN_CREATE, IN_MODIFY, IN_CLOSE_WRITE, IN_DELETE } = constants
    const wd = inotify_add_watch(
      fd,
      temporary(''),
      IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE,
    )
    fs.writeFileSync(temporary('a'), 'text')
    fs.unlinkSync(temporary('a'))
    expect(events(fd)).toEqual([
      { wd, mask: IN_CREATE, cookie: 0, name: 'a' },
      { wd, mask: IN_MODIFY, cookie: 0, name: 'a' },
      { wd, mask: IN_CLOSE_WRITE, cookie: 0, name: 'a' },
      { wd, mask: IN_DELETE, cookie: 0, name: 'a' },
    ])
    expect(read(fd, room)).toBe(-constants.EAGAIN)
  })

  it('joins both halves of a renaming by a cookie', () => {
    const fd = watcher()
    fs.writeFileSync(temporary('old'), '')
    const wd = inotify_add_watch(fd, temporary(''), constants.IN_MOVE)
    fs.renameSync(temporary('old'), temporary('a much longer name'))
    const [from, to] = events(fd)
    expect(from).toMatchObject({ wd, mask: constants.IN_MOVED_FROM, name: 'old' })
    expect(to).toMatchObject({ wd, mask: constants.IN_MOVED_TO, name: 'a much longer name' })
    expect(from?.cookie).toBeGreaterThan(0)
    expect(to?.cookie).toBe(from?.cookie)
  })

  it('marks what happens to a directory', () => {
    const fd = watcher()
    inotify_add_watch(fd, temporary(''), constants.IN_CREATE)
    fs.mkdirSync(temporary('folder'))
    expect(events(fd)[0]?.mask).toBe(constants.IN_CREATE + constants.IN_ISDIR)
  })

  it('gives an event of the watched file itself an empty name', () => {
    const fd = watcher()
    fs.writeFileSync(temporary('file'), 'a')
    const wd = inotify_add_watch(fd, Buffer.from(temporary('file')), constants.IN_MODIFY)
    fs.appendFileSync(temporary('file'), 'b')
    expect(events(fd)).toEqual([{ wd, mask: constants.IN_MODIFY, cookie: 0, name: '' }])
  })

  it('answers the same watch for the same file, and one event with IN_ONESHOT', () => {
    const fd = watcher()
    fs.writeFileSync(temporary('once'), '')
    const wd = inotify_add_watch(fd, temporary('once'), constants.IN_OPEN)
    const mask = constants.IN_MODIFY | constants.IN_ONESHOT
    expect(mask).toBeLessThan(0)
    expect(inotify_add_watch(fd, temporary('once'), mask)).toBe(wd)
    fs.appendFileSync(temporary('once'), 'b')
    fs.appendFileSync(temporary('once'), 'c')
    expect(events(fd).map((event) => event.mask)).toEqual([
      constants.IN_MODIFY,
      constants.IN_IGNORED,
    ])
  })

  it('ends a watch with IN_IGNORED; ending it again is EINVAL', () => {
    const fd = watcher()
    const wd = inotify_add_watch(fd, temporary(''), constants.IN_CREATE)
    inotify_rm_watch(fd, wd)
    expect(events(fd)).toEqual([{ wd, mask: constants.IN_IGNORED, cookie: 0, name: '' }])
    expectSystemError(
      () => {
        inotify_rm_watch(fd, wd)
      },
      'EINVAL',
      'inotify_rm_watch',
    )
  })

  it('gives names as bytes where asked, also such as are no UTF-8', () => {
    const fd = watcher()
    inotify_add_watch(fd, temporary(''), constants.IN_CREATE)
    const name = Buffer.from([0x61, 0xff, 0xfe])
    fs.writeFileSync(Buffer.concat([Buffer.from(temporary('/')), name]), '')
    const bytes = Buffer.from(taken(fd))
    expect(decodeInotifyEvents(bytes, 'buffer').map((event) => event.name)).toEqual([name])
    expect(decodeInotifyEvents(bytes)[0]?.name).toBe('a\ufffd\ufffd')
  })

  it('is close-on-exec', () => {
    expect(fcntl(watcher(), constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('throws what the kernel says, with the path', () => {
    const fd = watcher()
    const missing = temporary('missing')
    const add = (target: number, mask: number = constants.IN_CREATE) =>
      inotify_add_watch(target, missing, mask)
    expect(expectSystemError(() => add(fd), 'ENOENT', 'inotify_add_watch').path).toBe(missing)
    expectSystemError(() => add(fd, 0), 'EINVAL', 'inotify_add_watch')
    const other = own(open('/dev/null', constants.O_RDONLY))
    expectSystemError(
      () => inotify_add_watch(other, '/', constants.IN_OPEN),
      'EINVAL',
      'inotify_add_watch',
    )
    const closed = inotify_init1()
    close(closed)
    expectSystemError(() => add(closed), 'EBADF', 'inotify_add_watch')
    expectSystemError(
      () => {
        inotify_rm_watch(closed, 1)
      },
      'EBADF',
      'inotify_rm_watch',
    )
    expectSystemError(() => inotify_init1(1), 'EINVAL', 'inotify_init1')
  })

  it('refuses what is no path, mask or watch', () => {
    const fd = watcher()
    expectTypeError(() => inotify_add_watch(fd, null as never, 1), 'path')
    expectRangeError(() => inotify_add_watch(fd, '/\0', 1), 'path')
    expectRangeError(() => inotify_add_watch(fd, '/', NaN), 'mask')
    expectRangeError(() => inotify_add_watch(fd, '/', 2 ** 32), 'mask')
    expectRangeError(() => {
      inotify_rm_watch(fd, 2 ** 31)
    }, 'wd')
    expectTypeError(() => inotify_init1('0' as never), 'flags')
  })
})

describe('decodeInotifyEvents', () => {
  /** struct inotify_event as a little-endian machine has it; the test below runs on either. */
  function event(wd: number, mask: number, cookie: number, name: Buffer): Uint8Array {
    const head = new Uint8Array(new Uint32Array([wd, mask, cookie, name.length]).buffer)
    return Buffer.concat([head, name])
  }

  const two = Buffer.concat([
    event(-1, constants.IN_Q_OVERFLOW, 0, Buffer.alloc(0)),
    event(7, 0x80000000, 0xffffffff, Buffer.from('name\0\0\0\0')),
  ])

  it('reads each field', () => {
    expect(decodeInotifyEvents(two)).toEqual([
      { wd: -1, mask: constants.IN_Q_OVERFLOW, cookie: 0, name: '' },
      { wd: 7, mask: 0x80000000, cookie: 0xffffffff, name: 'name' },
    ])
    expect(decodeInotifyEvents(new Uint8Array(0))).toEqual([])
  })

  it('refuses bytes cut off at any place but between events', () => {
    for (let length = 1; length < two.length; length++) {
      const cut = two.subarray(0, length)
      if (length === 16) expect(decodeInotifyEvents(cut)).toHaveLength(1)
      else expectRangeError(() => decodeInotifyEvents(cut), 'bytes')
    }
  })

  it('does not look beyond the view', () => {
    const within = two.subarray(16, 36)
    expectRangeError(() => decodeInotifyEvents(within), 'bytes')
    expect(decodeInotifyEvents(two.subarray(16))[0]?.name).toBe('name')
  })

  it('refuses a length beyond the end, however large', () => {
    for (const length of [1, 2 ** 31, 2 ** 32 - 1]) {
      const bytes = new Uint8Array(new Uint32Array([1, 1, 0, length]).buffer)
      expectRangeError(() => decodeInotifyEvents(bytes), 'bytes')
    }
  })

  it('takes a name that fills its room, without a NUL', () => {
    const full = event(1, 1, 0, Buffer.from('12345678'))
    expect(decodeInotifyEvents(full)[0]?.name).toBe('12345678')
  })

  it('gives names that stand when the bytes are overwritten', () => {
    const bytes = Buffer.from(two)
    const [, second] = decodeInotifyEvents(bytes, 'buffer')
    bytes.fill(0)
    expect(second?.name.toString()).toBe('name')
  })

  it('refuses what are no bytes', () => {
    for (const bytes of [null, undefined, 'text', [1], new ArrayBuffer(16), new Int32Array(4)]) {
      expectTypeError(() => decodeInotifyEvents(bytes as never), 'bytes')
    }
  })
})

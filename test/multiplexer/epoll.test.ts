// What only epoll(7) does.

import { closeSync, openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { constants, Epoll, ET, EXCLUSIVE, HUP, IN, ONESHOT, OUT, PRI, WAKEUP } from '../../lib'
import { close, dup, epoll_create1, epoll_ctl, epoll_wait } from '../../lib/sys'
import { runScript } from './child'
import { expectSystemError, feed, keep, now, pipe, shut, soon, take, thrown, using } from './scene'

const refused = (code: string, errno: number, fd: number) => ({
  code,
  errno,
  syscall: 'epoll_ctl',
  fd,
})

describe('Epoll', () => {
  it('refuses a number that is not open, with EBADF', () => {
    const epoll = using(new Epoll())
    const [readEnd] = pipe()
    shut(readEnd)
    for (const call of [
      () => epoll.add(readEnd, IN),
      () => epoll.modify(readEnd, IN),
      () => epoll.remove(readEnd),
    ]) {
      expectSystemError(call, refused('EBADF', -9, readEnd))
    }
    expect(epoll.has(readEnd)).toBe(false)
    expect(epoll.size).toBe(0)
  })

  it('refuses a regular file and a directory with EPERM, leaving no trace', () => {
    const epoll = using(new Epoll())
    for (const name of [__filename, __dirname]) {
      const file = openSync(name, 'r')
      expectSystemError(() => epoll.add(file, IN), refused('EPERM', -1, file))
      expect(epoll.has(file)).toBe(false)
      expect(epoll.size).toBe(0)
      closeSync(file)
    }
  })

  it('is itself readable while an event is pending', () => {
    const inner = using(new Epoll())
    const outer = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    inner.add(readEnd, IN)
    outer.add(inner.fd, IN)
    expect(outer.has(inner.fd)).toBe(true)
    expect(now(outer)).toEqual({})
    feed(writeEnd)
    expect(soon(outer)).toEqual({ [inner.fd]: IN })
    expect(soon(inner)).toEqual({ [readEnd]: IN })
    take(readEnd)
    expect(now(outer)).toEqual({})
  })

  it('refuses itself with EINVAL and a circle with ELOOP', () => {
    const one = using(new Epoll())
    const other = using(new Epoll())
    expectSystemError(() => one.add(one.fd, IN), refused('EINVAL', -22, one.fd))
    one.add(other.fd, IN)
    expectSystemError(() => other.add(one.fd, IN), refused('ELOOP', -40, one.fd))
    expect(one.has(one.fd)).toBe(false)
    expect(other.has(one.fd)).toBe(false)
    expect(one.has(other.fd)).toBe(true)
    expect(one.size + other.size).toBe(1)
  })

  it('keeps a registration while a copy of the closed descriptor is open', () => {
    const epoll = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    const copy = keep(dup(readEnd))
    epoll.add(readEnd, IN)
    shut(readEnd)
    feed(writeEnd)
    // Still reported, under a number that is closed, and no longer to be removed by it.
    expect(soon(epoll)).toEqual({ [readEnd]: IN })
    expect(epoll.size).toBe(1)
    expect(epoll.has(readEnd)).toBe(false)
    expectSystemError(() => epoll.remove(readEnd), refused('EBADF', -9, readEnd))
    shut(copy)
    expect(now(epoll)).toEqual({})
    expect(epoll.size).toBe(0)
  })

  it('forgets a registration when the last copy is closed', () => {
    const epoll = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    epoll.add(readEnd, IN)
    feed(writeEnd)
    shut(readEnd)
    expect(epoll.size).toBe(0)
    expect(now(epoll)).toEqual({})
    const [again] = pipe()
    expect(again).toBe(readEnd)
    epoll.add(again, IN)
    expect(epoll.size).toBe(1)
  })

  it('watches a new owner beside the old one whose number it has', () => {
    const epoll = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    keep(dup(readEnd))
    epoll.add(readEnd, IN)
    close(readEnd)
    const again = dup(writeEnd)
    expect(again).toBe(readEnd)
    epoll.add(again, OUT)
    feed(writeEnd)
    expect(epoll.size).toBe(2)
    expect(
      epoll
        .wait(0)
        .map(({ events }) => events)
        .sort(),
    ).toEqual([IN, OUT])
  })

  describe('EXCLUSIVE', () => {
    it('is reported as any other', () => {
      const epoll = using(new Epoll())
      const [readEnd, writeEnd] = pipe()
      epoll.add(readEnd, IN | EXCLUSIVE)
      feed(writeEnd)
      expect(soon(epoll)).toEqual({ [readEnd]: IN })
    })

    it('cannot be modified: EINVAL, and the interest stays', () => {
      const epoll = using(new Epoll())
      const [readEnd, writeEnd] = pipe()
      epoll.add(readEnd, IN | EXCLUSIVE)
      expectSystemError(() => epoll.modify(readEnd, OUT), refused('EINVAL', -22, readEnd))
      feed(writeEnd)
      expect(soon(epoll)).toEqual({ [readEnd]: IN })
      epoll.remove(readEnd)
      expect(epoll.size).toBe(0)
    })

    it('cannot be asked for by modify: EINVAL', () => {
      const epoll = using(new Epoll())
      const [readEnd] = pipe()
      epoll.add(readEnd, IN)
      const call = () => epoll.modify(readEnd, IN | EXCLUSIVE)
      expectSystemError(call, refused('EINVAL', -22, readEnd))
    })

    it('goes with IN, OUT and ET, and with nothing else: EINVAL', () => {
      const epoll = using(new Epoll())
      const [readEnd] = pipe()
      for (const events of [IN | ONESHOT, IN | PRI]) {
        const call = () => epoll.add(readEnd, events | EXCLUSIVE)
        expectSystemError(call, refused('EINVAL', -22, readEnd))
      }
      epoll.add(readEnd, IN | OUT | ET | EXCLUSIVE)
      expect(epoll.has(readEnd)).toBe(true)
    })

    it('is seen by has() without harm', () => {
      const epoll = using(new Epoll())
      const [readEnd, writeEnd] = pipe()
      epoll.add(readEnd, IN | ET | EXCLUSIVE)
      feed(writeEnd)
      expect(soon(epoll)).toEqual({ [readEnd]: IN })
      expect(epoll.has(readEnd)).toBe(true)
      expect(now(epoll)).toEqual({})
    })
  })

  it('takes WAKEUP, which does nothing without the right to it', () => {
    const epoll = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    epoll.add(readEnd, IN | WAKEUP)
    feed(writeEnd)
    expect(soon(epoll)).toEqual({ [readEnd]: IN })
  })

  it('does not arm an edge again by has()', () => {
    const epoll = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    epoll.add(readEnd, IN | ET)
    feed(writeEnd)
    expect(soon(epoll)).toEqual({ [readEnd]: IN })
    expect(epoll.has(readEnd)).toBe(true)
    expect(now(epoll)).toEqual({})
  })

  it('does not add what hangs by has()', () => {
    const epoll = using(new Epoll())
    const [readEnd, writeEnd] = pipe()
    shut(writeEnd)
    expect(epoll.has(readEnd)).toBe(false)
    expect(now(epoll)).toEqual({})
    epoll.add(readEnd, 0)
    expect(soon(epoll)).toEqual({ [readEnd]: HUP })
  })

  describe('fd', () => {
    it('is the descriptor of the set, and -1 once closed', () => {
      const epoll = using(new Epoll())
      const [readEnd] = pipe()
      expect(epoll.fd).toBeGreaterThan(2)
      epoll_ctl(epoll.fd, constants.EPOLL_CTL_ADD, readEnd, IN)
      expect(epoll.has(readEnd)).toBe(true)
      const { fd } = epoll
      epoll.close()
      expect(epoll.fd).toBe(-1)
      expectSystemError(() => epoll_wait(fd, 1, 0), {
        code: 'EBADF',
        errno: -9,
        syscall: 'epoll_wait',
      })
    })

    it('leads to EBADF once something else has closed it', () => {
      const epoll = using(new Epoll())
      const [readEnd] = pipe()
      close(epoll.fd)
      expect(thrown(() => epoll.wait(0))).toMatchObject({ code: 'EBADF', syscall: 'epoll_wait' })
      expectSystemError(() => epoll.add(readEnd, IN), refused('EBADF', -9, readEnd))
      expect(epoll.has(readEnd)).toBe(false)
      expect(epoll.size).toBe(0)
    })
  })

  it('cannot be made or taken over without a free descriptor, and leaves things as they are', async () => {
    const { output } = await runScript(
      `const { Epoll } = require('edgeloop')
       const { epoll_create1, epoll_wait } = require('edgeloop/sys')
       const fd = epoll_create1()
       const all = []
       const attempt = (make) => {
         try { for (;;) all.push(make()) } catch ({ code, syscall }) { console.log(code, syscall) }
       }
       attempt(() => new Epoll())
       attempt(() => Epoll.fromFd(fd))
       const seen = epoll_wait(fd, 1, 0).length
       all.pop().close()
       all.push(Epoll.fromFd(fd))
       const ready = all.map((epoll) => epoll.wait(0).length)
       for (const epoll of all) epoll.close()
       console.log(seen, ready.every((count) => count === 0))`,
      { limit: 200 },
    )
    expect(output).toBe('EMFILE epoll_create1\nEMFILE epoll_ctl\n0 true')
  })

  describe('fromFd', () => {
    it('takes over a set with what is in it', () => {
      const [readEnd, writeEnd] = pipe()
      const fd = epoll_create1(constants.EPOLL_CLOEXEC)
      epoll_ctl(fd, constants.EPOLL_CTL_ADD, readEnd, IN | ET)
      feed(writeEnd)
      const epoll = using(Epoll.fromFd(fd))
      expect(epoll.fd).toBe(fd)
      expect(epoll).toBeInstanceOf(Epoll)
      expect(epoll.size).toBe(1)
      // Looking whether it is an epoll descriptor has not taken the edge away.
      expect(soon(epoll)).toEqual({ [readEnd]: IN })
    })

    it('closes it with close()', () => {
      const fd = epoll_create1()
      Epoll.fromFd(fd).close()
      expect(thrown(() => epoll_wait(fd, 1, 0))).toMatchObject({ code: 'EBADF' })
    })

    it('refuses what is no epoll descriptor with EINVAL, and leaves it open', () => {
      const [readEnd, writeEnd] = pipe()
      const file = openSync(__filename, 'r')
      for (const fd of [readEnd, writeEnd, file]) {
        expectSystemError(() => Epoll.fromFd(fd), refused('EINVAL', -22, fd))
      }
      closeSync(file)
      feed(writeEnd)
      expect(take(readEnd)).toBe('x')
    })

    it('refuses a number that is not open with EBADF', () => {
      const [readEnd] = pipe()
      shut(readEnd) // The lowest free number, which the kernel would give to the next one that asks.
      expectSystemError(() => Epoll.fromFd(readEnd), refused('EBADF', -9, readEnd))
      const highest = 2 ** 31 - 1
      expectSystemError(() => Epoll.fromFd(highest), refused('EBADF', -9, highest))
    })

    it('refuses what is no number in range', () => {
      for (const value of [undefined, null, '3', {}, 3n]) {
        expect(thrown(() => Reflect.apply(Epoll.fromFd, Epoll, [value]) as unknown)).toMatchObject({
          name: 'TypeError',
          code: 'ERR_INVALID_ARG_TYPE',
        })
      }
      for (const value of [-1, NaN, 0.5, 2 ** 31]) {
        expect(thrown(() => Epoll.fromFd(value))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
      }
    })
  })
})

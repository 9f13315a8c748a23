// What only select(2) does.

import { describe, expect, it } from 'vitest'
import { constants, IN, OUT, Select } from '../../lib'
import { close, dup } from '../../lib/sys'
import { runScript } from './child'
import {
  descriptorLimit,
  expectSystemError,
  feed,
  keep,
  now,
  pipe,
  shut,
  soon,
  thrown,
  using,
} from './scene'

const FD_SETSIZE = constants.FD_SETSIZE

/** Copies `fd` until a copy has just the number wanted; the others are closed. */
function copyTo(fd: number, wanted: number): number {
  const passing: number[] = []
  let copy = dup(fd)
  while (copy < wanted) {
    passing.push(copy)
    copy = dup(fd)
  }
  for (const other of passing) close(other)
  expect(copy).toBe(wanted)
  return keep(copy)
}

describe('Select', () => {
  const room = descriptorLimit > FD_SETSIZE + 1
  const reason = room ? '' : ' (skipped: ulimit -n is too low)'

  it.runIf(room)(
    `takes 1023 and refuses 1024 with ERR_FD_SETSIZE, leaving no trace${reason}`,
    () => {
      const select = using(new Select())
      const [readEnd, writeEnd] = pipe()
      const highest = copyTo(readEnd, FD_SETSIZE - 1)
      const beyond = copyTo(readEnd, FD_SETSIZE)
      select.add(highest, IN)
      const error = thrown(() => select.add(beyond, IN))
      expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_FD_SETSIZE' })
      expect(error.message).toContain(String(beyond))
      expect(select.size).toBe(1)
      expect(select.has(beyond)).toBe(false)
      feed(writeEnd)
      expect(soon(select)).toEqual({ [highest]: IN })
    },
  )

  it('knows nothing of descriptors from 1024 on', () => {
    const select = using(new Select())
    for (const fd of [FD_SETSIZE, 2 ** 31 - 1]) {
      expect(select.has(fd)).toBe(false)
      expect(thrown(() => select.modify(fd, IN))).toMatchObject({ code: 'ENOENT' })
      expect(thrown(() => select.remove(fd))).toMatchObject({ code: 'ENOENT' })
    }
  })

  it('checks the events of a descriptor from 1024 on as those of any other', () => {
    const select = using(new Select())
    expect(thrown(() => select.add(FD_SETSIZE, 1 << 20))).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
    })
  })

  it('holds every descriptor from 0 to 1023', () => {
    const select = using(new Select())
    for (let fd = 0; fd < FD_SETSIZE; fd++) select.add(fd, 0)
    expect(select.size).toBe(FD_SETSIZE)
    expect(now(select)).toEqual({})
    for (let fd = 0; fd < FD_SETSIZE; fd++) select.remove(fd)
    expect(select.size).toBe(0)
  })

  it('answers EBADF for the whole wait while a registered descriptor is closed', () => {
    const select = using(new Select())
    const [readEnd, writeEnd] = pipe()
    select.add(readEnd, IN)
    select.add(writeEnd, OUT)
    shut(readEnd)
    const dead = { code: 'EBADF', errno: -9, syscall: 'select' }
    expectSystemError(() => select.wait(0), dead)
    expectSystemError(() => select.waitInto(new Int32Array(8), 0), dead)
    select.remove(readEnd)
    expect(soon(select)).toEqual({ [writeEnd]: OUT })
  })

  it('hands a number that is closed and opened anew to its new owner', () => {
    const select = using(new Select())
    const [readEnd, writeEnd] = pipe()
    select.add(readEnd, IN)
    shut(readEnd)
    const [again, againWrite] = pipe()
    expect(again).toBe(readEnd)
    feed(againWrite)
    expect(soon(select)).toEqual({ [again]: IN })
    expect(writeEnd).not.toBe(again)
  })

  // Documented by select(2) under BUGS, and not promised here.
  it('waits in vain for a dead descriptor beyond the table of the process', async () => {
    const { output } = await runScript(`
      const { Select, IN } = require('edgeloop')
      const select = new Select()
      select.add(1023, IN)
      console.log(JSON.stringify(select.wait(0)))`)
    expect(output).toBe('[]')
  })
})

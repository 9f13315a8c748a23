// What only poll(2) does.

import { describe, expect, it } from 'vitest'
import { constants, IN, OUT, Poll } from '../../lib'
import { runScript } from './child'
import { feed, pipe, shut, soon, using } from './scene'

const { POLLNVAL } = constants

describe('Poll', () => {
  it('reports a closed descriptor with POLLNVAL, beside what is ready', () => {
    const poll = using(new Poll())
    const [readEnd] = pipe()
    const [, writeEnd] = pipe()
    poll.add(readEnd, IN)
    poll.add(writeEnd, OUT)
    shut(readEnd)
    for (let i = 0; i < 2; i++) {
      expect(soon(poll)).toEqual({ [readEnd]: POLLNVAL, [writeEnd]: OUT })
    }
    poll.remove(readEnd)
    expect(soon(poll)).toEqual({ [writeEnd]: OUT })
  })

  it('takes any number, the largest too, and reports that it is not open', () => {
    const poll = using(new Poll())
    const numbers = [2 ** 31 - 1, 2 ** 30, 12_345_678, 1_000_000]
    for (const fd of numbers) poll.add(fd, IN)
    expect(poll.size).toBe(numbers.length)
    expect(soon(poll)).toEqual(Object.fromEntries(numbers.map((fd) => [fd, POLLNVAL])))
    for (const fd of numbers) poll.remove(fd)
    expect(poll.wait(0)).toEqual([])
  })

  it('finds its descriptors again whatever their numbers have in common', () => {
    const poll = using(new Poll())
    const numbers: number[] = []
    for (let power = 6; power < 31; power++) {
      for (let factor = 1; factor < 40; factor++)
        numbers.push((2 ** power * factor) % (2 ** 31 - 1))
    }
    const distinct = [...new Set(numbers)].filter((fd) => fd > 100_000)
    for (const fd of distinct) poll.add(fd, IN)
    expect(poll.size).toBe(distinct.length)
    const removed = distinct.filter((_, i) => i % 3 === 0)
    for (const fd of removed) poll.remove(fd)
    for (const [i, fd] of distinct.entries()) expect(poll.has(fd)).toBe(i % 3 !== 0)
    expect(soon(poll)).toEqual(
      Object.fromEntries(distinct.filter((_, i) => i % 3 !== 0).map((fd) => [fd, POLLNVAL])),
    )
  })

  it('hands a number that is closed and opened anew to its new owner', () => {
    const poll = using(new Poll())
    const [readEnd] = pipe()
    poll.add(readEnd, IN)
    shut(readEnd)
    const [again, againWrite] = pipe()
    expect(again).toBe(readEnd)
    feed(againWrite)
    expect(soon(poll)).toEqual({ [again]: IN })
  })

  it('answers EINVAL while more is registered than the process may have descriptors', async () => {
    const { output } = await runScript(
      `const { Poll, IN } = require('edgeloop')
       const poll = new Poll()
       const limit = Number(process.argv[1])
       for (let fd = 1000; fd < 1000 + limit; fd++) poll.add(fd, IN)
       console.log(poll.wait(0, 2 ** 20).length === limit)
       poll.add(5, IN)
       try { poll.wait(0) } catch (error) { console.log(error.code, error.syscall) }
       poll.remove(5)
       console.log(poll.wait(0, 2 ** 20).length === limit)`,
      { args: ['200'], limit: 200 },
    )
    expect(output).toBe('true\nEINVAL poll\ntrue')
  })
})

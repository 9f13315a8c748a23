// What the kernel says of a pipe, the same descriptor through each of the three calls.

import { describe, expect, it } from 'vitest'
import { ERR, HUP, IN, OUT, PRI } from '../../lib'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { drain, feed, fill, now, pipe, shut, soon, take, using } from './scene'

expectNoLeak()

describe.each(backends)('$name', ({ make, shows }) => {
  it('reports a pipe as readable once there is data, and not before', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    expect(now(multiplexer)).toEqual({})
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('reports a pipe as no longer readable once it is empty', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    take(readEnd)
    expect(now(multiplexer)).toEqual({})
  })

  it('reports a pipe as writable while there is room', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(writeEnd, OUT)
    expect(soon(multiplexer)).toEqual({ [writeEnd]: OUT })
    fill(writeEnd)
    expect(now(multiplexer)).toEqual({})
    drain(readEnd)
    expect(soon(multiplexer)).toEqual({ [writeEnd]: OUT })
  })

  it('reports several descriptors in one wait', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    const [quiet] = pipe()
    multiplexer.add(readEnd, IN)
    multiplexer.add(writeEnd, OUT)
    multiplexer.add(quiet, IN)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN, [writeEnd]: OUT })
  })

  it('reports only what was asked for', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, OUT | PRI)
    multiplexer.add(writeEnd, IN | PRI)
    feed(writeEnd)
    expect(now(multiplexer)).toEqual({})
  })

  it('asks for the new events after modify', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, OUT)
    feed(writeEnd)
    expect(now(multiplexer)).toEqual({})
    multiplexer.modify(readEnd, IN)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    multiplexer.modify(readEnd, 0)
    expect(now(multiplexer)).toEqual({})
  })

  it('reports nothing of a descriptor after remove', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    feed(writeEnd)
    multiplexer.remove(readEnd)
    expect(now(multiplexer)).toEqual({})
    multiplexer.add(readEnd, IN)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('reports a hang-up when the writer of a pipe is gone', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    shut(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: shows(HUP, IN) })
  })

  it('reports data and hang-up together when the writer left data behind', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN)
    feed(writeEnd, 'last words')
    shut(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: shows(IN | HUP, IN) })
    expect(take(readEnd)).toBe('last words')
    expect(soon(multiplexer)).toEqual({ [readEnd]: shows(HUP, IN) })
    expect(take(readEnd)).toBe('')
  })

  it('reports an error on a pipe whose reader is gone', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(writeEnd, OUT)
    shut(readEnd)
    expect(soon(multiplexer)).toEqual({ [writeEnd]: shows(OUT | ERR, OUT) })
  })

  it('reports error and hang-up unasked, where the call has bits for them', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    const [otherRead, otherWrite] = pipe()
    multiplexer.add(readEnd, 0)
    multiplexer.add(otherWrite, 0)
    shut(writeEnd)
    shut(otherRead)
    const expected =
      shows(HUP, 0) === 0 ? {} : { [readEnd]: shows(HUP, 0), [otherWrite]: shows(ERR, 0) }
    expect(now(multiplexer)).toEqual(expected)
  })

  it('takes ERR and HUP in the interest for what they are: no difference', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(readEnd, IN | ERR | HUP)
    expect(now(multiplexer)).toEqual({})
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    multiplexer.modify(readEnd, ERR | HUP)
    expect(now(multiplexer)).toEqual({})
  })
})

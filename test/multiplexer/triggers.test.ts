// Level and edge by situations: docs/multiplexers.md tells each under the name it has here.

import { describe, expect, it } from 'vitest'
import { ERR, ET, HUP, IN, type Multiplexer, ONESHOT, OUT } from '../../lib'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { drain, feed, fill, now, pipe, shut, soon, take, thrown, using } from './scene'

expectNoLeak()

/** A multiplexer that watches the read end of a pipe. */
function watching(make: () => Multiplexer, events: number) {
  const multiplexer = using(make())
  const [readEnd, writeEnd] = pipe()
  multiplexer.add(readEnd, events)
  return { multiplexer, readEnd, writeEnd }
}

describe.each(backends)('$name, level-triggered', ({ make, shows }) => {
  it('read nothing: it is reported again at every wait', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    feed(writeEnd)
    for (let i = 0; i < 3; i++) expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('read half: it is reported again', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    feed(writeEnd, 'abcd')
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(take(readEnd, 2)).toBe('ab')
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('read all: silence', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    drain(readEnd)
    expect(now(multiplexer)).toEqual({})
  })

  it('more arrives: it is reported', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    feed(writeEnd)
    drain(readEnd)
    expect(now(multiplexer)).toEqual({})
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('more arrives several times before the wait: one event', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    for (let i = 0; i < 3; i++) feed(writeEnd)
    expect(multiplexer.wait(0)).toEqual([{ fd: readEnd, events: IN }])
  })

  it('peer closes: it is reported until you close too', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    shut(writeEnd)
    for (let i = 0; i < 3; i++) expect(soon(multiplexer)).toEqual({ [readEnd]: shows(HUP, IN) })
    multiplexer.remove(readEnd)
    expect(now(multiplexer)).toEqual({})
  })

  it('registered late: what is ready already is reported', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    feed(writeEnd)
    multiplexer.add(readEnd, IN)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('asked again: no difference', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    multiplexer.modify(readEnd, IN)
    expect(now(multiplexer)).toEqual({})
    feed(writeEnd)
    multiplexer.modify(readEnd, IN)
    for (let i = 0; i < 2; i++) expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })

  it('writable: it is reported at every wait, so ask for OUT only while something waits to be sent', () => {
    const multiplexer = using(make())
    const [, writeEnd] = pipe()
    multiplexer.add(writeEnd, OUT)
    for (let i = 0; i < 3; i++) expect(soon(multiplexer)).toEqual({ [writeEnd]: OUT })
    multiplexer.modify(writeEnd, 0)
    expect(now(multiplexer)).toEqual({})
  })
})

const edge = backends.filter(({ make }) => make().supports.edge)
const noEdge = backends.filter((backend) => !edge.includes(backend))
const oneshot = backends.filter(({ make }) => make().supports.oneshot)
const noOneshot = backends.filter((backend) => !oneshot.includes(backend))

describe.each(edge)('$name, edge-triggered', ({ make }) => {
  it('read nothing: silence, although there is data', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    for (let i = 0; i < 3; i++) expect(now(multiplexer)).toEqual({})
  })

  it('read half: silence, the rest stays unannounced', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    feed(writeEnd, 'abcd')
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(take(readEnd, 2)).toBe('ab')
    expect(now(multiplexer)).toEqual({})
    expect(take(readEnd)).toBe('cd')
  })

  it('read all: silence', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    drain(readEnd)
    expect(now(multiplexer)).toEqual({})
  })

  it('more arrives: it is reported once, whether the earlier data was read or not', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
    drain(readEnd)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
  })

  it('more arrives several times before the wait: it is reported once', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    for (let i = 0; i < 3; i++) feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
    expect(take(readEnd)).toBe('xxx')
  })

  it('peer closes: it is reported once', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    shut(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: HUP })
    expect(now(multiplexer)).toEqual({})
  })

  it('registered late: what is ready already is reported, once', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    feed(writeEnd)
    multiplexer.add(readEnd, IN | ET)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
  })

  it('asked again: modify reports what is still ready', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
    multiplexer.modify(readEnd, IN | ET)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
  })

  it('writable: it is reported on registration and then when room returns', () => {
    const multiplexer = using(make())
    const [readEnd, writeEnd] = pipe()
    multiplexer.add(writeEnd, OUT | ET)
    expect(soon(multiplexer)).toEqual({ [writeEnd]: OUT })
    expect(now(multiplexer)).toEqual({})
    fill(writeEnd)
    drain(readEnd)
    expect(soon(multiplexer)).toEqual({ [writeEnd]: OUT })
  })
})

describe.each(noEdge)('$name, edge-triggered', ({ make }) => {
  it('is refused, and nothing is registered', () => {
    const multiplexer = using(make())
    const [readEnd] = pipe()
    expect(thrown(() => multiplexer.add(readEnd, IN | ET))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
    })
    expect(multiplexer.size).toBe(0)
  })
})

describe.each(oneshot)('$name, one-shot', ({ make }) => {
  it('is reported once, however much arrives', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ONESHOT)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    feed(writeEnd)
    expect(now(multiplexer)).toEqual({})
    expect(multiplexer.has(readEnd)).toBe(true)
    expect(multiplexer.size).toBe(1)
  })

  it('is armed again by modify, and reports what is ready already', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ONESHOT)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    multiplexer.modify(readEnd, IN | ONESHOT)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    expect(now(multiplexer)).toEqual({})
  })

  it('reports not even an error or a hang-up while disarmed', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ONESHOT)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    shut(writeEnd)
    expect(now(multiplexer)).toEqual({})
    multiplexer.modify(readEnd, ONESHOT)
    expect(soon(multiplexer)).toEqual({ [readEnd]: HUP })
  })

  it('goes with edge triggering', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN | ET | ONESHOT)
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
    feed(writeEnd)
    expect(now(multiplexer)).toEqual({})
    multiplexer.modify(readEnd, IN | ET | ONESHOT)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })
})

describe.each(noOneshot)('$name, one-shot', ({ make }) => {
  it('is refused, and the old interest stays', () => {
    const { multiplexer, readEnd, writeEnd } = watching(make, IN)
    expect(thrown(() => multiplexer.modify(readEnd, IN | ONESHOT | ERR))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
    })
    feed(writeEnd)
    expect(soon(multiplexer)).toEqual({ [readEnd]: IN })
  })
})

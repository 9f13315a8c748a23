// Random sequences against a model that knows of each pipe whether it has data.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IN, type Multiplexer, OUT } from '../../lib'
import { expectNoLeak } from '../sys/openDescriptors'
import { backends } from './backends'
import { drain, feed, now, pipe, take, thrown } from './scene'

expectNoLeak()

interface Model {
  interest: Map<number, number>
  readable: Set<number>
}

type Step =
  | { readonly kind: 'add' | 'modify'; readonly which: number; readonly events: number }
  | { readonly kind: 'remove' | 'has' | 'feed' | 'drain'; readonly which: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'turns'; readonly room: number }

const PIPES = 8

const which = fc.nat(2 * PIPES - 1)
const interest = fc.constantFrom(0, IN, OUT, IN | OUT)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add', 'modify'), which, events: interest }),
  fc.record({ kind: fc.constantFrom('remove', 'has', 'feed', 'drain'), which }),
  fc.record({ kind: fc.constant('wait') }),
  fc.record({ kind: fc.constant('turns'), room: fc.integer({ min: 1, max: 5 }) }),
)

/** What the kernel is to report: the write ends have room always. */
function expected({ interest, readable }: Model, writeEnds: ReadonlySet<number>) {
  const map: Record<number, number> = {}
  for (const [fd, events] of interest) {
    const ready = events & (writeEnds.has(fd) ? OUT : readable.has(fd) ? IN : 0)
    if (ready !== 0) map[fd] = ready
  }
  return map
}

/** Takes one step on both and compares. */
function play(multiplexer: Multiplexer, model: Model, pipes: [number, number][], step: Step): void {
  const ends = pipes.flat()
  const writeEnds = new Set(pipes.map(([, writeEnd]) => writeEnd))
  if (step.kind === 'wait') {
    expect(now(multiplexer)).toEqual(expected(model, writeEnds))
    return
  }
  if (step.kind === 'turns') {
    // With a little room, as many waits as it takes show each descriptor once.
    const ready = Object.keys(expected(model, writeEnds)).map(Number)
    const seen: number[] = []
    while (seen.length < ready.length) {
      const most = Math.min(step.room, ready.length - seen.length)
      const got = multiplexer.wait(0, most).map(({ fd }) => fd)
      expect(got).toHaveLength(most)
      seen.push(...got)
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(ready)
    return
  }
  const fd = ends[step.which] ?? -1
  const [readEnd, writeEnd] = pipes[step.which >> 1] ?? [-1, -1]
  const present = model.interest.has(fd)
  switch (step.kind) {
    case 'add':
      if (present) {
        expect(thrown(() => multiplexer.add(fd, step.events))).toMatchObject({ code: 'EEXIST' })
      } else {
        multiplexer.add(fd, step.events)
        model.interest.set(fd, step.events)
      }
      break
    case 'modify':
      if (present) {
        multiplexer.modify(fd, step.events)
        model.interest.set(fd, step.events)
      } else {
        expect(thrown(() => multiplexer.modify(fd, step.events))).toMatchObject({ code: 'ENOENT' })
      }
      break
    case 'remove':
      if (present) multiplexer.remove(fd)
      else expect(thrown(() => multiplexer.remove(fd))).toMatchObject({ code: 'ENOENT' })
      model.interest.delete(fd)
      break
    case 'has':
      expect(multiplexer.has(fd)).toBe(present)
      break
    case 'feed':
      if (!model.readable.has(readEnd)) feed(writeEnd)
      model.readable.add(readEnd)
      break
    case 'drain':
      if (model.readable.delete(readEnd)) take(readEnd)
      break
  }
  expect(multiplexer.size).toBe(model.interest.size)
}

describe.each(backends)('$name', ({ make }) => {
  it('does what the model does, step by step', () => {
    const pipes = Array.from({ length: PIPES }, () => pipe())
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const multiplexer = make()
        try {
          const model: Model = { interest: new Map(), readable: new Set() }
          for (const one of steps) play(multiplexer, model, pipes, one)
        } finally {
          multiplexer.close()
          for (const [readEnd] of pipes) drain(readEnd)
        }
      }),
      { numRuns: 300 },
    )
  })
})

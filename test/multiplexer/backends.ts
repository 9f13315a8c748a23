// The kernels under test. A new one is one entry here.

import { Epoll, ERR, HUP, IN, type Multiplexer, OUT, Poll, PRI, RDHUP, Select } from '../../lib'

export interface Backend {
  readonly name: string
  readonly make: () => Multiplexer
  /** What this call shows where poll(2) would report `events` to someone who asked for `interest`. */
  readonly shows: (events: number, interest: number) => number
  /** The call that errors of add, modify and remove name. */
  readonly control: string
}

const asTheyAre = (events: number, interest: number) => events & (interest | ERR | HUP)

/** select has three sets and no bit for an end: it makes a descriptor readable, an error writable too. */
function asSets(events: number, interest: number): number {
  const readable = (events & (IN | HUP | ERR)) === 0 ? 0 : IN
  const writable = (events & (OUT | ERR)) === 0 ? 0 : OUT
  return (readable | writable | (events & PRI)) & interest & ~RDHUP
}

export const backends: readonly Backend[] = [
  { name: 'select', make: () => new Select(), shows: asSets, control: 'select' },
  { name: 'poll', make: () => new Poll(), shows: asTheyAre, control: 'poll' },
  { name: 'epoll', make: () => new Epoll(), shows: asTheyAre, control: 'epoll_ctl' },
]

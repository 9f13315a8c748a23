// The reactors under test: every kernel call with every trigger that it has.

import { afterEach } from 'vitest'
import { type Backend, Reactor, type RegisterOptions } from '../../lib'

export interface Kind {
  readonly name: string
  readonly backend: Backend
  readonly trigger: 'level' | 'edge'
}

export const kinds: readonly Kind[] = [
  { name: 'select', backend: 'select', trigger: 'level' },
  { name: 'poll', backend: 'poll', trigger: 'level' },
  { name: 'epoll, level', backend: 'epoll', trigger: 'level' },
  { name: 'epoll, edge', backend: 'epoll', trigger: 'edge' },
]

export const backends: readonly Backend[] = ['select', 'poll', 'epoll']

const reactors = new Set<Reactor>()

afterEach(() => {
  for (const reactor of reactors) reactor.close()
  reactors.clear()
})

/** A reactor that is closed after the test. */
export function make(backend: Backend): Reactor {
  const reactor = new Reactor({ backend })
  reactors.add(reactor)
  return reactor
}

/** Interest in reading, under the kind's trigger. */
export function reading(kind: Kind): RegisterOptions {
  return { readable: true, trigger: kind.trigger }
}

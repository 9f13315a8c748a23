import { usual, type Scenario } from './scenario'

/** Descriptors that become ready, without any server. */
export const register: readonly Scenario[] = [
  {
    ...usual,
    name: 'register',
    title: 'register() on 10,000 eventfds, 1% of them ready',
    about:
      'No server and no socket: descriptors watched in the same process, 100 of 10,000 ready at any time, a function called for each. The ones that are ready change with time. It takes one read and one write for 100 events, the same for everybody.',
    job: 'ready',
    unit: 'event',
    kind: 'ready',
    quick: false,
    connections: 100,
    idle: 9900,
  },
]

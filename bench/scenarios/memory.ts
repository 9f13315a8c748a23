import { usual, type Scenario } from './scenario'

/** What connections weigh. */
export const memory: readonly Scenario[] = [
  {
    ...usual,
    name: 'memory',
    title: 'Memory of 10,000 connections',
    about:
      'Resident memory of a server that has warmed up, before the connections, with all of them open and silent, and after one message of 64 bytes on each; a new process in each round.',
    job: 'echo',
    unit: 'connection',
    kind: 'memory',
    quick: false,
    connections: 10_000,
  },
]

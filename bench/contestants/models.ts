import process from 'node:process'
import { inPackage } from '../package'
import type { Contestant, Holds } from './contestant'

function model(
  name: string,
  title: string,
  about: string,
  words: readonly [program: string, ...string[]],
  holds?: Holds,
): Contestant {
  const [program, ...rest] = words
  const command = [process.execPath, inPackage('dist', 'bench', 'models', program), ...rest]
  return {
    ...{ name: `model-${name}`, title, role: 'candidate', about },
    ...(holds === undefined ? {} : { holds }),
    command: (job) => (job === 'model' ? command : undefined),
  }
}

/** The concurrency models of the tutorials, in TypeScript on `edgeloop/sys` and the multiplexers. */
export const models: readonly Contestant[] = [
  model(
    'iterative',
    'iterative blocking',
    'accept, echo until the end of the connection, accept the next one.',
    ['iterative.js'],
    {
      connections: 1,
      transactions: Infinity,
      why: 'it serves one connection until its end; the others wait in the backlog',
    },
  ),
  model(
    'process',
    'process per connection',
    'accept, start a Node process (child_process) that blocks on the connection.',
    ['process.js'],
    {
      connections: 100,
      transactions: 10,
      why: 'each of its connections is a Node process, with its start and its memory; more than 100 are not tried',
      slow: true,
    },
  ),
  model(
    'thread',
    'thread per connection',
    'accept, start a Worker that blocks on the connection.',
    ['thread.js'],
    {
      connections: 100,
      transactions: 10,
      why: 'each of its connections is a Worker, with its start and its heap; more than 100 are not tried',
      slow: true,
    },
  ),
  model(
    'polling',
    'non-blocking polling',
    'One thread asks every connection again and again, with a recv each, and never waits.',
    ['polling.js'],
  ),
  model(
    'select',
    'select',
    'One thread and Select.waitInto; the loop of the textbooks.',
    ['multiplexed.js', 'select', 'level'],
    { connections: 1000, why: 'select takes no descriptor beyond 1,023' },
  ),
  model('poll', 'poll', 'The same with Poll.', ['multiplexed.js', 'poll', 'level']),
  model('epoll-level', 'epoll (level)', 'The same with Epoll.', [
    'multiplexed.js',
    'epoll',
    'level',
  ]),
  model(
    'epoll-edge',
    'epoll (edge)',
    'The same, edge-triggered: each connection is read until nothing is left.',
    ['multiplexed.js', 'epoll', 'edge'],
  ),
  model(
    'preforked',
    'pre-forked epoll',
    'Four Node processes, started beforehand, wait for the same listening socket (EPOLLEXCLUSIVE), each with an epoll of its own.',
    ['preforked.js'],
  ),
]

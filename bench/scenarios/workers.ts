import { usual, type Scenario } from './scenario'

/** edgeloop on one and two threads. */
export const workers: readonly Scenario[] = [
  {
    ...usual,
    name: 'echo-workers',
    title: 'Echo of 64 bytes, 64 connections, 1 and 2 Workers',
    about:
      'The same server in its main thread, in one Worker and in two that share the port (SO_REUSEPORT); CPU is summed over all threads. Several threads are given as many cores, where one is left for the load generator; else they share one, and only the price of sharing shows, never the gain.',
    job: 'echo',
    unit: 'message',
    quick: false,
    servers: ['floor', 'node-net', 'epoll-edge', 'workers-1', 'workers-2'],
  },
]

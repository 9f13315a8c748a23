import { hosted, usual, type Scenario } from './scenario'

/** Conversations on connections that stay open. */
export const echo: readonly Scenario[] = [
  {
    ...usual,
    name: 'echo',
    title: 'Echo of 64 bytes, 64 connections',
    about:
      'Small messages, every connection busy: almost nothing but the price of being told that a socket is ready, one receive and one send.',
    job: 'echo',
    unit: 'message',
    guests: hosted,
  },
  {
    ...usual,
    name: 'echo-16k',
    title: 'Echo of 16 KiB, 64 connections',
    about: 'Larger messages: copying counts, and so does every buffer made along the way.',
    job: 'echo',
    unit: 'message',
    size: 16 * 1024,
  },
  {
    ...usual,
    name: 'echo-idle',
    title: 'Echo of 64 bytes, 64 connections among 900 idle ones',
    about:
      'The same conversations, with 900 more connections open that say nothing. select and poll look at every one of them on every call, epoll only at those that are ready. (Many more would not fit: select ends at descriptor 1,023.)',
    job: 'echo',
    unit: 'message',
    idle: 900,
  },
  {
    ...usual,
    name: 'echo-idle-5k',
    title: 'Echo of 64 bytes, 64 connections among 5,000 idle ones',
    about:
      'The same among 5,000: beyond what select can hold, and far enough to see what poll pays for looking at all of them.',
    job: 'echo',
    unit: 'message',
    quick: false,
    idle: 5000,
  },
]

/** The same at a rate that is far below capacity. */
export const echoAtRate: readonly Scenario[] = [
  {
    ...usual,
    name: 'echo-rate',
    title: 'Echo of 64 bytes at a fixed 5,000 messages/s, 64 connections',
    about:
      'Far below capacity, as most servers live: nearly every message finds the server asleep. Latency counts from the moment a message was due, whether or not it could be sent.',
    job: 'echo',
    unit: 'message',
    quick: false,
    rate: 5000,
    guests: hosted,
  },
]

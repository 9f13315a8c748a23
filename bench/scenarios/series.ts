import { usual, type Scenario } from './scenario'

/** A series compares kernel calls and loops; runtimes and other ways of using libuv are in the rest. */
const servers = [
  ...['floor', 'libuv-tuned', 'node-net', 'node-dgram'],
  ...['select', 'poll', 'epoll-level', 'epoll-edge'],
]

const common = { ...usual, job: 'echo', unit: 'message', quick: false, servers } as const

const number = (value: number): string => value.toLocaleString('en-US')
const counted = (value: number): string =>
  value === 1 ? '1 connection' : `${number(value)} connections`

const kib = 1024

function ofSize(name: string, title: string, size: number): Scenario {
  return {
    ...common,
    name: `echo-${name}`,
    title: `Echo of ${title}, 64 connections`,
    about:
      'One of a series from 64 bytes to 1 MiB: the larger the message, the more of its price is copying, and the less the kernel call that announced it.',
    size,
    brief: true,
  }
}

/** Beside the 64 bytes and 16 KiB of the quick run. */
export const sizes: readonly Scenario[] = [
  ofSize('1k', '1 KiB', kib),
  ofSize('64k', '64 KiB', 64 * kib),
  ofSize('256k', '256 KiB', 256 * kib),
  ofSize('1m', '1 MiB', 1024 * kib),
]

function amongMany(total: number, active: number): Scenario {
  const share = active / total
  const how = active === total ? '' : `, ${share === 0.1 ? '10%' : '1%'} of them active`
  return {
    ...common,
    name: `echo-c${String(total)}-${String(Math.round(share * 100))}`,
    title: `Echo of 64 bytes, ${counted(total)}${how}`,
    about:
      'One of a series from 1 to 15,000 connections with 1%, 10% or all of them talking: what does one message cost when many others are open, and when many are ready at once?',
    connections: active,
    idle: total - active,
    brief: true,
  }
}

/** Every total with each share that amounts to a whole connection. */
export const connections: readonly Scenario[] = [1, 10, 100, 1000, 10_000, 15_000].flatMap(
  (total) =>
    [0.01, 0.1, 1]
      .map((share) => total * share)
      .filter(Number.isInteger)
      .map((active) => amongMany(total, active)),
)

function atShare(percent: number): Scenario {
  return {
    ...common,
    name: `echo-load-${String(percent)}`,
    title: `Echo of 64 bytes at ${String(percent)}% of capacity, 64 connections`,
    about:
      'Latency as load grows. Capacity is what the C++ floor answers in a closed loop just before, with this load generator: the same rate for every server, so that a server which reaches its own limit earlier shows it. Latency counts from the moment a message was due.',
    share: percent / 100,
    brief: true,
  }
}

/** Latency at a part of capacity. */
export const shares: readonly Scenario[] = [10, 25, 50, 75, 90].map(atShare)

import { listed, percent } from '../figures/format'
import type { Results } from '../results'

/** Where each figure comes from: the same words under the table and in the report. */
export const sources: readonly (readonly [string, string])[] = [
  [
    'answers/s',
    'answers that edgeloop-load received and checked to the last byte within the window; median of the rounds.',
  ],
  [
    'CPU µs',
    "CPU time of the server's process, all threads, per answer: the kernel's CPU clock of that process (clock_getcpuclockid, nanoseconds) read at both ends of the window; median of the rounds. best: the cheapest round.",
  ],
  [
    'user, kernel',
    'the same time, shared out as utime and stime in /proc/PID/stat grew over all rounds (ticks of 10 ms, so a sample). On the loopback interface the network code of both sides runs in whichever process happens to send: part of the kernel share is the peer’s. None at a fixed rate: a server that sleeps wakes with the ticks, which then sample it wrongly.',
  ],
  [
    '×floor, ×node',
    'CPU per answer against the C++ floor, and against node:net or node:http (×npm: the npm package epoll), within the same round; median of the rounds. ×best: the cheapest round against the floor’s cheapest.',
  ],
  [
    'p50, p99',
    'from sending (at a fixed rate: from the moment it was due) to the last byte of the answer; histogram with buckets of less than 1%; median of the rounds. Without a fixed rate every connection sends at once again, so this is mostly time spent in the queue of a server at its limit.',
  ],
  [
    'memory',
    'Rss in /proc/PID/smaps_rollup of a new process in each round: after a warm-up and ten seconds of rest, with all connections open once the server rests, and after an answer on each; the growth, divided by the connections.',
  ],
  [
    'system calls',
    'counted by strace in a run of its own, from when all connections are open to when all answers are heard, divided by the answers. Context switches: of all threads, /proc/PID/task/*/status.',
  ],
  [
    '~  !',
    "~ the rounds lie more than 15% apart. ! the load generator's core was at work for 95% or more: throughput is then its limit rather than the server's.",
  ],
]

/** The machine, in short lines. */
export function machineFacts(results: Results): (readonly [string, string])[] {
  const { machine, settings } = results
  return [
    ['machine', `${machine.cpu}, ${String(machine.cores)} cores; ${machine.kernel}`],
    ['cores', machine.pinning],
    [
      'versions',
      `edgeloop ${machine.edgeloop}, Node ${machine.node} (libuv ${machine.libuv}, V8 ${machine.v8})`,
    ],
    [
      'state',
      `governor ${machine.governor}; load average before the run ${machine.loadBefore.toFixed(2)}; other processes took ${machine.others === undefined ? 'an unknown part' : percent(machine.others)} of all CPU time during it; CPU time stolen by the hypervisor ${machine.steal === undefined ? 'not shown' : `${(machine.steal * 100).toFixed(1)}%`}; descriptors ${machine.descriptors}`,
    ],
    ...(Object.keys(machine.limits ?? {}).length === 0
      ? []
      : [
          [
            'limits',
            listed(Object.entries(machine.limits ?? {}).map((pair) => pair.join(' '))),
          ] as const,
        ]),
    [
      'method',
      `${settings.rounds === 1 ? 'one round' : `${String(settings.rounds)} rounds`} in which the servers take turns, ${String(settings.seconds)} s measured in each after a warm-up of ${settings.warmup}; each server in a process of its own`,
    ],
    ['taken', `${results.startedAt}, in ${String(Math.round(results.seconds))} s`],
  ]
}

import { usual, type Scenario } from './scenario'

const common = { ...usual, job: 'udp', unit: 'datagram', quick: false } as const

/** Datagrams of 64 bytes that come back. */
export const udp: readonly Scenario[] = [
  {
    ...common,
    name: 'udp',
    title: 'UDP echo of 64 bytes, 64 sockets, one datagram under way on each',
    about:
      'One socket serves all peers: there is nothing to look for among many, so what differs is how datagrams are taken and sent, one by one or in batches.',
  },
  {
    ...common,
    name: 'udp-window-16',
    title: 'UDP echo of 64 bytes, 8 sockets, 16 datagrams under way on each',
    about:
      'Twice as many datagrams under way, sent in bursts. What has not come back within a quarter of a second is lost, counted, and replaced.',
    connections: 8,
    pipeline: 16,
    brief: true,
  },
  {
    ...common,
    name: 'udp-window-64',
    title: 'UDP echo of 64 bytes, 4 sockets, 64 datagrams under way on each',
    about:
      'Nearly as many as fit into a receive queue of the default size (about 270 of these): whoever takes them in batches is far ahead, and whoever is late loses some.',
    connections: 4,
    pipeline: 64,
    brief: true,
  },
]

import type { Contestant } from './contestant'
import { epollEdge, epollLevel, oneWorker, poll, select, twoWorkers } from './edgeloop'
import { floor } from './floor'
import { libuvGuide, libuvTuned } from './libuv'
import { nodeDgram, nodeHttp, nodeNet } from './node'
import { npmEpoll } from './npm-epoll'
import { bun, deno } from './peers'

/** In the order in which they take turns, and stand in tables. */
export const contestants: readonly Contestant[] = [
  floor,
  libuvTuned,
  libuvGuide,
  nodeNet,
  nodeDgram,
  nodeHttp,
  npmEpoll,
  bun,
  deno,
  select,
  poll,
  epollLevel,
  epollEdge,
  oneWorker,
  twoWorkers,
]

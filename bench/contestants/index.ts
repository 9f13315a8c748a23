import type { Contestant } from './contestant'
import { epollEdge, epollLevel, poll, select } from './edgeloop'
import { floor } from './floor'
import { libuvGuide, libuvTuned } from './libuv'
import { models } from './models'
import { nodeHttp, nodeNet } from './node'
import { npmEpoll } from './npm-epoll'
import { bun, deno } from './peers'
import { ringLibevent, ringLibuv } from './rings'

/** In the order in which they take turns, and stand in tables. */
export const contestants: readonly Contestant[] = [
  floor,
  libuvTuned,
  libuvGuide,
  nodeNet,
  nodeHttp,
  npmEpoll,
  ringLibuv,
  ringLibevent,
  bun,
  deno,
  select,
  poll,
  epollLevel,
  epollEdge,
  ...models,
]

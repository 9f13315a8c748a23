import type { Contestant } from './contestant'
import { epollEdge, epollLevel, oneWorker, poll, select, twoWorkers } from './edgeloop'
import { floor } from './floor'
import { fastify, uWebSockets } from './frameworks'
import { hostedBare, hostedCall } from './hosted'
import { libuvGuide, libuvTuned } from './libuv'
import { models } from './models'
import { nginx } from './nginx'
import { nodeDgram, nodeHttp, nodeNet } from './node'
import { npmEpoll } from './npm-epoll'
import { bun, deno } from './peers'
import { ringLibevent, ringLibuv } from './rings'

/** In the order in which they take turns, and stand in tables. */
export const contestants: readonly Contestant[] = [
  floor,
  libuvTuned,
  libuvGuide,
  hostedBare,
  hostedCall,
  nodeNet,
  nodeDgram,
  nodeHttp,
  npmEpoll,
  ringLibuv,
  ringLibevent,
  bun,
  deno,
  fastify,
  uWebSockets,
  nginx,
  select,
  poll,
  epollLevel,
  epollEdge,
  oneWorker,
  twoWorkers,
  ...models,
]

import type { Contestant } from './contestant'
import { epollEdge, epollLevel, poll, select } from './edgeloop'
import { floor } from './floor'
import { nodeHttp, nodeNet } from './node'

/** In the order in which they take turns, and stand in tables. */
export const contestants: readonly Contestant[] = [
  floor,
  nodeNet,
  nodeHttp,
  select,
  poll,
  epollLevel,
  epollEdge,
]

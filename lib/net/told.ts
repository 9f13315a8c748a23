import { Kind } from '../reactor/records'
import { DatagramKind } from './datagram-layout'
import { FIRST_DECODED } from './decoding'
import type { SocketHandlers } from './socket'

// Which records reach handlers, and how.

/** Whether a record is of what a socket has received. @internal */
export function tellsOfBytes(kind: number): boolean {
  return kind === Kind.Data || (kind >= FIRST_DECODED && kind < DatagramKind.Datagrams)
}

/** Whether a record reaches no handler: then it needs no async context of one. @internal */
export function silent(kind: number | undefined, handlers: SocketHandlers): boolean {
  if (kind === Kind.Open) return handlers.open === undefined
  if (kind === Kind.End) return handlers.end === undefined
  if (kind !== Kind.Close) return kind === Kind.Stuck
  return handlers.close === undefined && handlers.error === undefined
}

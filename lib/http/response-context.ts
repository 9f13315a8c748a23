import { Buffer } from 'node:buffer'
import { wrongType } from '../net/checks'
import type { FileSlice } from '../net/file-slice'

/** What a response sends; a string is latin1. @internal */
export type Piece = string | Uint8Array | FileSlice

/** A piece of a body. @throws TypeError `ERR_INVALID_ARG_TYPE` @internal */
export function bytesOf(data: string | Uint8Array): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof Uint8Array) return data
  throw wrongType('data', 'a string or a Uint8Array', data, 'argument')
}

/** Where a response's bytes go, and what the request says of them. @internal */
export interface ResponseSink {
  /** The request's. */
  readonly method: string
  /** The request is HEAD: its answer has no body. */
  readonly isHead: boolean
  /** The client speaks HTTP/1.1 or a higher minor. */
  readonly minorOne: boolean
  /** The time of the turn in seconds since 1970, where it is still the request's. */
  readonly second: number | undefined
  /** The connection goes on, as it stands now. */
  readonly keepAlive: boolean
  /** A field of the request. */
  field(name: string): string | undefined
  /** False where the client has to catch up: `onDrain` follows. */
  write(data: Piece): boolean
  /** As {@link write}; undefined, and nothing is sent, where the body is not ASCII or has to wait. */
  writeWhole(head: Uint8Array, body: string): boolean | undefined
  /** The answer is complete; `close`: no request can follow it on this connection. */
  finish(close: boolean): void
}

import type { FileSlice } from '../net/file-slice'

/** What a response sends. @internal */
export type Piece = string | Uint8Array | FileSlice

/** Where a response's bytes go. @internal */
export interface ResponseSink {
  /** False where the client has to catch up: `onDrain` follows. */
  write(data: Piece): boolean
  /** The answer is complete; `close`: no request can follow it on this connection. */
  finish(close: boolean): void
}

/** What the request says of its answer. @internal */
export interface ResponseContext {
  readonly head: boolean
  readonly minor: number
  /** As it stands now. */
  readonly keepAlive: boolean
  /** A field of the request, by its name in lower case. */
  field(name: string): string | undefined
  /** The request's. */
  readonly method: string
}

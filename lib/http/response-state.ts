/** Facts about a response, each a bit of one number: one is made for each request. @internal */
export const State = {
  /** The request leaves the connection open. */
  Wanted: 1,
  HeadSent: 2,
  /** The head says that the connection ends. */
  Last: 4,
  /** The handler has given all of it. */
  Finished: 8,
  /** The client went before that. */
  Gone: 16,
  Chunked: 32,
  /** The last write was told that the client has to catch up. */
  Blocked: 64,
  /** The connection has to wait for nothing more of it. */
  Settled: 128,
  /** No request can follow it on the connection. */
  Closing: 256,
} as const

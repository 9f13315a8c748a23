/**
 * What is told of an HTTP connection in the harvest, besides what is told of any socket. The numbers
 * are those of native/http/decoder.h.
 * @internal
 */
export const HttpKind = {
  /** socket, place in the block of heads, flags */
  Head: 24,
  /** socket, offset, length in the receive slab */
  Body: 25,
  /** socket */
  BodyEnd: 26,
  /** socket: the first part of a head has come, not the whole */
  HeadBegun: 27,
  /**
   * socket, why (a place in {@link decoderRefusals}) and in the upper 24 bits the length of the request line, 0 where
   * it was not read, its offset in the receive slab; nothing more is told of the connection
   */
  Refused: 28,
} as const

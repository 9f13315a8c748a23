import type { Decoder } from './decoder'

/** How messages stand in a stream of bytes. One serves any number of streams. */
export interface Framing<Message> {
  /** Bytes of a message, at most; what marks its borders does not count. */
  readonly maxSize: number
  /**
   * What cuts one stream into messages.
   *
   * @param receive is called for each message, from within `push` and `end`. One of bytes is a view,
   *   valid until `receive` returns: `message.slice()` copies what is to be kept
   */
  decoder(receive: (message: Message) => void): Decoder
  /**
   * A message as it goes into the stream, with its borders.
   *
   * @param message a string goes as UTF-8, unless the framing has another encoding
   * @throws RangeError `ERR_MESSAGE_TOO_LARGE` beyond `maxSize`; `ERR_OUT_OF_RANGE` where it contains
   *   what would end it too early
   */
  encode(message: string | Uint8Array): Uint8Array
}

export interface FramingOptions {
  /**
   * Bytes of a message, at most, from 1 to 2147483647. A longer one is `ERR_MESSAGE_TOO_LARGE` as soon
   * as it shows, before more of it is kept.
   * @default 1048576
   */
  maxSize?: number
}

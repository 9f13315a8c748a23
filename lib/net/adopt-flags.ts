/**
 * What a socket is that JavaScript hands over to the stream plane: the bits of one number. The numbers
 * are those of native/stream/socket.h.
 * @internal
 */
export const AdoptFlag = {
  /** It accepts. */
  Listening: 1,
  /** `connect` is under way. */
  Connecting: 2,
  /** Edge-triggered; of a listener: its connections are. */
  Edge: 4,
  /** It has just been opened: what is registered under its number was closed before. */
  Fresh: 8,
  /** Of the sets that watch this listener, the kernel wakes not all (epoll). */
  Exclusive: 16,
  /** The connections of this listener are taken apart by the decoder that is attached. */
  Decoded: 32,
  /** Descriptors are received. */
  Handles: 64,
  /** It keeps the borders of messages. */
  Packets: 128,
} as const

/**
 * The same of a datagram socket and the datagram plane: the numbers of native/datagram/socket.h.
 * @internal
 */
export const DatagramAdoptFlag = {
  Edge: 1,
  /** Each datagram comes with control data (`packetInfo`, `dropCounter`). */
  ControlData: 2,
  /** `open` is wanted. */
  TellOpened: 4,
} as const

/**
 * What one turn tells: records of four numbers in an Int32Array that C++ fills. The numbers are those
 * of native/reactor/turner.h. Other floors have their own: lib/http/records.ts and
 * lib/net/datagram-layout.ts.
 * @internal
 */
export const RECORD_SIZE = 4

/** The kinds of record; what the three numbers behind the kind mean. @internal */
export const Kind = {
  /** slot, events, token */
  Ready: 0,
  /** socket, group, descriptor */
  Open: 1,
  /** socket, offset, length */
  Data: 2,
  /** socket */
  End: 3,
  /** socket */
  Drain: 4,
  /** socket, errno */
  Close: 5,
  /** socket, bytes queued */
  Stuck: 6,
  /** listener */
  Starved: 7,
  /** slot, token */
  Lost: 8,
  /** socket */
  Timeout: 9,
  /** group, index of its addresses */
  Drop: 10,
  /** socket, number of descriptors, 1 where some were lost */
  Handles: 16,
  /** socket, errno, 1 where the message came and 0 where it was to go */
  MessageLost: 17,
} as const

/** Indices into the Int32Array that both sides read and write. @internal */
export const State = {
  /** commands queued and not yet flushed */
  Commands: 0,
  /** 1 while records are walked: what is queued now is flushed afterwards */
  Delivering: 1,
  /** 1 while records wait for the next `run()` or `turn()` */
  Held: 2,
} as const

/**
 * What C++ and JavaScript share without a call in the datagram plane. The numbers are those of
 * native/datagram/layout.h.
 * @internal
 */
export const DatagramKind = {
  /** socket, first slot, how many: received, in order */
  Datagrams: 64,
  /** socket */
  Open: 65,
  /** socket: nothing is queued any more */
  Drain: 66,
  /** socket, slot */
  Error: 67,
  /** socket, errno */
  Close: 68,
} as const

/** Commands: kind, socket, offset, length, address, length of the address. @internal */
export const DATAGRAM_COMMAND_SIZE = 6

/** @internal */
export const DatagramCommand = { FromSendSlab: 0, FromReceiveSlab: 1 } as const

/** The length of an address that is a slot's sender; the address is the slot's number. @internal */
export const TO_SENDER = -1

/** Indices into the numbers before the commands. @internal */
export const DatagramState = { Commands: 0, Blocked: 1 } as const

/** How many numbers stand before the commands. @internal */
export const DATAGRAM_STATE_SIZE = 16

/** The 32-bit numbers of a slot, and where its parts lie. @internal */
export const Slot = {
  Size: 48,
  Offset: 0,
  Length: 1,
  /** The true length; of an error: its errno. */
  TrueLength: 2,
  Flags: 3,
  NameLength: 4,
  Interface: 5,
  Dropped: 6,
  /** Where the `sockaddr` begins. */
  Name: 12,
} as const

/** @internal */
export const SlotFlag = { Truncated: 1, HasLocal: 2, HasDropped: 4, WhileSending: 8 } as const

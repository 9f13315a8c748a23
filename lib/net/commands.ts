/**
 * What JavaScript asks of the stream plane: commands of four numbers (kind, socket, offset, length).
 * The numbers are those of native/stream/streams.h.
 * @internal
 */
export const COMMAND_SIZE = 4

/** @internal */
export const Command = {
  SendQueued: 0,
  SendReceived: 1,
  End: 2,
  Destroy: 3,
  Pause: 4,
  Resume: 5,
  NotifyDrain: 6,
  SendHandles: 7,
} as const

/** @internal */
export type CommandKind = (typeof Command)[keyof typeof Command]

// A socket is small, for there may be many: what is true of it are the bits of one number.

/** Its descriptor is gone. @internal */
export const CLOSED = 1
/** @internal */
export const DESTROYED = 2
/** `end()` was called. @internal */
export const ENDING = 4
/** @internal */
export const PAUSED = 8
/** The peer has sent all. @internal */
export const ENDED = 16
/** @internal */
export const UNREFERENCED = 32
/** `drain` is to be told once nothing is queued. @internal */
export const NEED_DRAIN = 64

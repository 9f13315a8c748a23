import type { Plane } from './plane'

/**
 * What a floor above makes of the bytes of a listener's connections: C++ takes them apart in the
 * harvest, and this is told the outcome instead of the handlers' `data`.
 * @internal
 */
export interface Decoding<S> {
  /** The listener is about to be made, its connections are of this group. */
  begin(plane: Plane, group: number): void
  /** A record of the decoder's: its kind and its two numbers. */
  tell(socket: S, kind: number, a: number, b: number): void
}

/** The kinds of record from here on are a decoder's; the first number of each is the socket. @internal */
export const FIRST_DECODED = 24

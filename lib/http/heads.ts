import { addon } from '../addon'
import type { Plane } from '../net/plane'

/** Places in a head's entry, as native/http/decoder.h has them. @internal */
export const Place = {
  Begin: 0,
  Length: 1,
  /** The place of the entry whose head begins the page. */
  Page: 2,
  /** Of the page's first entry: where the page ends. */
  PageEnd: 3,
  Flags: 4,
  Method: 5,
  MethodRange: 6,
  Target: 7,
  FieldCount: 8,
  /** The Content-Length. */
  LengthLow: 9,
  LengthHigh: 10,
  /** Two numbers for each field: the ranges of its name and of its value. */
  Fields: 11,
} as const

/** Facts of a head, as native/http/head.h has them. @internal */
export const Flag = {
  MinorOne: 1,
  KeepAlive: 2,
  HasBody: 4,
  ChunkedBody: 8,
  ExpectsContinue: 16,
  UpgradeWanted: 32,
  IsHead: 64,
} as const

/** A range is a place in the lower half of a number, and a length in the upper. @internal */
export function rangeBegin(range: number): number {
  return range & 0xffff
}

/** @internal */
export function rangeLength(range: number): number {
  return range >>> 16
}

/**
 * The heads that C++ has read in this turn: numbers that say where their parts are in the receive slab.
 * The bytes become a string once for several heads that lie close together, a page, so that a request
 * costs no call; whoever keeps a request keeps its page, of some 2 KiB, alive.
 * @internal
 */
export class Heads {
  readonly numbers: Int32Array
  readonly #plane: Plane
  #page = -1
  #turn = -1
  #text = ''

  constructor(plane: Plane) {
    this.#plane = plane
    this.numbers = new Int32Array(addon.http.heads(plane.native))
  }

  /** Changes with each turn that has heads: then the numbers are of others. */
  get turn(): number {
    return this.numbers[0] as number
  }

  /** When the first head of the turn came: seconds since 1970. */
  get second(): number {
    return (this.numbers[1] as number) >>> 0
  }

  /** Bytes of the receive slab, valid as long as the turn. */
  bytes(offset: number, length: number): Uint8Array {
    return this.#plane.chunk(offset, length)
  }

  /** Bytes of the receive slab as latin1, in their turn. */
  line(offset: number, length: number): string {
    return length === 0 ? '' : this.#plane.text(offset, offset + length)
  }

  /** The text of a page, one character per byte (latin1). */
  text(page: number): string {
    const { numbers } = this
    const turn = numbers[0] as number
    if (page !== this.#page || turn !== this.#turn) {
      const begin = numbers[page + Place.Begin] as number
      this.#text = this.#plane.text(begin, numbers[page + Place.PageEnd] as number)
      this.#page = page
      this.#turn = turn
    }
    return this.#text
  }
}

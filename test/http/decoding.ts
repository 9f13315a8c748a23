// What C++ makes of a connection's bytes, without a connection.

import { addon } from '../../lib/addon'
import { Flag, Place, rangeBegin, rangeLength } from '../../lib/http/heads'
import { HttpKind } from '../../lib/http/records'
import { decoderRefusal } from '../../lib/http/refusal'

export interface Limits {
  maxHeaderSize: number
  maxHeaderCount: number
  maxBodySize: number
}

export const usual: Limits = { maxHeaderSize: 1024, maxHeaderCount: 10, maxBodySize: 1024 }

/** A head in its parts. */
export interface ReadHead {
  method: string
  target: string
  minor: number
  /** Names and values, one after the other. */
  fields: string[]
  keepAlive: boolean
  body: number | 'chunked'
  expectsContinue: boolean
  upgrade: boolean
  /** Bytes of it. */
  length: number
}

/** A request of which the head has come, and what of its body. */
export interface ReadRequest {
  head: ReadHead
  body: string
  whole: boolean
}

export interface Reading {
  requests: ReadRequest[]
  /** Status and code of the refusal that ended it. */
  refusal?: string
  /** Its request line. */
  line?: string
}

/** Reads a connection's bytes (latin1), each piece received by itself. */
export function decode(
  pieces: readonly string[],
  limits: Partial<Limits> = {},
  portable = false,
): Reading {
  const { maxHeaderSize, maxHeaderCount, maxBodySize } = { ...usual, ...limits }
  const told = addon.http.tryDecoding(
    pieces.map((piece) => Buffer.from(piece, 'latin1')),
    maxHeaderSize,
    maxHeaderCount,
    maxBodySize,
    portable,
  )
  if (typeof told === 'number') throw new Error(`No memory: ${String(told)}`)
  const reading: Reading = { requests: [] }
  for (const { kind, entry, head, inPage, data, refusal, line } of told) {
    if (reading.refusal !== undefined) throw new Error('Told something behind a refusal')
    const last = reading.requests.at(-1)
    if (kind === HttpKind.Head && entry !== undefined && head !== undefined) {
      if (inPage !== true) throw new Error('A head outside of its page')
      if (last?.whole === false) throw new Error('A head before the end of a body')
      const parts = partsOf(entry, Buffer.from(head).toString('latin1'))
      reading.requests.push({ head: parts, body: '', whole: parts.body === 0 })
    } else if (kind === HttpKind.Body && data !== undefined && last?.whole === false) {
      if (data.length === 0) throw new Error('An empty piece of a body')
      last.body += Buffer.from(data).toString('latin1')
    } else if (kind === HttpKind.BodyEnd && last?.whole === false) {
      last.whole = true
    } else if (kind === HttpKind.Refused && refusal !== undefined) {
      const { status, code } = decoderRefusal(refusal)
      reading.refusal = `${String(status)} ${code}`
      reading.line = Buffer.from(line ?? []).toString('latin1')
    } else if (kind !== HttpKind.HeadBegun || last?.whole === false) {
      throw new Error(`Record ${String(kind)} out of place`)
    }
  }
  return reading
}

function partsOf(entry: Int32Array, text: string): ReadHead {
  const at = (place: number): number => entry[place] ?? NaN
  const part = (range: number): string =>
    text.slice(rangeBegin(range), rangeBegin(range) + rangeLength(range))
  const is = (flag: number): boolean => (at(Place.Flags) & flag) !== 0
  const length = (at(Place.LengthLow) >>> 0) + at(Place.LengthHigh) * 2 ** 32
  const fields = Array.from(entry.subarray(Place.Fields), part)
  if (fields.length !== 2 * at(Place.FieldCount)) throw new Error('Fields that were not counted')
  if (is(Flag.HasBody) !== (is(Flag.ChunkedBody) || length > 0)) throw new Error('No such body')
  if (is(Flag.IsHead) !== (part(at(Place.MethodRange)) === 'HEAD')) throw new Error('Not HEAD')
  return {
    method: part(at(Place.MethodRange)),
    target: part(at(Place.Target)),
    minor: is(Flag.MinorOne) ? 1 : 0,
    fields,
    keepAlive: is(Flag.KeepAlive),
    body: is(Flag.ChunkedBody) ? 'chunked' : length,
    expectsContinue: is(Flag.ExpectsContinue),
    upgrade: is(Flag.UpgradeWanted),
    length: at(Place.Length),
  }
}

/** `text` cut at these places, whatever they are. */
export function cut(text: string, places: readonly number[]): string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...ends, text.length].map((end, i) => text.slice(ends[i - 1] ?? 0, end))
}

/** Every way to read it: at once and byte by byte, sixteen bytes at a time and one. */
export function decodeEveryWay(text: string, limits: Partial<Limits> = {}): Reading[] {
  return [[text], Array.from(text)].flatMap((pieces) => [
    decode(pieces, limits),
    decode(pieces, limits, true),
  ])
}

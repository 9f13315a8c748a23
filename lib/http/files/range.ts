/** A part of a file. @internal */
export interface ByteRange {
  readonly start: number
  readonly length: number
}

const SINGLE = /^bytes[ \t]*=[ \t]*(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))[ \t]*$/i

/**
 * The part that `Range` asks for (RFC 9110 section 14.1.2). One range is answered; a request for several, for
 * another unit or a malformed one is answered whole, as section 14.2 allows: an answer in many parts costs
 * more than it saves.
 *
 * @returns undefined: the file whole; 416 where nothing of the file lies in the range
 * @internal
 */
export function parseRange(text: string | undefined, size: number): ByteRange | 416 | undefined {
  if (text === undefined) return undefined
  const match = SINGLE.exec(text)
  if (match === null) return undefined
  const [, first, last, suffix] = match
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size)
    return length === 0 ? 416 : { start: size - length, length }
  }
  const start = Number(first)
  const end = last === '' || last === undefined ? size - 1 : Math.min(Number(last), size - 1)
  // 5-2 is malformed, and so passed over; beyond the end it can't be satisfied.
  if (last !== '' && last !== undefined && Number(last) < start) return undefined
  return start >= size ? 416 : { start, length: end - start + 1 }
}

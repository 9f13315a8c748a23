import { type Heads, Place, rangeBegin, rangeLength } from './heads'

/** By the numbers of native/http/head.h; undefined for any other. */
const methods = [undefined, 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT']

/**
 * The method of a head, as it came.
 *
 * @param number C++'s for it
 * @param text that the head lies in
 * @param begin where it begins there
 * @internal
 */
export function methodOf(number: number, text: string, begin: number): string {
  return methods[number] ?? text.slice(begin, text.indexOf(' ', begin))
}

/** The Content-Length of a head, 0 without one. @internal */
export function contentLengthOf({ numbers }: Heads, entry: number): number {
  const low = (numbers[entry + Place.LengthLow] as number) >>> 0
  return low + (numbers[entry + Place.LengthHigh] as number) * 2 ** 32
}

/** What lies at `range` of a head that begins at `begin`. @internal */
export function sliceOf(text: string, begin: number, range: number): string {
  const first = begin + rangeBegin(range)
  return text.slice(first, first + rangeLength(range))
}

/**
 * The values of the fields of a name, joined; undefined without one.
 *
 * @param fields two ranges for each field, from `first` to `end`
 * @internal
 */
export function fieldOf(
  text: string,
  begin: number,
  fields: Int32Array,
  first: number,
  end: number,
  name: string,
): string | undefined {
  let found: string | undefined
  for (let at = first; at < end; at += 2) {
    const range = fields[at] as number
    if (rangeLength(range) !== name.length) continue
    if (!isNamed(text, begin + rangeBegin(range), name)) continue
    const value = sliceOf(text, begin, fields[at + 1] as number)
    found = found === undefined ? value : `${found}, ${value}`
  }
  return found
}

/** Whether the name at `begin`, of the same length, is `name`, regardless of ASCII case. */
function isNamed(text: string, begin: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = text.charCodeAt(begin + i)
    const other = name.charCodeAt(i)
    if (code === other) continue
    const small = code | 0x20
    if ((code ^ other) !== 0x20 || small < 0x61 || small > 0x7a) return false
  }
  return true
}

/**
 * The ranges of a head's fields, found in its text. The head is known to be good: a name reaches to the
 * colon, and a value to the line's end.
 * @internal
 */
export function findFields(text: string, begin: number, count: number): Int32Array {
  const fields = new Int32Array(2 * count)
  let at = text.indexOf('\r\n', begin) + 2
  for (let i = 0; i < fields.length; i += 2) {
    const colon = text.indexOf(':', at)
    const next = text.indexOf('\r\n', colon)
    let from = colon + 1
    let to = next
    while (from < to && isBlank(text, from)) from++
    while (to > from && isBlank(text, to - 1)) to--
    fields[i] = (at - begin) | ((colon - at) << 16)
    fields[i + 1] = (from - begin) | ((to - from) << 16)
    at = next + 2
  }
  return fields
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

interface Head {
  header(name: string): string | undefined
  entries(): IterableIterator<[name: string, value: string]>
}

/** The header fields of a request; names are matched regardless of case. */
export class RequestHeaders {
  readonly #head: Head

  /** @internal */
  constructor(head: Head) {
    this.#head = head
  }

  /** The value; where the field came several times the values joined by `, ` (RFC 9110 section 5.3). */
  get(name: string): string | undefined {
    return this.#head.header(name)
  }

  has(name: string): boolean {
    return this.#head.header(name) !== undefined
  }

  /** Name and value of each field, as they came. */
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.#head.entries()
  }
}

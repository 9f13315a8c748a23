import { Flag, type Heads, Place, rangeBegin, rangeLength } from './heads'

/** By the numbers of native/http/head.h; undefined for any other. */
const methods = [undefined, 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT']

/**
 * A request's head, checked by C++. Strings are made when they are asked for. It holds its own text,
 * and so stays valid when the slab is used again; of the block of heads it uses the places of the
 * fields while they are there, and finds them itself afterwards.
 * @internal
 */
export class RequestHead {
  readonly #heads: Heads
  readonly #entry: number
  readonly #turn: number
  readonly #text: string
  /** Where the head begins in the text. */
  readonly #begin: number
  readonly #flags: number
  readonly #method: string
  readonly #target: number
  readonly #fieldCount: number
  #url: string | undefined
  #ownFields: Int32Array | undefined

  /** @param entry the head's place in the block of heads */
  constructor(heads: Heads, entry: number) {
    const { numbers } = heads
    const page = numbers[entry + Place.Page] as number
    const begin = (numbers[entry] as number) - (numbers[page] as number)
    this.#heads = heads
    this.#entry = entry
    this.#turn = heads.turn
    this.#text = heads.text(page)
    this.#begin = begin
    this.#flags = numbers[entry + Place.Flags] as number
    this.#target = numbers[entry + Place.Target] as number
    this.#fieldCount = numbers[entry + Place.FieldCount] as number
    const range = numbers[entry + Place.MethodRange] as number
    this.#method =
      methods[numbers[entry + Place.Method] as number] ??
      this.#text.slice(begin, begin + rangeLength(range))
  }

  /** As it came; methods are case-sensitive (RFC 9110 section 9.1). */
  get method(): string {
    return this.#method
  }

  /** The request target as it came, undecoded. */
  get url(): string {
    if (this.#url !== undefined) return this.#url
    const begin = this.#begin + rangeBegin(this.#target)
    return (this.#url = this.#text.slice(begin, begin + rangeLength(this.#target)))
  }

  /** '1.0' or '1.1' */
  get httpVersion(): string {
    return (this.#flags & Flag.MinorOne) !== 0 ? '1.1' : '1.0'
  }

  /** The value of a header field, undefined without one; see {@link RequestHeaders.get}. */
  header(name: string): string | undefined {
    const wanted = name.toLowerCase()
    const fields = this.#fields()
    const first = fields === this.#heads.numbers ? this.#entry + Place.Fields : 0
    const end = first + 2 * this.#fieldCount
    let found: string | undefined
    for (let at = first; at < end; at += 2) {
      const range = fields[at] as number
      if (rangeLength(range) !== wanted.length || !this.#isNamed(range, wanted)) continue
      const value = this.#slice(fields[at + 1] as number)
      found = found === undefined ? value : `${found}, ${value}`
    }
    return found
  }

  /** A name and a value for each field, as they came. @internal */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.#fieldCount; i++) {
      // Asked for anew each time: between two of them the block may have been used again.
      const fields = this.#fields()
      const at = (fields === this.#heads.numbers ? this.#entry + Place.Fields : 0) + 2 * i
      yield [this.#slice(fields[at] as number), this.#slice(fields[at + 1] as number)]
    }
  }

  /** The facts that C++ found, see {@link Flag}. @internal */
  get flags(): number {
    return this.#flags
  }

  /** Bytes of the head. @internal */
  get headLength(): number {
    return this.#heads.numbers[this.#entry + Place.Length] as number
  }

  /** When it came, in seconds since 1970; undefined once that was an earlier turn. @internal */
  get second(): number | undefined {
    return this.#heads.turn === this.#turn ? this.#heads.second : undefined
  }

  /** The block of heads, or, where that has gone on to others, places found in the text. */
  #fields(): Int32Array {
    if (this.#ownFields !== undefined) return this.#ownFields
    if (this.#heads.turn === this.#turn) return this.#heads.numbers
    return (this.#ownFields = this.#findFields())
  }

  /** The head is known to be good: a name reaches to the colon, and a value to the line's end. */
  #findFields(): Int32Array {
    const text = this.#text
    const fields = new Int32Array(2 * this.#fieldCount)
    let at = text.indexOf('\r\n', this.#begin) + 2
    for (let i = 0; i < fields.length; i += 2) {
      const colon = text.indexOf(':', at)
      const next = text.indexOf('\r\n', colon)
      let begin = colon + 1
      let end = next
      while (begin < end && isBlank(text, begin)) begin++
      while (end > begin && isBlank(text, end - 1)) end--
      fields[i] = (at - this.#begin) | ((colon - at) << 16)
      fields[i + 1] = (begin - this.#begin) | ((end - begin) << 16)
      at = next + 2
    }
    return fields
  }

  #slice(range: number): string {
    const begin = this.#begin + rangeBegin(range)
    return this.#text.slice(begin, begin + rangeLength(range))
  }

  /** Whether the name at `range`, of the same length, is `wanted`, which is in small letters. */
  #isNamed(range: number, wanted: string): boolean {
    const begin = this.#begin + rangeBegin(range)
    for (let i = 0; i < wanted.length; i++) {
      let code = this.#text.charCodeAt(begin + i)
      if (code >= 0x41 && code <= 0x5a) code |= 0x20
      if (code !== wanted.charCodeAt(i)) return false
    }
    return true
  }
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

/** The header fields of a request; names are matched regardless of case. */
export class RequestHeaders {
  readonly #head: RequestHead

  /** @internal */
  constructor(head: RequestHead) {
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

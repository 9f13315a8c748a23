import { codedError } from '../sys/errors'

// RFC 9110 section 5.6.2.
const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// RFC 9110 section 5.5.
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/

/** A header field of a response, checked. @internal */
export interface Field {
  /** The name in small letters. */
  readonly key: string
  readonly value: string
  /** As it is sent, with its line break. */
  readonly line: string
  /** Of a Content-Type: heads by the length of their bodies, as they are in this second. */
  readonly heads: Map<number, Uint8Array>
  second: number
}

/** Names that are remembered: more than any program sets, and a bound for one that makes them up. */
const MOST_NAMES = 200

/** The last field of each name: most programs set the same few, to the same values. */
const last = new Map<string, Field>()

/**
 * Checks a field that a handler sets.
 *
 * @throws TypeError `ERR_INVALID_CHAR` for a name that is no token or a value with control characters
 *   or characters beyond latin1
 * @internal
 */
export function makeField(name: string, value: string): Field {
  const before = last.get(name)
  if (before?.value === value) return before
  if (before === undefined && !tokenPattern.test(name)) throw invalid('name', name)
  if (!valuePattern.test(value)) throw invalid(`value of "${name}"`, value)
  const key = before?.key ?? name.toLowerCase()
  const line = `${name}: ${value}\r\n`
  const field: Field = { key, value, line, heads: new Map(), second: -1 }
  if (before !== undefined || last.size < MOST_NAMES) last.set(name, field)
  return field
}

function invalid(what: string, received: string): Error {
  return codedError(
    new TypeError(
      `The ${what} has a character that HTTP does not allow. Received ${JSON.stringify(received)}`,
    ),
    'ERR_INVALID_CHAR',
  )
}

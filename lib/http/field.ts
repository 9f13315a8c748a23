import { unsupportedError } from '../reactor/errors'
import { codedError, shown } from '../sys/errors'

/** The value of a response's field; an array makes a line of each, as `Set-Cookie` needs it. */
export type FieldValue = string | number | readonly (string | number)[]

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
  heads: Map<number, Uint8Array> | undefined
  second: number
  /** The last of them that was asked for: mostly the next one, too. */
  recentKey: number
  recent: Uint8Array | undefined
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
  const field = newField(key, value, `${name}: ${value}\r\n`)
  if (before !== undefined || last.size < MOST_NAMES) last.set(name, field)
  return field
}

/** @param line checked @internal */
export function newField(key: string, value: string, line: string): Field {
  return { key, value, line, heads: undefined, second: -1, recentKey: 0, recent: undefined }
}

/**
 * A field with as many lines as it has values.
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE` for what is no string or number, and as {@link makeField}
 * @throws RangeError `ERR_OUT_OF_RANGE` for a Content-Length that is no number of bytes
 * @throws Error `ERR_UNSUPPORTED` for Transfer-Encoding
 * @internal
 */
export function checkField(name: string, value: FieldValue): Field {
  if (typeof (name as unknown) !== 'string')
    throw wrongType('The "name" argument', 'a string', name)
  let field: Field
  if (typeof value === 'string') {
    field = makeField(name, value)
  } else if (typeof value === 'number') {
    field = makeField(name, String(value))
  } else {
    if (!Array.isArray(value)) throw wrongType(`The value of "${name}"`, EXPECTED, value)
    let lines = ''
    for (const one of value as readonly unknown[]) {
      if (typeof one !== 'string' && typeof one !== 'number') {
        throw wrongType(`A value of "${name}"`, 'a string or a number', one)
      }
      lines += makeField(name, String(one)).line
    }
    field = newField(makeField(name, '').key, value.join(', '), lines)
  }
  // What frames the message is not left to a handler's slip: the next answer would suffer from it.
  if (field.key === 'transfer-encoding') {
    throw unsupportedError('Transfer-Encoding is chosen by the response itself')
  }
  if (field.key === 'content-length' && !/^\d{1,15}$/.test(field.value)) {
    throw codedError(
      new RangeError(`The Content-Length must be a number of bytes. Received '${field.value}'`),
      'ERR_OUT_OF_RANGE',
    )
  }
  return field
}

const EXPECTED = 'a string, a number or an array of them'

/** Fields that say how a message is framed, routed or read can't come behind it (RFC 9110 section 6.5.1). */
const NOT_IN_TRAILERS = new Set(
  (
    'transfer-encoding content-length host connection trailer te upgrade content-encoding content-type ' +
    'content-range cache-control expires age date location retry-after vary set-cookie authorization ' +
    'www-authenticate proxy-authenticate'
  ).split(' '),
)

/** The lines of a trailer section. Throws as {@link checkField} does. @internal */
export function trailerLines(fields: Readonly<Record<string, FieldValue>>): string {
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    if (NOT_IN_TRAILERS.has(name.toLowerCase())) {
      throw unsupportedError(`${name} can't be sent in a trailer`)
    }
    text += checkField(name, value).line
  }
  return text
}

function wrongType(what: string, expected: string, received: unknown): Error {
  return codedError(
    new TypeError(`${what} must be ${expected}. Received ${shown(received)}`),
    'ERR_INVALID_ARG_TYPE',
  )
}

function invalid(what: string, received: string): Error {
  return codedError(
    new TypeError(
      `The ${what} has a character that HTTP does not allow. Received ${JSON.stringify(received)}`,
    ),
    'ERR_INVALID_CHAR',
  )
}

import { unsupportedError } from '../reactor/errors'
import { codedError, shown } from '../sys/errors'

/** The value of a response's field; several make a line each, as `Set-Cookie` needs it. */
export type FieldValue = string | number | readonly (string | number)[]

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const BYTES = /^\d{1,15}$/

/** Names that were found to be tokens, with their lower case: programs set the same few again and again. */
const known = new Map<string, string>()
const MOST_KNOWN = 256

/**
 * The header fields of a response, in the order in which they were set, checked so that no value of a
 * handler's can begin a line of its own.
 * @internal
 */
export class ResponseFields {
  // Few, so that looking through them is cheaper than a table.
  readonly #names: string[] = []
  readonly #values: string[] = []
  readonly #lines: string[] = []

  /**
   * Sets a field in place of an earlier one of the name.
   *
   * @throws TypeError `ERR_INVALID_CHAR`, RangeError `ERR_OUT_OF_RANGE`, Error `ERR_UNSUPPORTED`
   */
  set(name: string, value: FieldValue): void {
    const key = checkName(name)
    const lines = makeLines(name, key, value)
    this.put(key, shownValue(value), lines)
  }

  /** Adds a line to those of the name. Throws as {@link set} does. */
  append(name: string, value: FieldValue): void {
    const key = checkName(name)
    const lines = makeLines(name, key, value)
    const at = this.#names.indexOf(key)
    // What frames the message has one value.
    if (at < 0 || key === 'content-length') {
      this.put(key, shownValue(value), lines)
      return
    }
    this.#values[at] = `${String(this.#values[at])}, ${shownValue(value)}`
    this.#lines[at] = String(this.#lines[at]) + lines
  }

  /** Sets a field that needs no check. */
  put(key: string, value: string, line: string): void {
    const at = this.#names.indexOf(key)
    if (at < 0) {
      this.#names.push(key)
      this.#values.push(value)
      this.#lines.push(line)
    } else {
      this.#values[at] = value
      this.#lines[at] = line
    }
  }

  /** @param key in lower case, as in all that follow */
  get(key: string): string | undefined {
    const at = this.#names.indexOf(key)
    return at < 0 ? undefined : this.#values[at]
  }

  has(key: string): boolean {
    return this.#names.includes(key)
  }

  delete(key: string): void {
    const at = this.#names.indexOf(key)
    if (at < 0) return
    this.#names.splice(at, 1)
    this.#values.splice(at, 1)
    this.#lines.splice(at, 1)
  }

  clear(): void {
    this.#names.length = 0
    this.#values.length = 0
    this.#lines.length = 0
  }

  /** All lines, each with its end. */
  text(): string {
    let text = ''
    for (const line of this.#lines) text += line
    return text
  }
}

/** Fields that say how a message is framed, routed or read can't come behind it (RFC 9110 section 6.5.1). */
const NOT_IN_TRAILERS = new Set([
  'transfer-encoding',
  'content-length',
  'host',
  'connection',
  'trailer',
  'te',
  'upgrade',
  'content-encoding',
  'content-type',
  'content-range',
  'cache-control',
  'expires',
  'age',
  'date',
  'location',
  'retry-after',
  'vary',
  'set-cookie',
  'authorization',
  'www-authenticate',
  'proxy-authenticate',
])

/** The lines of a trailer section. Throws as {@link ResponseFields.set} does. @internal */
export function trailerLines(fields: Readonly<Record<string, FieldValue>>): string {
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    const key = checkName(name)
    if (NOT_IN_TRAILERS.has(key)) throw unsupportedError(`${name} can't be sent in a trailer`)
    text += makeLines(name, key, value)
  }
  return text
}

function checkName(name: string): string {
  const found = known.get(name)
  if (found !== undefined) return found
  if (typeof (name as unknown) !== 'string') {
    throw codedError(
      new TypeError(`The "name" argument must be a string. Received ${shown(name)}`),
      'ERR_INVALID_ARG_TYPE',
    )
  }
  if (!TOKEN.test(name)) throw invalid('name', name)
  const key = name.toLowerCase()
  // What frames the message is not left to a handler's slip: the next answer would suffer from it.
  if (key === 'transfer-encoding') {
    throw unsupportedError('Transfer-Encoding is chosen by the response itself')
  }
  if (known.size < MOST_KNOWN) known.set(name, key)
  return key
}

function makeLines(name: string, key: string, value: FieldValue): string {
  if (typeof value === 'string' || typeof value === 'number') return makeLine(name, key, value)
  if (!Array.isArray(value)) {
    throw codedError(
      new TypeError(
        `The value of "${name}" must be a string, a number or an array of them. Received ${shown(value)}`,
      ),
      'ERR_INVALID_ARG_TYPE',
    )
  }
  const values: readonly unknown[] = value
  if (key === 'content-length' && values.length !== 1) throw badLength(values.join(', '))
  let lines = ''
  for (const one of values) {
    if (typeof one !== 'string' && typeof one !== 'number') {
      throw codedError(
        new TypeError(`A value of "${name}" must be a string or a number. Received ${shown(one)}`),
        'ERR_INVALID_ARG_TYPE',
      )
    }
    lines += makeLine(name, key, one)
  }
  return lines
}

function makeLine(name: string, key: string, value: string | number): string {
  const text = String(value)
  if (!VALUE.test(text)) throw invalid(`value of "${name}"`, text)
  if (key === 'content-length' && !BYTES.test(text)) throw badLength(text)
  return `${name}: ${text}\r\n`
}

function shownValue(value: FieldValue): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}

function badLength(received: string): Error {
  return codedError(
    new RangeError(`The Content-Length must be a number of bytes. Received '${received}'`),
    'ERR_OUT_OF_RANGE',
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

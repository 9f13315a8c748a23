import { codedError } from '../sys/errors'
import { dateField } from './date'
import { checkField, type Field, type FieldValue, makeField, newField } from './field'
import type { ResponseSink } from './response-context'
import { statusLine } from './status-line'

const CLOSE = makeField('Connection', 'close')
const KEEP_ALIVE = makeField('Connection', 'keep-alive')

/**
 * The head of an answer: status and fields, until it is sent.
 * @internal
 */
export class ResponseHead {
  protected readonly sink: ResponseSink
  protected sentStatus = 200
  /** The Content-Length, -1 without one. */
  protected contentLength = -1
  /** The head says that the connection ends. */
  protected last = false
  /** Few enough to look through. */
  #fields: Field[] | undefined
  #sent = false

  constructor(sink: ResponseSink) {
    this.sink = sink
  }

  /** The head is on its way: status and fields can change no more. */
  get headersSent(): boolean {
    return this.#sent
  }

  /** The status that is sent, or will be. */
  get statusCode(): number {
    return this.sentStatus
  }

  /**
   * Sets the status: 200 unless told.
   *
   * @throws RangeError outside 200 to 999
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  status(code: number): this {
    this.mustBeOpen()
    if (!Number.isInteger(code) || code < 200 || code > 999) {
      throw codedError(
        new RangeError(
          `The "code" argument must be a final status from 200 to 999. Received ${String(code)}`,
        ),
        'ERR_OUT_OF_RANGE',
      )
    }
    this.sentStatus = code
    return this
  }

  /**
   * Sets a header field, in place of an earlier one of the name. An array makes a line of each value, as
   * several `Set-Cookie` need it.
   *
   * @throws TypeError `ERR_INVALID_CHAR` for a name that is no token or a value with control characters
   *   or characters beyond latin1
   * @throws TypeError `ERR_INVALID_ARG_TYPE` for a value that is no string, number or array of them
   * @throws RangeError `ERR_OUT_OF_RANGE` for a Content-Length that is no number of bytes
   * @throws Error `ERR_UNSUPPORTED` for Transfer-Encoding, which the response chooses itself
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  header(name: string, value: FieldValue): this {
    this.mustBeOpen()
    const field = checkField(name, value)
    if (field.key === 'content-length') this.contentLength = Number(field.value)
    this.put(field)
    return this
  }

  /** Adds a line to those that the field has. Throws as {@link header} does. */
  appendHeader(name: string, value: FieldValue): this {
    this.mustBeOpen()
    const more = checkField(name, value)
    const before = this.fieldOf(more.key)
    // What frames the message has one value.
    if (before === undefined || more.key === 'content-length') return this.header(name, value)
    const { key } = more
    this.put(newField(key, `${before.value}, ${more.value}`, before.line + more.line))
    return this
  }

  /** The value of a field that was set, several joined by `, `. */
  getHeader(name: string): string | undefined {
    return this.fieldOf(name.toLowerCase())?.value
  }

  /** Takes a field back. @throws Error `ERR_HTTP_HEADERS_SENT` */
  removeHeader(name: string): this {
    this.mustBeOpen()
    const key = name.toLowerCase()
    if (key === 'content-length') this.contentLength = -1
    this.#fields = this.#fields?.filter((field) => field.key !== key)
    return this
  }

  protected fieldOf(key: string): Field | undefined {
    const fields = this.#fields
    if (fields === undefined) return undefined
    for (const field of fields) if (field.key === key) return field
    return undefined
  }

  /** The Content-Type where no other field was set, `fallback` where none was at all. */
  protected onlyType(fallback: Field): Field | undefined {
    const fields = this.#fields
    if (fields === undefined || fields.length === 0) return fallback
    return fields.length === 1 && fields[0]?.key === 'content-type' ? fields[0] : undefined
  }

  /** The head was sent in another way. */
  protected markSent(): void {
    this.#sent = true
  }

  /** In place of an earlier one of the name. */
  protected put(field: Field): void {
    const fields = (this.#fields ??= [])
    for (let i = 0; i < fields.length; i++) {
      if (fields[i]?.key !== field.key) continue
      fields[i] = field
      return
    }
    fields.push(field)
  }

  /** Forgets what was set. */
  protected clear(): void {
    this.#fields = undefined
    this.contentLength = -1
  }

  /** The head as it is sent; from here on it is closed. */
  protected makeHead(): string {
    this.#sent = true
    const silent = this.sentStatus === 204 // no Content-Length: RFC 9110 section 8.6
    let head = statusLine(this.sentStatus)
    let date = false
    let connection = false
    for (const { key, line } of this.#fields ?? []) {
      if (key === 'content-length') continue
      date ||= key === 'date'
      connection ||= key === 'connection'
      head += line
    }
    if (this.contentLength >= 0 && !silent) {
      head += `Content-Length: ${String(this.contentLength)}\r\n`
    }
    if (!date) head += dateField(this.sink.second)
    if (!connection) {
      this.last = !this.sink.keepAlive
      if (this.last) head += CLOSE.line
      else if (!this.sink.minorOne) head += KEEP_ALIVE.line
    }
    return head + '\r\n'
  }

  /** RFC 9110 section 6.4.1. */
  protected bodiless(): boolean {
    return this.sentStatus === 204 || this.sentStatus === 304
  }

  protected mustBeOpen(): void {
    if (!this.#sent) return
    throw codedError(new Error('The head was sent before'), 'ERR_HTTP_HEADERS_SENT')
  }
}

import { Buffer } from 'node:buffer'
import { STATUS_CODES } from 'node:http'
import { unsupportedError } from '../reactor/errors'
import { codedError } from '../sys/errors'
import { commonHead } from './common-head'
import { dateField } from './date'
import { type Field, makeField } from './field'
import { statusLine } from './status-line'

/** Where a response's bytes go, and what the request says of them. @internal */
export interface ResponseSink {
  /** The request is HEAD: its answer has no body. */
  readonly isHead: boolean
  /** The client speaks HTTP/1.1 or a higher minor. */
  readonly minorOne: boolean
  /** The time of the turn in seconds since 1970, where it is still the request's. */
  readonly second: number | undefined
  /** The connection goes on, as it stands now. */
  readonly keepAlive: boolean
  /** A string is latin1. False where the client has to catch up: `onDrain` follows. */
  write(data: string | Uint8Array): boolean
  /** As {@link write}; undefined, and nothing is sent, where the body is not ASCII or has to wait. */
  writeWhole(head: Uint8Array, body: string): boolean | undefined
  /** The answer is complete; `close`: no request can follow it on this connection. */
  finish(close: boolean): void
}

const CLOSE = makeField('Connection', 'close')
const KEEP_ALIVE = makeField('Connection', 'keep-alive')
const CHUNKED = makeField('Transfer-Encoding', 'chunked')
const TEXT = makeField('Content-Type', 'text/plain; charset=utf-8')
const BYTES = makeField('Content-Type', 'application/octet-stream')
const JSON_TYPE = makeField('Content-Type', 'application/json')

/**
 * The answer to one request. It stays valid after the client has gone: then writes are dropped, and
 * `closed` says so.
 */
export class HttpResponse {
  readonly #sink: ResponseSink
  /** Few enough to look through. */
  #fields: Field[] | undefined
  #status = 200
  #headSent = false
  #finished = false
  #gone = false
  #chunked = false
  /** The head says that the connection ends. */
  #last = false
  /** The Content-Length, -1 without one. */
  #length = -1
  /** Bytes of the body that the Content-Length set by the handler still owes. */
  #owed = Infinity
  #drained: (() => void)[] | undefined
  /** The last write was told that the client has to catch up. */
  #blocked = false

  /** @internal */
  constructor(sink: ResponseSink) {
    this.#sink = sink
  }

  /** The head is on its way: status and fields can change no more. */
  get headersSent(): boolean {
    return this.#headSent
  }

  /** The answer is complete. */
  get finished(): boolean {
    return this.#finished
  }

  /** The client went before the answer was complete. */
  get closed(): boolean {
    return this.#gone
  }

  /**
   * Sets the status: 200 unless told.
   *
   * @throws RangeError outside 200 to 999
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  status(code: number): this {
    this.#headMustBeOpen()
    if (!Number.isInteger(code) || code < 200 || code > 999) {
      throw codedError(
        new RangeError(
          `The "code" argument must be a final status from 200 to 999. Received ${String(code)}`,
        ),
        'ERR_OUT_OF_RANGE',
      )
    }
    this.#status = code
    return this
  }

  /**
   * Sets a header field, in place of an earlier one of the name.
   *
   * @throws TypeError `ERR_INVALID_CHAR` for a name that is no token or a value with control characters
   *   or characters beyond latin1
   * @throws RangeError `ERR_OUT_OF_RANGE` for a Content-Length that is no number of bytes
   * @throws Error `ERR_UNSUPPORTED` for Transfer-Encoding, which the response chooses itself
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  header(name: string, value: string | number): this {
    this.#headMustBeOpen()
    const field = makeField(name, String(value))
    // What frames the message is not left to a handler's slip: the next answer would suffer from it.
    if (field.key === 'transfer-encoding') {
      throw unsupportedError('Transfer-Encoding is chosen by the response itself')
    }
    if (field.key === 'content-length') {
      if (!/^\d{1,15}$/.test(field.value)) {
        throw codedError(
          new RangeError(`The Content-Length must be a number of bytes. Received '${field.value}'`),
          'ERR_OUT_OF_RANGE',
        )
      }
      this.#length = Number(field.value)
    }
    this.#set(field)
    return this
  }

  /**
   * Answers with a whole body: a string (text/plain), bytes (application/octet-stream) or anything else
   * as JSON; a Content-Type that was set stays. The answer is complete then.
   */
  send(data: unknown = ''): void {
    this.#headMustBeOpen()
    let body: string | Uint8Array
    let type: Field
    if (typeof data === 'string') {
      body = data
      type = TEXT
    } else if (data instanceof Uint8Array) {
      body = data
      type = BYTES
    } else {
      // A function and a symbol have no JSON, whatever the type says.
      const json: unknown = JSON.stringify(data)
      body = typeof json === 'string' ? json : 'null'
      type = JSON_TYPE
    }
    if (this.#bodiless()) {
      this.end()
      return
    }
    if (typeof body === 'string' && this.#sendCommonly(type, body)) return
    if (!this.#has('content-type')) this.#set(type)
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#length = length
    const head = this.#makeHead()
    if (length === 0 || this.#sink.isHead) {
      this.#write(head)
    } else if (typeof body === 'string' && body.length === length) {
      this.#write(head + body) // ASCII, then
    } else {
      this.#write(head)
      this.#write(typeof body === 'string' ? Buffer.from(body) : body)
    }
    this.#finish()
  }

  /** Answers with a status and its name as the body. */
  sendStatus(code: number): void {
    this.status(code).send(STATUS_CODES[code] ?? String(code))
  }

  /**
   * Sends a piece of the body: chunked, unless a Content-Length was set.
   *
   * @returns false where the client has to catch up; {@link drained} says when it has
   * @throws RangeError `ERR_HTTP_CONTENT_LENGTH_MISMATCH` beyond the Content-Length that was set
   */
  write(data: string | Uint8Array): boolean {
    if (this.#finished) throw codedError(new Error('write after end'), 'ERR_STREAM_WRITE_AFTER_END')
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    this.flushHeaders()
    if (bytes.length === 0 || this.#sink.isHead || this.#bodiless()) return true
    if (bytes.length > this.#owed) {
      throw codedError(
        new RangeError('The body is longer than the Content-Length that was set'),
        'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
      )
    }
    this.#owed -= bytes.length
    if (!this.#chunked) return this.#write(bytes)
    this.#write(`${bytes.length.toString(16)}\r\n`)
    this.#write(bytes)
    return this.#write('\r\n')
  }

  /** Sends the last piece, if given, and completes the answer. Twice is fine. */
  end(data?: string | Uint8Array): void {
    if (this.#finished) return
    if (!this.#headSent && !this.#bodiless() && this.#length < 0) {
      this.#length = data === undefined ? 0 : Buffer.byteLength(data)
    }
    if (data !== undefined) this.write(data)
    this.flushHeaders()
    if (this.#chunked && !this.#sink.isHead) this.#write('0\r\n\r\n')
    this.#finish()
  }

  /** Sends status and fields now, ahead of the body. */
  flushHeaders(): void {
    if (this.#headSent) return
    if (this.#length >= 0) {
      this.#owed = this.#length
    } else if (!this.#bodiless()) {
      // To a 1.0 client the end of the connection ends the body (RFC 9112 section 6.3).
      this.#chunked = this.#sink.minorOne
      this.#set(this.#chunked ? CHUNKED : CLOSE)
    }
    this.#write(this.#makeHead())
  }

  /** Resolves once the client has caught up, or has gone. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone || !this.#blocked) resolve()
      else (this.#drained ??= []).push(resolve)
    })
  }

  /** @internal */
  onDrain(): void {
    this.#blocked = false
    const waiting = this.#drained
    if (waiting === undefined) return
    this.#drained = undefined
    for (const resolve of waiting) resolve()
  }

  /**
   * The handler has failed: 500 without what it had set, or, where the answer has begun, its end short
   * of the whole, behind the answers in front.
   * @internal
   */
  breakOff(): void {
    if (this.#finished) return
    if (!this.#headSent) {
      this.#fields = undefined
      this.#length = -1
      this.sendStatus(500)
      return
    }
    this.#finished = true
    this.#sink.finish(true)
  }

  /** @internal */
  onGone(): void {
    this.#gone = !this.#finished
    this.onDrain()
  }

  /** Answers as most answers are; false where this one is not. */
  #sendCommonly(type: Field, body: string): boolean {
    const sink = this.#sink
    const fields = this.#fields
    const { second } = sink
    if (fields !== undefined && (fields.length > 1 || fields[0]?.key !== 'content-type'))
      return false
    if (this.#status !== 200 || second === undefined || sink.isHead || !sink.minorOne) return false
    if (this.#gone || body === '' || !sink.keepAlive) return false
    const head = commonHead(fields?.[0] ?? type, body.length, second)
    if (head === undefined) return false
    const room = sink.writeWhole(head, body)
    if (room === undefined) return false
    this.#headSent = true
    this.#blocked = !room
    this.#finished = true
    sink.finish(false)
    return true
  }

  #makeHead(): string {
    this.#headSent = true
    const silent = this.#status === 204 // no Content-Length: RFC 9110 section 8.6
    let head = statusLine(this.#status)
    let date = false
    let connection = false
    for (const { key, line } of this.#fields ?? []) {
      if (key === 'content-length') continue
      date ||= key === 'date'
      connection ||= key === 'connection'
      head += line
    }
    if (this.#length >= 0 && !silent) head += `Content-Length: ${String(this.#length)}\r\n`
    if (!date) head += dateField(this.#sink.second)
    if (!connection) {
      this.#last = !this.#sink.keepAlive
      if (this.#last) head += CLOSE.line
      else if (!this.#sink.minorOne) head += KEEP_ALIVE.line
    }
    return head + '\r\n'
  }

  #has(key: string): boolean {
    const fields = this.#fields
    if (fields === undefined) return false
    for (const field of fields) if (field.key === key) return true
    return false
  }

  /** In place of an earlier one of the name. */
  #set(field: Field): void {
    const fields = (this.#fields ??= [])
    for (let i = 0; i < fields.length; i++) {
      if (fields[i]?.key !== field.key) continue
      fields[i] = field
      return
    }
    fields.push(field)
  }

  /** RFC 9110 section 6.4.1. */
  #bodiless(): boolean {
    return this.#status === 204 || this.#status === 304
  }

  #write(data: string | Uint8Array): boolean {
    if (this.#gone) return true
    this.#blocked = !this.#sink.write(data)
    return !this.#blocked
  }

  #finish(): void {
    this.#finished = true
    const short =
      this.#owed !== Infinity && this.#owed > 0 && !this.#sink.isHead && !this.#bodiless()
    const asked = this.#asksClose()
    // A body short of its Content-Length can only be ended by ending the connection.
    this.#sink.finish(short || asked || this.#last || !this.#sink.keepAlive)
  }

  #asksClose(): boolean {
    for (const { key, value } of this.#fields ?? []) {
      if (key === 'connection') return value.toLowerCase() === 'close'
    }
    return false
  }

  #headMustBeOpen(): void {
    if (!this.#headSent) return
    throw codedError(new Error('The head was sent before'), 'ERR_HTTP_HEADERS_SENT')
  }
}

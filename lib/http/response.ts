import { Buffer } from 'node:buffer'
import { STATUS_CODES } from 'node:http'
import { FileSlice } from '../net/file-slice'
import { close } from '../sys/descriptors'
import { codedError } from '../sys/errors'
import { commonHead } from './common-head'
import { checkField, type Field, type FieldValue, makeField, newField, trailerLines } from './field'
import { type Fields, findField, onlyType, putField, withoutField } from './fields'
import { contentTypeOf } from './files/content-type'
import { type OpenFile, openFile, readWhole, SMALL_FILE } from './files/open-file'
import { type FileOptions, planFile } from './files/plan'
import { bytesOf, type Piece, type ResponseSink } from './response-context'
import { asksForClose, CLOSE, responseHead } from './response-head'
import { checkStatus, isBodiless } from './status-line'

const CHUNKED = makeField('Transfer-Encoding', 'chunked')
const TEXT = makeField('Content-Type', 'text/plain; charset=utf-8')
const BYTES = makeField('Content-Type', 'application/octet-stream')
const JSON_TYPE = makeField('Content-Type', 'application/json')

/**
 * The answer to one request. It stays valid after the client has gone: then writes are dropped, and
 * `closed` says so. One class without a base: one is made for each request.
 */
export class HttpResponse {
  readonly #sink: ResponseSink
  #status = 200
  #fields: Fields
  /** The Content-Length, -1 without one. */
  #contentLength = -1
  #headSent = false
  /** The head says that the connection ends. */
  #last = false
  #finished = false
  #gone = false
  #chunked = false
  /** The last write was told that the client has to catch up. */
  #blocked = false
  /** Bytes of the body that the Content-Length set by the handler still owes. */
  #owed = Infinity
  #bodyBytes = 0
  #trailers = ''
  #drained: (() => void)[] | undefined

  /** @internal */
  constructor(sink: ResponseSink) {
    this.#sink = sink
  }

  /** The head is on its way: status and fields can change no more. */
  get headersSent(): boolean {
    return this.#headSent
  }

  /** The status that is sent, or will be. */
  get statusCode(): number {
    return this.#status
  }

  /** The answer is complete. */
  get finished(): boolean {
    return this.#finished
  }

  /** The client went before the answer was complete. */
  get closed(): boolean {
    return this.#gone
  }

  /** Bytes of the body that were given to be sent, without their coding. */
  get bodyBytes(): number {
    return this.#bodyBytes
  }

  /**
   * Sets the status: 200 unless told.
   *
   * @throws RangeError outside 200 to 999
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  status(code: number): this {
    this.#mustBeOpen()
    checkStatus(code)
    this.#status = code
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
    this.#mustBeOpen()
    const field = checkField(name, value)
    if (field.key === 'content-length') this.#contentLength = Number(field.value)
    this.#fields = putField(this.#fields, field)
    return this
  }

  /** Adds a line to those that the field has. Throws as {@link header} does. */
  appendHeader(name: string, value: FieldValue): this {
    this.#mustBeOpen()
    const more = checkField(name, value)
    const before = findField(this.#fields, more.key)
    // What frames the message has one value.
    if (before === undefined || more.key === 'content-length') return this.header(name, value)
    const both = newField(more.key, `${before.value}, ${more.value}`, before.line + more.line)
    this.#fields = putField(this.#fields, both)
    return this
  }

  /** The value of a field that was set, several joined by `, `. */
  getHeader(name: string): string | undefined {
    return findField(this.#fields, name.toLowerCase())?.value
  }

  /** Takes a field back. @throws Error `ERR_HTTP_HEADERS_SENT` */
  removeHeader(name: string): this {
    this.#mustBeOpen()
    const key = name.toLowerCase()
    if (key === 'content-length') this.#contentLength = -1
    this.#fields = withoutField(this.#fields, key)
    return this
  }

  /**
   * Sets the fields that follow the body (RFC 9110 section 6.5); a field `Trailer` that names them beforehand is
   * yours to set. Only a chunked body has them: they have to be set before anything is sent with a
   * Content-Length, and a client of 1.0 does not get them.
   *
   * @throws Error `ERR_UNSUPPORTED` for a field that can't come late, such as Content-Type; otherwise as
   *   {@link header}
   */
  trailers(fields: Readonly<Record<string, FieldValue>>): this {
    if (this.#finished) throw codedError(new Error('write after end'), 'ERR_STREAM_WRITE_AFTER_END')
    this.#trailers = trailerLines(fields)
    return this
  }

  /**
   * Answers with a whole body: a string (text/plain), bytes (application/octet-stream) or anything else
   * as JSON; a Content-Type that was set stays. The answer is complete then.
   */
  send(data: unknown = ''): void {
    this.#mustBeOpen()
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
    if (isBodiless(this.#status)) {
      this.end()
      return
    }
    if (typeof body === 'string' && this.#sendCommonly(type, body)) return
    if (findField(this.#fields, 'content-type') === undefined)
      this.#fields = putField(this.#fields, type)
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#contentLength = length
    this.#bodyBytes = this.#sink.isHead ? 0 : length
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
   * Answers with a file, as RFC 9110 has it: conditions (304, 412), for GET one range (206, 416), HEAD, and the fields that
   * go with them. Fields that were set stay. The content goes straight from the page cache to the socket
   * (sendfile(2)); opening it, and reading what is not cached, is waited for.
   *
   * `path` is taken as it is: never make one of a request without {@link serveStatic}'s care. The answer is
   * complete then, and bytes follow as the client takes them.
   *
   * @throws SystemError ENOENT, EACCES, EISDIR, EINVAL (no regular file) …; nothing is sent then
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  sendFile(path: string, options: FileOptions = {}): void {
    this.#mustBeOpen()
    this.sendOpened(openFile(path), { type: contentTypeOf(path), ...options })
  }

  /** The same with a file that is open, and closes it. @internal */
  sendOpened(file: OpenFile, options: FileOptions & { type: string; coding?: string }): void {
    const { method, isHead } = this.#sink
    const conditional = this.#status === 200 && (method === 'GET' || isHead)
    const { type, coding = '' } = options
    let slice: FileSlice | undefined
    let owned = true
    try {
      const { status, fields, offset, length } = planFile(
        conditional ? (name) => this.#sink.field(name) : undefined,
        { stat: file.stat, type, coding, etag: this.getHeader('etag'), isHead },
        options,
      )
      slice = new FileSlice(file.fd, { offset, length, autoClose: true })
      owned = false
      if (conditional) this.#status = status
      if (this.#fields === undefined) {
        this.#fields = fields
      } else {
        for (const field of fields) {
          if (findField(this.#fields, field.key) === undefined) {
            this.#fields = putField(this.#fields, field)
          }
        }
      }
      if (isBodiless(this.#status)) {
        this.end()
        return
      }
      this.#contentLength = length
      if (isHead || length === 0) {
        this.#write(this.#makeHead())
      } else {
        // One call for all of a small answer; a large one is not copied.
        const small = length <= SMALL_FILE ? readWhole(slice) : undefined
        this.#bodyBytes = length
        this.#write(this.#makeHead())
        this.#write(small ?? slice)
        if (small === undefined) slice = undefined // the socket's from here on
      }
      this.#finish()
    } finally {
      slice?.release()
      if (owned) close(file.fd)
    }
  }

  /**
   * Sends a piece of the body: chunked, unless a Content-Length was set.
   *
   * @returns false where the client has to catch up; {@link drained} says when it has
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   * @throws RangeError `ERR_HTTP_CONTENT_LENGTH_MISMATCH` beyond the Content-Length that was set
   */
  write(data: string | Uint8Array): boolean {
    if (this.#finished) throw codedError(new Error('write after end'), 'ERR_STREAM_WRITE_AFTER_END')
    const bytes = bytesOf(data)
    this.flushHeaders()
    if (bytes.length === 0 || this.#sink.isHead || isBodiless(this.#status)) return true
    if (bytes.length > this.#owed) {
      throw codedError(
        new RangeError('The body is longer than the Content-Length that was set'),
        'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
      )
    }
    this.#owed -= bytes.length
    this.#bodyBytes += bytes.length
    if (!this.#chunked) return this.#write(bytes)
    this.#write(`${bytes.length.toString(16)}\r\n`)
    this.#write(bytes)
    return this.#write('\r\n')
  }

  /** Sends the last piece, if given, and completes the answer. Twice is fine. */
  end(data?: string | Uint8Array): void {
    if (this.#finished) return
    const whole = !this.#headSent && this.#trailers === ''
    if (whole && !isBodiless(this.#status) && this.#contentLength < 0) {
      this.#contentLength = data === undefined ? 0 : Buffer.byteLength(data)
    }
    if (data !== undefined) this.write(data)
    this.flushHeaders()
    if (this.#chunked && !this.#sink.isHead) this.#write(`0\r\n${this.#trailers}\r\n`)
    this.#finish()
  }

  /** Sends status and fields now, ahead of the body. */
  flushHeaders(): void {
    if (this.#headSent) return
    if (this.#contentLength >= 0) {
      this.#owed = this.#contentLength
    } else if (!isBodiless(this.#status)) {
      // To a 1.0 client the end of the connection ends the body (RFC 9112 section 6.3).
      this.#chunked = this.#sink.minorOne
      this.#fields = putField(this.#fields, this.#chunked ? CHUNKED : CLOSE)
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
   * The handler has failed: the status without what it had set, or, where the answer has begun, its end short
   * of the whole, behind the answers in front.
   * @internal
   */
  breakOff(status = 500): void {
    if (this.#finished) return
    if (!this.#headSent) {
      this.#fields = undefined
      this.#contentLength = -1
      this.sendStatus(status)
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
    const { second } = sink
    const only = onlyType(this.#fields, type)
    if (only === undefined || this.#status !== 200 || second === undefined) return false
    if (sink.isHead || !sink.minorOne) return false
    if (this.#gone || body === '') return false
    const last = !sink.keepAlive
    const head = commonHead(only, body.length, second, last)
    if (head === undefined) return false
    const room = sink.writeWhole(head, body)
    if (room === undefined) return false
    this.#headSent = true
    this.#bodyBytes = body.length
    this.#blocked = !room
    this.#finished = true
    sink.finish(last)
    return true
  }

  /** The head as it is sent; from here on it is closed. */
  #makeHead(): string {
    this.#headSent = true
    const own = findField(this.#fields, 'connection')
    this.#last = own === undefined && !this.#sink.keepAlive
    return responseHead(this.#status, this.#fields, this.#contentLength, this.#sink, this.#last)
  }

  #mustBeOpen(): void {
    if (!this.#headSent) return
    throw codedError(new Error('The head was sent before'), 'ERR_HTTP_HEADERS_SENT')
  }

  #write(data: Piece): boolean {
    if (this.#gone) {
      if (data instanceof FileSlice) data.release()
      return true
    }
    this.#blocked = !this.#sink.write(data)
    return !this.#blocked
  }

  #finish(): void {
    this.#finished = true
    const short =
      this.#owed !== Infinity && this.#owed > 0 && !this.#sink.isHead && !isBodiless(this.#status)
    const asked = asksForClose(findField(this.#fields, 'connection')?.value)
    // A body short of its Content-Length can only be ended by ending the connection.
    this.#sink.finish(short || asked || this.#last || !this.#sink.keepAlive)
  }
}

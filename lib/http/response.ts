import { STATUS_CODES } from 'node:http'
import { FileSlice } from '../net/file-slice'
import { codedError } from '../sys/errors'
import { dateLine } from './date'
import { contentTypeOf } from './files/content-type'
import { type OpenFile, openFile, readWhole, SMALL_FILE } from './files/open-file'
import { type FileOptions, planFile } from './files/plan'
import type { Piece, ResponseContext, ResponseSink } from './response-context'
import { type FieldValue, ResponseFields, trailerLines } from './response-fields'
import { statusLine } from './status-line'

/**
 * The answer to one request. It stays valid after the client has gone: then writes are dropped, and
 * `closed` says so.
 */
export class HttpResponse {
  readonly #sink: ResponseSink
  readonly #context: ResponseContext
  readonly #fields = new ResponseFields()
  #status = 200
  #trailers = ''
  #headSent = false
  #finished = false
  #gone = false
  #chunked = false
  /** The head says that the connection ends. */
  #last = false
  /** Bytes of the body that the Content-Length set by the handler still owes. */
  #owed = Infinity
  #bodyBytes = 0
  #drained: (() => void)[] = []
  /** The last write was told that the client has to catch up. */
  #blocked = false

  /** @internal */
  constructor(sink: ResponseSink, context: ResponseContext) {
    this.#sink = sink
    this.#context = context
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

  /** The status that is sent, or will be. */
  get statusCode(): number {
    return this.#status
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
   * Sets a header field, in place of an earlier one of the name. An array makes a line of each value, as
   * several `Set-Cookie` need it.
   *
   * @throws TypeError `ERR_INVALID_CHAR` for a name that is no token or a value with control characters
   *   or characters beyond latin1
   * @throws RangeError `ERR_OUT_OF_RANGE` for a Content-Length that is no number of bytes
   * @throws Error `ERR_UNSUPPORTED` for Transfer-Encoding, which the response chooses itself
   * @throws Error `ERR_HTTP_HEADERS_SENT`
   */
  header(name: string, value: FieldValue): this {
    this.#headMustBeOpen()
    this.#fields.set(name, value)
    return this
  }

  /** Adds a line to those that the field has. Throws as {@link header} does. */
  appendHeader(name: string, value: FieldValue): this {
    this.#headMustBeOpen()
    this.#fields.append(name, value)
    return this
  }

  /** The value of a field that was set, several joined by `, `. */
  getHeader(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())
  }

  /** Takes a field back. @throws Error `ERR_HTTP_HEADERS_SENT` */
  removeHeader(name: string): this {
    this.#headMustBeOpen()
    this.#fields.delete(name.toLowerCase())
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
    let body: string | Uint8Array
    let type: string
    if (typeof data === 'string') {
      body = data
      type = 'text/plain; charset=utf-8'
    } else if (data instanceof Uint8Array) {
      body = data
      type = 'application/octet-stream'
    } else {
      // A function and a symbol have no JSON, whatever the type says.
      const json: unknown = JSON.stringify(data)
      body = typeof json === 'string' ? json : 'null'
      type = 'application/json'
    }
    this.#headMustBeOpen()
    if (this.#bodiless()) {
      this.end()
      return
    }
    if (!this.#fields.has('content-type')) {
      this.#fields.put('content-type', type, `Content-Type: ${type}\r\n`)
    }
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#setLength(length)
    this.#bodyBytes = this.#context.head ? 0 : length
    const head = this.#makeHead()
    if (this.#context.head || length === 0) {
      this.#write(head)
    } else if (typeof body === 'string') {
      this.#write(head + body)
    } else {
      this.#write(head)
      this.#write(body)
    }
    this.#finish()
  }

  /** Answers with a status and its name as the body. */
  sendStatus(code: number): void {
    this.status(code).send(STATUS_CODES[code] ?? String(code))
  }

  /**
   * Answers with a file, as RFC 9110 has it: conditions (304, 412), one range (206, 416), HEAD, and the fields that
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
    this.#headMustBeOpen()
    this.sendOpened(openFile(path), { type: contentTypeOf(path), ...options })
  }

  /** The same with a file that is open, and closes it. @internal */
  sendOpened(file: OpenFile, options: FileOptions & { type: string; coding?: string }): void {
    const { fd, stat } = file
    const { method, head } = this.#context
    const conditional = this.#status === 200 && (method === 'GET' || head)
    const plan = planFile(
      conditional ? (name) => this.#context.field(name) : undefined,
      { stat, type: options.type, coding: options.coding ?? '', etag: this.#fields.get('etag') },
      options,
    )
    let slice: FileSlice | undefined
    try {
      slice = new FileSlice(fd, { offset: plan.offset, length: plan.length, autoClose: true })
      if (conditional) this.#status = plan.status
      for (const [name, value] of plan.fields) {
        if (!this.#fields.has(name.toLowerCase())) this.#fields.set(name, value)
      }
      if (this.#bodiless()) {
        this.end()
        return
      }
      this.#setLength(plan.length)
      if (head || plan.length === 0) {
        this.#write(this.#makeHead())
      } else {
        // One call for all of a small answer; a large one is not copied.
        const small = plan.length <= SMALL_FILE ? readWhole(slice) : undefined
        this.#bodyBytes = plan.length
        this.#write(this.#makeHead())
        this.#write(small ?? slice)
        if (small === undefined) slice = undefined // the socket's from here on
      }
      this.#finish()
    } finally {
      slice?.release()
    }
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
    if (bytes.length === 0 || this.#context.head || this.#bodiless()) return true
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
    if (
      !this.#headSent &&
      this.#trailers === '' &&
      !this.#bodiless() &&
      !this.#fields.has('content-length')
    ) {
      this.#setLength(data === undefined ? 0 : Buffer.byteLength(data))
    }
    if (data !== undefined) this.write(data)
    this.flushHeaders()
    if (this.#chunked && !this.#context.head) this.#write(`0\r\n${this.#trailers}\r\n`)
    this.#finish()
  }

  /** Sends status and fields now, ahead of the body. */
  flushHeaders(): void {
    if (this.#headSent) return
    const length = this.#fields.get('content-length')
    if (length !== undefined) {
      this.#owed = Number(length)
    } else if (!this.#bodiless()) {
      // To a 1.0 client the end of the connection ends the body (RFC 9112 section 6.3).
      this.#chunked = this.#context.minor === 1
      if (this.#chunked) {
        this.#fields.put('transfer-encoding', 'chunked', 'Transfer-Encoding: chunked\r\n')
      } else {
        this.#fields.put('connection', 'close', 'Connection: close\r\n')
      }
    }
    this.#write(this.#makeHead())
  }

  /** Resolves once the client has caught up, or has gone. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#gone || !this.#blocked) resolve()
      else this.#drained.push(resolve)
    })
  }

  /** @internal */
  onDrain(): void {
    this.#blocked = false
    const waiting = this.#drained
    this.#drained = []
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
      this.#fields.clear()
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

  #makeHead(): string {
    this.#headSent = true
    const fields = this.#fields
    if (this.#status === 204) fields.delete('content-length') // RFC 9110 section 8.6
    let head = statusLine(this.#status) + fields.text()
    if (!fields.has('date')) head += dateLine()
    if (!fields.has('connection')) {
      this.#last = !this.#context.keepAlive
      if (this.#last) head += 'Connection: close\r\n'
      else if (this.#context.minor === 0) head += 'Connection: keep-alive\r\n'
    }
    return head + '\r\n'
  }

  /** RFC 9110 section 6.4.1. */
  #bodiless(): boolean {
    return this.#status === 204 || this.#status === 304
  }

  #setLength(length: number): void {
    const text = String(length)
    this.#fields.put('content-length', text, `Content-Length: ${text}\r\n`)
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
      this.#owed !== Infinity && this.#owed > 0 && !this.#context.head && !this.#bodiless()
    const asked = this.#fields.get('connection')?.toLowerCase() === 'close'
    // A body short of its Content-Length can only be ended by ending the connection.
    this.#sink.finish(short || asked || this.#last || !this.#context.keepAlive)
  }

  #headMustBeOpen(): void {
    if (!this.#headSent) return
    throw codedError(new Error('The head was sent before'), 'ERR_HTTP_HEADERS_SENT')
  }
}

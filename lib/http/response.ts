import { Buffer } from 'node:buffer'
import { STATUS_CODES } from 'node:http'
import { FileSlice } from '../net/file-slice'
import { writeAfterEndError } from '../reactor/errors'
import { bodyOf, typeOf } from './body-kind'
import { commonHead } from './common-head'
import { checkField, type Field, type FieldValue, makeField, trailerLines } from './field'
import {
  appended,
  type Fields,
  findField,
  onlyType,
  putField,
  withMissing,
  withoutField,
} from './fields'
import { contentTypeOf } from './files/content-type'
import { answerWithFile, type FileContent } from './file-answer'
import { openFile } from './files/open-file'
import type { FileOptions } from './files/plan'
import { Flag } from './heads'
import { bytesOf, type Piece } from './piece'
import type { HttpRequest } from './request'
import { headersSentError, tooLongError } from './response-errors'
import { asksForClose, CLOSE, responseHead } from './response-head'
import type { ResponseSink } from './response-sink'
import { State } from './response-state'
import { checkStatus, isBodiless } from './status-line'
import { Unfinished } from './unfinished'

const CHUNKED = makeField('Transfer-Encoding', 'chunked')

/**
 * The answer to one request. It stays valid after the client has gone: then writes are dropped, and
 * `closed` says so. Small, without a base, and itself a link in the list of its connection: one is made for each
 * request, and costs as much as all the rest.
 */
export class HttpResponse {
  /** @internal */
  readonly request: HttpRequest
  /** The answer behind it on the connection. @internal */
  follower: HttpResponse | undefined
  readonly #sink: ResponseSink<HttpResponse>
  #state: number
  #status = 200
  #fields: Fields
  /** The Content-Length, -1 without one. */
  #contentLength = -1
  #bodyBytes = 0
  /** Made where it is needed. @internal */
  unfinished: Unfinished | undefined

  /** @param wanted the request leaves the connection open @internal */
  constructor(sink: ResponseSink<HttpResponse>, request: HttpRequest, wanted: boolean) {
    this.#sink = sink
    this.request = request
    this.#state = wanted ? State.Wanted : 0
  }

  /** The head is on its way: status and fields can change no more. */
  get headersSent(): boolean {
    return this.is(State.HeadSent)
  }

  /** The status that is sent, or will be. */
  get statusCode(): number {
    return this.#status
  }

  /** The answer is complete. */
  get finished(): boolean {
    return this.is(State.Finished)
  }

  /** The client went before the answer was complete. */
  get closed(): boolean {
    return this.is(State.Gone)
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
    this.mustBeOpen()
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
    this.mustBeOpen()
    return this.put(checkField(name, value))
  }

  /** Adds a line to those that the field has. Throws as {@link header} does. */
  appendHeader(name: string, value: FieldValue): this {
    this.mustBeOpen()
    return this.put(appended(this.#fields, checkField(name, value)))
  }

  /** The value of a field that was set, several joined by `, `. */
  getHeader(name: string): string | undefined {
    return findField(this.#fields, name.toLowerCase())?.value
  }

  /** Takes a field back. @throws Error `ERR_HTTP_HEADERS_SENT` */
  removeHeader(name: string): this {
    this.mustBeOpen()
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
    if (this.finished) throw writeAfterEndError()
    this.aside().trailers = trailerLines(fields)
    return this
  }

  /**
   * Answers with a whole body: a string (text/plain), bytes (application/octet-stream) or anything else
   * as JSON; a Content-Type that was set stays. The answer is complete then.
   */
  send(data: unknown = ''): void {
    this.mustBeOpen()
    const body = bodyOf(data)
    const type = typeOf(data)
    if (isBodiless(this.#status)) {
      this.end()
      return
    }
    if (typeof body === 'string' && this.sendCommonly(type, body)) return
    if (findField(this.#fields, 'content-type') === undefined)
      this.#fields = putField(this.#fields, type)
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#contentLength = length
    this.#bodyBytes = this.isHead() ? 0 : length
    const head = this.makeHead()
    if (length === 0 || this.isHead()) {
      this.pass(head)
    } else if (typeof body === 'string' && body.length === length) {
      this.pass(head + body) // ASCII, then
    } else {
      this.pass(head)
      this.pass(typeof body === 'string' ? Buffer.from(body) : body)
    }
    this.finish()
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
    this.mustBeOpen()
    answerWithFile(this, openFile(path), { type: contentTypeOf(path), ...options })
  }

  /** Answers with `length` bytes of content, the socket's once this returns; none where none is due. @internal */
  sendContent({ status, fields, length, content }: FileContent): void {
    this.mustBeOpen()
    this.#status = status
    this.#fields = withMissing(this.#fields, fields)
    if (isBodiless(status)) {
      this.end()
      return
    }
    this.#contentLength = length
    this.pass(this.makeHead())
    if (content !== undefined) {
      this.#bodyBytes = length
      this.pass(content)
    }
    this.finish()
  }

  /**
   * Sends a piece of the body: chunked, unless a Content-Length was set.
   *
   * @returns false where the client has to catch up; {@link drained} says when it has
   * @throws TypeError `ERR_INVALID_ARG_TYPE`
   * @throws RangeError `ERR_HTTP_CONTENT_LENGTH_MISMATCH` beyond the Content-Length that was set
   */
  write(data: string | Uint8Array): boolean {
    if (this.finished) throw writeAfterEndError()
    const bytes = bytesOf(data)
    this.flushHeaders()
    if (bytes.length === 0 || this.isHead() || isBodiless(this.#status)) return true
    const owed = this.#contentLength < 0 ? Infinity : this.#contentLength - this.#bodyBytes
    if (bytes.length > owed) throw tooLongError()
    this.#bodyBytes += bytes.length
    if (!this.is(State.Chunked)) return this.pass(bytes)
    this.pass(`${bytes.length.toString(16)}\r\n`)
    this.pass(bytes)
    return this.pass('\r\n')
  }

  /** Sends the last piece, if given, and completes the answer. Twice is fine. */
  end(data?: string | Uint8Array): void {
    if (this.finished) return
    const trailers = this.unfinished?.trailers ?? ''
    const whole = !this.headersSent && trailers === ''
    if (whole && !isBodiless(this.#status) && this.#contentLength < 0) {
      this.#contentLength = data === undefined ? 0 : Buffer.byteLength(data)
    }
    if (data !== undefined) this.write(data)
    this.flushHeaders()
    if (this.is(State.Chunked) && !this.isHead()) this.pass(`0\r\n${trailers}\r\n`)
    this.finish()
  }

  /** Sends status and fields now, ahead of the body. */
  flushHeaders(): void {
    if (this.headersSent) return
    if (this.#contentLength < 0 && !isBodiless(this.#status)) {
      // To a 1.0 client the end of the connection ends the body (RFC 9112 section 6.3).
      const chunked = (this.request.flags & Flag.MinorOne) !== 0
      if (chunked) this.#state |= State.Chunked
      this.#fields = putField(this.#fields, chunked ? CHUNKED : CLOSE)
    }
    this.pass(this.makeHead())
  }

  /** Resolves once the client has caught up, or has gone. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed || !this.is(State.Blocked)) resolve()
      else this.aside().wait(resolve)
    })
  }

  // What the connection tells and asks.

  /** @internal */
  onDrain(): void {
    this.#state &= ~State.Blocked
    this.unfinished?.wake()
  }

  /**
   * The handler has failed: the status without what it had set, or, where the answer has begun, its end short
   * of the whole, behind the answers in front.
   * @internal
   */
  breakOff(status = 500): void {
    if (this.finished) return
    if (!this.headersSent) {
      this.#fields = undefined
      this.#contentLength = -1
      this.sendStatus(status)
      return
    }
    this.#state |= State.Finished
    this.settle(true)
  }

  /** The client has gone. @internal */
  onGone(): void {
    if (!this.finished) this.#state |= State.Gone
    this.onDrain()
  }

  /** The handler gets no further: `answer` takes the place of its own, unless that has begun. @internal */
  refuse(answer: string): void {
    this.onGone()
    if (!this.headersSent) this.aside().enqueue(answer)
    this.#state |= State.Settled | State.Closing
  }

  /** The connection has to wait for nothing more of it. @internal */
  get settled(): boolean {
    return this.is(State.Settled)
  }

  /** No request can follow it on the connection. @internal */
  get closing(): boolean {
    return this.is(State.Closing)
  }

  /** What an answer needs that is not sent at once. @internal */
  aside(): Unfinished {
    return (this.unfinished ??= new Unfinished())
  }

  /** Answers as most answers are; false where this one is not. */
  private sendCommonly(type: Field, body: string): boolean {
    const { request } = this
    const { second } = request
    const only = onlyType(this.#fields, type)
    if (only === undefined || this.#status !== 200 || second === undefined) return false
    if ((request.flags & (Flag.IsHead | Flag.MinorOne)) !== Flag.MinorOne) return false
    if (this.closed || body === '') return false
    const last = !this.keepsAlive()
    const head = commonHead(only, body.length, second, last)
    if (head === undefined) return false
    const room = this.#sink.sendWhole(this, head, body)
    if (room === undefined) return false
    this.#bodyBytes = body.length
    this.#state |= State.HeadSent | State.Finished | (room ? 0 : State.Blocked)
    this.settle(last)
    return true
  }

  /** The head as it is sent; from here on it is closed. */
  private makeHead(): string {
    this.#state |= State.HeadSent
    const own = findField(this.#fields, 'connection')
    const last = own === undefined && !this.keepsAlive()
    if (last) this.#state |= State.Last
    return responseHead(this.#status, this.#fields, this.#contentLength, this.request, last)
  }

  private put(field: Field): this {
    if (field.key === 'content-length') this.#contentLength = Number(field.value)
    this.#fields = putField(this.#fields, field)
    return this
  }

  private mustBeOpen(): void {
    if (this.headersSent) throw headersSentError()
  }

  private pass(data: Piece): boolean {
    if (this.closed) {
      if (data instanceof FileSlice) data.release()
      return true
    }
    const room = this.#sink.send(this, data)
    this.#state = room ? this.#state & ~State.Blocked : this.#state | State.Blocked
    return room
  }

  private finish(): void {
    this.#state |= State.Finished
    const short =
      this.#bodyBytes < this.#contentLength && !this.isHead() && !isBodiless(this.#status)
    const asked = asksForClose(findField(this.#fields, 'connection')?.value)
    // A body short of its Content-Length can only be ended by ending the connection.
    this.settle(short || asked || this.is(State.Last) || !this.keepsAlive())
  }

  private settle(closing: boolean): void {
    if (this.settled) return // it was refused meanwhile
    this.#state |= closing ? State.Settled | State.Closing : State.Settled
    this.#sink.onSettled(this)
  }

  private is(fact: number): boolean {
    return (this.#state & fact) !== 0
  }

  private keepsAlive(): boolean {
    return this.is(State.Wanted) && this.#sink.goesOn(this.request)
  }

  /** The request is HEAD: the answer has no body. */
  private isHead(): boolean {
    return (this.request.flags & Flag.IsHead) !== 0
  }
}

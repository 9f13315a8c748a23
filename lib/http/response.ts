import { STATUS_CODES } from 'node:http'
import { unsupportedError } from '../reactor/errors'
import { codedError } from '../sys/errors'
import { httpDate } from './date'

/** Where a response's bytes go. @internal */
export interface ResponseSink {
  /** False where the client has to catch up: `onDrain` follows. */
  write(data: string | Uint8Array): boolean
  /** The answer is complete; `close`: no request can follow it on this connection. */
  finish(close: boolean): void
}

/** What the request says of its answer. @internal */
export interface ResponseContext {
  readonly head: boolean
  readonly minor: number
  /** As it stands now. */
  readonly keepAlive: boolean
}

const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The answer to one request. It stays valid after the client has gone: then writes are dropped, and
 * `closed` says so.
 */
export class HttpResponse {
  readonly #sink: ResponseSink
  readonly #context: ResponseContext
  readonly #fields = new Map<string, [name: string, value: string]>()
  #status = 200
  #headSent = false
  #finished = false
  #gone = false
  #chunked = false
  /** The head says that the connection ends. */
  #last = false
  /** Bytes of the body that the Content-Length set by the handler still owes. */
  #owed = Infinity
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
    const text = String(value)
    if (!tokenPattern.test(name)) throw invalid('name', name)
    if (!valuePattern.test(text)) throw invalid(`value of "${name}"`, text)
    const key = name.toLowerCase()
    // What frames the message is not left to a handler's slip: the next answer would suffer from it.
    if (key === 'transfer-encoding') {
      throw unsupportedError('Transfer-Encoding is chosen by the response itself')
    }
    if (key === 'content-length' && !/^\d{1,15}$/.test(text)) {
      throw codedError(
        new RangeError(`The Content-Length must be a number of bytes. Received '${text}'`),
        'ERR_OUT_OF_RANGE',
      )
    }
    this.#fields.set(key, [name, text])
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
    if (!this.#fields.has('content-type')) this.#fields.set('content-type', ['Content-Type', type])
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#fields.set('content-length', ['Content-Length', String(length)])
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
    if (!this.#chunked) return this.#write(bytes)
    this.#write(`${bytes.length.toString(16)}\r\n`)
    this.#write(bytes)
    return this.#write('\r\n')
  }

  /** Sends the last piece, if given, and completes the answer. Twice is fine. */
  end(data?: string | Uint8Array): void {
    if (this.#finished) return
    if (!this.#headSent && !this.#bodiless() && !this.#fields.has('content-length')) {
      const length = data === undefined ? 0 : Buffer.byteLength(data)
      this.#fields.set('content-length', ['Content-Length', String(length)])
    }
    if (data !== undefined) this.write(data)
    this.flushHeaders()
    if (this.#chunked && !this.#context.head) this.#write('0\r\n\r\n')
    this.#finish()
  }

  /** Sends status and fields now, ahead of the body. */
  flushHeaders(): void {
    if (this.#headSent) return
    const length = this.#fields.get('content-length')
    if (length !== undefined) {
      this.#owed = Number(length[1])
    } else if (!this.#bodiless()) {
      // To a 1.0 client the end of the connection ends the body (RFC 9112 section 6.3).
      this.#chunked = this.#context.minor === 1
      if (this.#chunked) this.#fields.set('transfer-encoding', ['Transfer-Encoding', 'chunked'])
      else this.#fields.set('connection', ['Connection', 'close'])
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
    let head = `HTTP/1.1 ${String(this.#status)} ${STATUS_CODES[this.#status] ?? ''}\r\n`
    for (const [name, value] of fields.values()) head += `${name}: ${value}\r\n`
    if (!fields.has('date')) head += `Date: ${httpDate()}\r\n`
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

  #write(data: string | Uint8Array): boolean {
    if (this.#gone) return true
    this.#blocked = !this.#sink.write(data)
    return !this.#blocked
  }

  #finish(): void {
    this.#finished = true
    const short =
      this.#owed !== Infinity && this.#owed > 0 && !this.#context.head && !this.#bodiless()
    const asked = this.#fields.get('connection')?.[1].toLowerCase() === 'close'
    // A body short of its Content-Length can only be ended by ending the connection.
    this.#sink.finish(short || asked || this.#last || !this.#context.keepAlive)
  }

  #headMustBeOpen(): void {
    if (!this.#headSent) return
    throw codedError(new Error('The head was sent before'), 'ERR_HTTP_HEADERS_SENT')
  }
}

function invalid(what: string, received: string): Error {
  return codedError(
    new TypeError(
      `The ${what} has a character that HTTP does not allow. Received ${JSON.stringify(received)}`,
    ),
    'ERR_INVALID_CHAR',
  )
}

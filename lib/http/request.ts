import { codedError } from '../sys/errors'
import type { Socket } from '../net/socket'
import { readForm } from './form-data'
import { Refusal } from './refusal'
import type { RequestHead } from './head'

/** The header fields of a request; names are matched regardless of case. */
export class RequestHeaders {
  readonly #fields: readonly string[]

  /** @internal */
  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  /** The value; where the field came several times the values joined by `, ` (RFC 9110 section 5.3). */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase()
    let found: string | undefined
    for (let i = 0; i < this.#fields.length; i += 2) {
      const field = this.#fields[i] as string
      if (field.length !== wanted.length || field.toLowerCase() !== wanted) continue
      const value = this.#fields[i + 1] as string
      found = found === undefined ? value : `${found}, ${value}`
    }
    return found
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Name and value of each field, as they came. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.#fields.length; i += 2) {
      yield [this.#fields[i] as string, this.#fields[i + 1] as string]
    }
  }
}

/** What a request asks of its connection. @internal */
export interface BodySource {
  readonly socket: Socket
  /** Bytes of the body that may wait here before the client has to. */
  readonly highWaterMark: number
  /** The handler has begun to read: `100 Continue` is due. */
  onReading(): void
  /** There is room for more. */
  onRoom(): void
}

/** A request. It stays valid after the answer and after the client has gone. */
export class HttpRequest {
  /** As it came; methods are case-sensitive (RFC 9110 section 9.1). */
  readonly method: string
  /** The request target as it came, undecoded. */
  readonly url: string
  readonly headers: RequestHeaders
  /** '1.0' or '1.1' */
  readonly httpVersion: string
  readonly #source: BodySource
  /** Made when the signal is first asked for: few handlers do, and it costs more than the request. */
  #abort: AbortController | undefined
  #gone: Error | undefined
  #chunks: Uint8Array[] = []
  #waiting = 0
  #complete: boolean
  #failure: Error | undefined
  #taken = false
  #wake: (() => void) | undefined

  /** @internal */
  constructor(head: RequestHead, source: BodySource) {
    this.method = head.method
    this.url = head.target
    this.headers = new RequestHeaders(head.fields)
    this.httpVersion = head.minor === 1 ? '1.1' : '1.0'
    this.#source = source
    this.#complete = head.body === 0
  }

  /** The path of the target, undecoded; of an absolute target, its path. */
  get path(): string {
    const { pathStart, queryStart } = this.#parts()
    return this.url.slice(pathStart, queryStart) || '/'
  }

  /** What follows the `?`, parsed; empty without one. */
  get query(): URLSearchParams {
    return new URLSearchParams(this.url.slice(this.#parts().queryStart + 1))
  }

  /** The connection it came on. */
  get socket(): Socket {
    return this.#source.socket
  }

  /** Aborts when the client goes before the answer was complete. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#gone !== undefined) this.#abort.abort(this.#gone)
    }
    return this.#abort.signal
  }

  /** The value of a header field, undefined without one. */
  header(name: string): string | undefined {
    return this.headers.get(name)
  }

  /**
   * The body as it comes; can be taken once. The client is slowed down to the reader's pace.
   *
   * @throws Error `ERR_HTTP_BODY_USED`; `ERR_HTTP_BODY_TOO_LARGE`; `ECONNRESET` where the client goes
   */
  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#read() }
  }

  /** The body whole. Fails as {@link body} does. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.body) chunks.push(chunk)
    return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
  }

  /** The body as UTF-8. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  /** The body as JSON. @throws SyntaxError */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown
  }

  /**
   * The body as a form: multipart/form-data or application/x-www-form-urlencoded. Files are held in memory. Fails as
   * {@link body} does.
   *
   * @throws TypeError `ERR_HTTP_NO_FORM` for another Content-Type or a malformed body
   */
  formData(): Promise<FormData> {
    return readForm(this.body, this.header('content-type'))
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#taken) throw codedError(new Error('The body was read before'), 'ERR_HTTP_BODY_USED')
    this.#taken = true
    this.#source.onReading()
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#waiting -= chunk.length
        if (this.#waiting < this.#source.highWaterMark) this.#source.onRoom()
        yield chunk
      } else if (this.#failure !== undefined) {
        throw this.#failure
      } else if (this.#complete) {
        return
      } else {
        await new Promise<void>((wake) => {
          this.#wake = wake
        })
      }
    }
  }

  // What the connection tells.

  /** The client has gone before the answer was complete. @internal */
  get abandoned(): boolean {
    return this.#gone !== undefined
  }

  /** @internal */
  get complete(): boolean {
    return this.#complete
  }

  /** Enough of the body waits for its reader. @internal */
  get crowded(): boolean {
    return this.#waiting >= this.#source.highWaterMark
  }

  /** Takes a copy of what came. @internal */
  onBody(data: Uint8Array): void {
    this.#chunks.push(new Uint8Array(data)) // the slice() of a Buffer would be a view
    this.#waiting += data.length
    this.#rouse()
  }

  /** @internal */
  onBodyEnd(): void {
    this.#complete = true
    this.#rouse()
  }

  /** The rest of the body is not coming. @internal */
  onFailure(error: Error): void {
    if (!this.#complete) this.#failure = error
    this.#rouse()
    if (error instanceof Refusal) return
    this.#gone = error
    this.#abort?.abort(error)
  }

  /** Nobody reads it any more. @internal */
  discard(): void {
    this.#chunks = []
    this.#waiting = 0
  }

  #rouse(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #parts(): { pathStart: number; queryStart: number } {
    const { url } = this
    // absolute-form (RFC 9112 section 3.2.2)
    const pathStart = url.startsWith('/') ? 0 : (/^[a-z]+:\/\/[^/?]*/i.exec(url)?.[0].length ?? 0)
    const query = url.indexOf('?', pathStart)
    return { pathStart, queryStart: query < 0 ? url.length : query }
  }
}

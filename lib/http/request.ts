import type { Socket } from '../net/socket'
import { type BodySource, RequestBody } from './body'
import { readForm } from './form-data'
import { RequestHead, RequestHeaders } from './head'
import { Flag, type Heads } from './heads'
import { Refusal } from './refusal'

/** What a request asks of its connection. @internal */
export interface RequestSource extends BodySource {
  readonly socket: Socket
}

/** A request. It stays valid after the answer and after the client has gone. */
export class HttpRequest extends RequestHead {
  readonly #source: RequestSource
  #headers: RequestHeaders | undefined
  /** Made for a request that has a body, and where one is asked for. */
  #body: RequestBody | undefined
  /** Made when the signal is first asked for: few handlers do, and it costs more than the request. */
  #abort: AbortController | undefined
  #gone: Error | undefined

  /** @internal */
  constructor(heads: Heads, entry: number, source: RequestSource) {
    super(heads, entry)
    this.#source = source
    if ((this.flags & Flag.HasBody) !== 0) this.#body = new RequestBody(source, false)
  }

  /** All header fields. */
  get headers(): RequestHeaders {
    return (this.#headers ??= new RequestHeaders(this))
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

  /**
   * Aborts when the client goes before the answer was complete. One that has sent its end (half-close) has not
   * gone; whether it still reads shows when something is written to it.
   */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#gone !== undefined) this.#abort.abort(this.#gone)
    }
    return this.#abort.signal
  }

  /**
   * The body as it comes; can be taken once. The client is slowed down to the reader's pace.
   *
   * @throws Error `ERR_HTTP_BODY_USED`; `ERR_HTTP_BODY_TOO_LARGE`; `ECONNRESET` where the client goes
   */
  get body(): AsyncIterable<Uint8Array> {
    const body = (this.#body ??= new RequestBody(this.#source, true))
    return { [Symbol.asyncIterator]: () => body.read() }
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

  // What the connection tells.

  /** The client has gone before the answer was complete. @internal */
  get abandoned(): boolean {
    return this.#gone !== undefined
  }

  /** Enough of the body waits for its reader. @internal */
  get crowded(): boolean {
    return this.#body?.crowded === true
  }

  /** @param data is kept @internal */
  onBody(data: Uint8Array): void {
    this.#body?.push(data)
  }

  /** @internal */
  onBodyEnd(): void {
    this.#body?.end()
  }

  /** The rest of the body is not coming. @internal */
  onFailure(error: Error): void {
    this.#body?.fail(error)
    if (error instanceof Refusal) return
    this.#gone = error
    this.#abort?.abort(error)
  }

  /** Nobody reads the body any more. @internal */
  discard(): void {
    this.#body?.discard()
  }

  #parts(): { pathStart: number; queryStart: number } {
    const { url } = this
    // absolute-form (RFC 9112 section 3.2.2)
    const pathStart = url.startsWith('/') ? 0 : (/^[a-z]+:\/\/[^/?]*/i.exec(url)?.[0].length ?? 0)
    const query = url.indexOf('?', pathStart)
    return { pathStart, queryStart: query < 0 ? url.length : query }
  }
}

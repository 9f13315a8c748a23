import { wrongType } from '../net/checks'
import type { Socket } from '../net/socket'
import { type BodySource, RequestBody } from './body'
import { readForm } from './form-data'
import { collect, collectText, parseJson, unreported } from './collecting'
import { contentLengthOf, fieldOf, findFields, methodOf, RequestHeaders, sliceOf } from './head'
import { Flag, type Heads, Place } from './heads'
import { Refusal } from './refusal'

/** What few handlers ask for, and few requests have. */
class Rarities {
  /** Places of the fields, where they were found in the text. */
  fields: Int32Array | undefined
  headers: RequestHeaders | undefined
  abort: AbortController | undefined
  gone: Error | undefined
}

/** What a request asks of its connection. @internal */
export interface RequestSource extends BodySource {
  readonly socket: Socket
}

/** A head's flags lie below. */
const METHOD_SHIFT = 8
const FLAGS = (1 << METHOD_SHIFT) - 1

/**
 * A request. It stays valid after the answer and after the client has gone.
 *
 * Strings are made when they are asked for. It holds the text of its head, and so stays valid when the
 * slab is used again; of the block of heads it uses the places of the fields while they are there, and
 * finds them itself afterwards. One class without a base: one is made for each request, and a chain of
 * constructors costs as much as all the rest of it.
 */
export class HttpRequest {
  readonly #heads: Heads
  readonly #entry: number
  readonly #turn: number
  readonly #text: string
  /** Where the head begins in the text. */
  readonly #begin: number
  /** Flags, and behind them the number of the method. */
  readonly #facts: number
  readonly #target: number
  readonly #fieldCount: number
  readonly #source: RequestSource
  #url: string | undefined
  /** Made for a request that has a body, and where one is asked for. */
  #body: RequestBody | undefined
  /** Made when it is first needed. */
  #rarities: Rarities | undefined

  /** @param entry the head's place in the block of heads @internal */
  constructor(heads: Heads, entry: number, source: RequestSource) {
    const { numbers } = heads
    const page = numbers[entry + Place.Page] as number
    const text = heads.text(page)
    const begin = (numbers[entry] as number) - (numbers[page] as number)
    const flags = numbers[entry + Place.Flags] as number
    this.#heads = heads
    this.#entry = entry
    this.#turn = heads.turn
    this.#text = text
    this.#begin = begin
    this.#facts = flags | ((numbers[entry + Place.Method] as number) << METHOD_SHIFT)
    this.#target = numbers[entry + Place.Target] as number
    this.#fieldCount = numbers[entry + Place.FieldCount] as number
    this.#source = source
    if ((flags & Flag.HasBody) !== 0)
      this.#body = new RequestBody(source, contentLengthOf(heads, entry), false)
  }

  /** As it came; methods are case-sensitive (RFC 9110 section 9.1). */
  get method(): string {
    return methodOf(this.#facts >> METHOD_SHIFT, this.#text, this.#begin)
  }

  /** The request target as it came, undecoded. */
  get url(): string {
    return (this.#url ??= sliceOf(this.#text, this.#begin, this.#target))
  }

  /** '1.0' or '1.1' */
  get httpVersion(): string {
    return (this.#facts & Flag.MinorOne) !== 0 ? '1.1' : '1.0'
  }

  /**
   * The value of a header field, undefined without one; see {@link RequestHeaders.get}.
   *
   * @throws TypeError for a name that is no string
   */
  header(name: string): string | undefined {
    if (typeof (name as unknown) !== 'string') throw wrongType('name', 'a string', name, 'argument')
    const fields = this.fields()
    const first = this.firstField(fields)
    const end = first + 2 * this.#fieldCount
    return fieldOf(this.#text, this.#begin, fields, first, end, name)
  }

  /** A name and a value for each field, as they came. @internal */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.#fieldCount; i++) {
      // Asked for anew each time: between two of them the block may have been used again.
      const fields = this.fields()
      const at = this.firstField(fields) + 2 * i
      const name = sliceOf(this.#text, this.#begin, fields[at] as number)
      yield [name, sliceOf(this.#text, this.#begin, fields[at + 1] as number)]
    }
  }

  /** The facts that C++ found, see {@link Flag}. @internal */
  get flags(): number {
    return this.#facts & FLAGS
  }

  /** Bytes of the head. @internal */
  get headLength(): number {
    return this.#heads.numbers[this.#entry + Place.Length] as number
  }

  /** When it came, in seconds since 1970; undefined once that was an earlier turn. @internal */
  get second(): number | undefined {
    return this.#heads.turn === this.#turn ? this.#heads.second : undefined
  }

  /** All header fields. */
  get headers(): RequestHeaders {
    return (this.rare().headers ??= new RequestHeaders(this))
  }

  /** The path of the target, undecoded; of an absolute target, its path. */
  get path(): string {
    const { pathStart, queryStart } = this.parts()
    return this.url.slice(pathStart, queryStart) || '/'
  }

  /** What follows the `?`, parsed; empty without one. */
  get query(): URLSearchParams {
    return new URLSearchParams(this.url.slice(this.parts().queryStart + 1))
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
    const rare = this.rare()
    if (rare.abort === undefined) {
      rare.abort = new AbortController()
      if (rare.gone !== undefined) rare.abort.abort(rare.gone)
    }
    return rare.abort.signal
  }

  /**
   * The body as it comes, of any length; can be taken once. The client is slowed down to the reader's pace.
   *
   * @throws Error `ERR_HTTP_BODY_USED`; `ERR_HTTP_BODY_TOO_LARGE` where the answer is complete before the body is
   *   read, and more than `maxBodySize` of it is left; `ECONNRESET` where the client goes
   */
  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.takenBody().read() }
  }

  /**
   * The body whole, up to `maxBodySize`. Fails as {@link body} does.
   *
   * @throws Error `ERR_HTTP_BODY_TOO_LARGE` for more, as soon as that is known: the client is answered 413
   */
  bytes(): Promise<Uint8Array> {
    return unreported(collect(this.collected()))
  }

  /** The body as UTF-8. Fails as {@link bytes} does. */
  text(): Promise<string> {
    return unreported(collectText(this.collected()))
  }

  /**
   * The body as JSON. Fails as {@link bytes} does.
   *
   * @throws SyntaxError for what is none; a handler that lets it pass has answered 400
   */
  json(): Promise<unknown> {
    return unreported(collectText(this.collected()).then(parseJson))
  }

  /**
   * The body as a form: multipart/form-data or application/x-www-form-urlencoded. Files are held in memory. Fails as
   * {@link bytes} does. A handler that lets this failure pass has answered 400, or 415 for another Content-Type.
   *
   * @throws TypeError `ERR_HTTP_NO_FORM` for another Content-Type, a malformed body or more than 10,000 parts
   */
  formData(): Promise<FormData> {
    const body = { [Symbol.asyncIterator]: () => this.collected() }
    return unreported(readForm(body, this.header('content-type')))
  }

  // What the connection tells.

  /** The client has gone before the answer was complete. @internal */
  get abandoned(): boolean {
    return this.#rarities?.gone !== undefined
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
    const rare = this.rare()
    rare.gone = error
    rare.abort?.abort(error)
  }

  /** Whether it is this one's. @internal */
  owns(body: RequestBody): boolean {
    return this.#body === body
  }

  /** Bytes of the body, as far as they are known of, that nobody has read. @internal */
  get unread(): number {
    return this.#body?.unread ?? 0
  }

  /** The handler is reading the body. @internal */
  get reading(): boolean {
    return this.#body?.reading === true
  }

  /** So many bytes of the body have come for nobody. @internal */
  onPassedOver(bytes: number): void {
    this.#body?.passOver(bytes)
  }

  /** Nobody reads the body any more. @internal */
  discard(): void {
    this.#body?.discard()
  }

  private takenBody(): RequestBody {
    return (this.#body ??= new RequestBody(this.#source, 0, true))
  }

  private collected(): AsyncIterableIterator<Uint8Array> {
    return this.takenBody().read(this.#source.maxBodySize)
  }

  /** The block of heads, or, where that has gone on to others, places found in the text. */
  private fields(): Int32Array {
    if (this.#heads.turn === this.#turn) return this.#heads.numbers
    return (this.rare().fields ??= findFields(this.#text, this.#begin, this.#fieldCount))
  }

  private firstField(fields: Int32Array): number {
    return fields === this.#heads.numbers ? this.#entry + Place.Fields : 0
  }

  private rare(): Rarities {
    return (this.#rarities ??= new Rarities())
  }

  private parts(): { pathStart: number; queryStart: number } {
    const { url } = this
    // absolute-form (RFC 9112 section 3.2.2)
    const pathStart = url.startsWith('/') ? 0 : (/^[a-z]+:\/\/[^/?]*/i.exec(url)?.[0].length ?? 0)
    const query = url.indexOf('?', pathStart)
    return { pathStart, queryStart: query < 0 ? url.length : query }
  }
}

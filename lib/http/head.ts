import { Refusal } from './refusal'

/** How the body ends: after so many bytes, or with the last chunk (RFC 9112 section 6). */
export type BodyLength = number | 'chunked'

/** A request's head, checked. @internal */
export interface RequestHead {
  method: string
  /** The request target as it came. */
  target: string
  /** 0 or 1: the minor of HTTP/1.x. */
  minor: number
  /** Field names as they came, and values, one after the other. */
  fields: string[]
  /** The connection can carry another request after this one. */
  keepAlive: boolean
  body: BodyLength
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean
}

/** @internal */
export interface HeadLimits {
  /** bytes of the whole head */
  maxHeaderSize: number
  /** header fields */
  maxHeaderCount: number
}

// RFC 9110 section 5.6.2.
const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
// RFC 9112 section 3: one space each, and a target without white space or control characters.
const requestLine = new RegExp(`^(${token}) ([\\x21-\\x7e]+) HTTP/(\\d)\\.(\\d)$`)
// RFC 9112 section 5, RFC 9110 section 5.5: no space before the colon, no control characters in the
// value. A line that begins with white space (obs-fold) does not match.

const fieldLine = new RegExp(
  `^(${token}):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff](?:[\\t\\x20-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)?)[ \\t]*$`,
)
// RFC 9110 section 7.2 with RFC 3986 section 3.2.2: a name, an IPv4 address or a bracketed one.
const host = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~%!$&'()*+,;=]*)(?::\d{0,5})?$/
const digits = /^\d{1,15}$/

/**
 * Where the head ends in `text`: the index behind its empty line, or -1 where it has not come whole.
 *
 * @param from where the request begins
 * @throws Refusal where it can't become a head any more
 * @internal
 */
export function findHeadEnd(text: string, from: number, limits: HeadLimits): number {
  const end = text.indexOf('\r\n\r\n', from)
  const length = (end < 0 ? text.length : end + 4) - from
  if (length > limits.maxHeaderSize) {
    const line = text.indexOf('\r\n', from)
    const lineFits = line >= 0 && line - from <= limits.maxHeaderSize
    throw new Refusal(lineFits ? 'HEAD_TOO_LARGE' : 'TARGET_TOO_LONG')
  }
  if (end >= 0) return end + 4
  // A bare LF would have ended a line for a laxer parser: that client waits for an answer already.
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (at === from || text[at - 1] !== '\r') throw new Refusal('BARE_LINE_BREAK')
  }
  return -1
}

/**
 * Parses and checks a head: RFC 9112 sections 2 to 6, strictly. Whatever two parsers could read
 * differently is refused.
 *
 * @param text the head with its empty line, one character per byte (latin1)
 * @throws Refusal
 * @internal
 */
export function parseHead(text: string, limits: HeadLimits): RequestHead {
  const lines = text.slice(0, -4).split('\r\n')
  const [first = ''] = lines
  const line = requestLine.exec(first)
  if (line === null) {
    throw new Refusal(/[\r\n]/.test(first) ? 'BARE_LINE_BREAK' : 'BAD_REQUEST_LINE')
  }
  const [, method = '', target = '', major, minor = ''] = line
  if (major !== '1') throw new Refusal('UNKNOWN_VERSION')
  checkTarget(method, target)
  if (lines.length - 1 > limits.maxHeaderCount) throw new Refusal('HEAD_TOO_LARGE')
  const fields: string[] = []
  const framing = new Framing(Number(minor) > 0 ? 1 : 0)
  for (let i = 1; i < lines.length; i++) {
    const text = lines[i] as string
    const field = fieldLine.exec(text)
    if (field === null) {
      throw new Refusal(/[\r\n]/.test(text) ? 'BARE_LINE_BREAK' : 'BAD_HEADER')
    }
    const [, name = '', value = ''] = field
    fields.push(name, value)
    framing.see(name.toLowerCase(), value)
  }
  return { method, target, fields, ...framing.conclude() }
}

/** RFC 9112 section 3.2: origin-form, absolute-form, `*` for OPTIONS, authority-form for CONNECT. */
function checkTarget(method: string, target: string): void {
  if (target.startsWith('/')) return
  if (/^https?:\/\/[^/?#]/i.test(target)) return
  if (method === 'OPTIONS' && target === '*') return
  if (method === 'CONNECT' && /^[^/?#@]+:\d+$/.test(target)) return
  throw new Refusal('BAD_REQUEST_LINE')
}

/** What the fields say of where the message ends and whether the connection goes on. */
class Framing {
  readonly #minor: 0 | 1
  #hosts = 0
  #length: number | undefined
  #coding: string | undefined
  #close = false
  #keepAlive = false
  #expectsContinue = false

  constructor(minor: 0 | 1) {
    this.#minor = minor
  }

  see(name: string, value: string): void {
    switch (name) {
      case 'host':
        this.#hosts++
        if (!host.test(value)) throw new Refusal('BAD_HOST')
        break
      case 'content-length':
        if (this.#length !== undefined || !digits.test(value)) throw new Refusal('BAD_LENGTH')
        this.#length = Number(value)
        break
      case 'transfer-encoding':
        this.#coding = this.#coding === undefined ? value : `${this.#coding}, ${value}`
        break
      case 'connection':
        for (const option of value.toLowerCase().split(',')) {
          if (option.trim() === 'close') this.#close = true
          if (option.trim() === 'keep-alive') this.#keepAlive = true
        }
        break
      case 'expect':
        // RFC 9110 section 10.1.1: a 1.0 client's expectation is ignored.
        if (this.#minor === 0) break
        if (value.toLowerCase() !== '100-continue') throw new Refusal('UNKNOWN_EXPECTATION')
        this.#expectsContinue = true
        break
    }
  }

  conclude(): Pick<RequestHead, 'minor' | 'keepAlive' | 'body' | 'expectsContinue'> {
    if (this.#hosts > 1 || (this.#hosts === 0 && this.#minor === 1)) throw new Refusal('BAD_HOST')
    const body = this.#body()
    return {
      minor: this.#minor,
      keepAlive: !this.#close && (this.#minor === 1 || this.#keepAlive),
      body,
      expectsContinue: this.#expectsContinue && body !== 0,
    }
  }

  /** RFC 9112 section 6.3, with no benefit of the doubt. */
  #body(): BodyLength {
    if (this.#coding === undefined) return this.#length ?? 0
    if (this.#length !== undefined) throw new Refusal('BAD_LENGTH')
    if (this.#minor === 0) throw new Refusal('BAD_CODING')
    const codings = this.#coding.split(',').map((coding) => coding.trim().toLowerCase())
    if (codings.length === 1 && codings[0] === 'chunked') return 'chunked'
    if (codings.some((coding) => coding === '') || codings.slice(0, -1).includes('chunked')) {
      throw new Refusal('BAD_CODING')
    }
    throw new Refusal('UNKNOWN_CODING')
  }
}

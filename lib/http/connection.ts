import { STATUS_CODES } from 'node:http'
import { FileSlice } from '../net/file-slice'
import type { Socket } from '../net/socket'
import { constants } from '../sys/constants'
import { codedError } from '../sys/errors'
import { ioctl } from '../sys/ioctl'
import { BodyDecoder } from './body-decoder'
import { dateLine } from './date'
import { Exchange, type ExchangeOwner } from './exchange'
import { findHeadEnd, parseHead, type HeadLimits, type RequestHead } from './head'
import { Refusal } from './refusal'
import { type BodySource, HttpRequest } from './request'
import { HttpResponse } from './response'
import type { Piece } from './response-context'

/** What a connection needs of its server. @internal */
export interface ConnectionOwner {
  readonly limits: HeadLimits & { maxBodySize: number }
  /** Milliseconds for a head, for a body, and of idleness between requests. */
  readonly timeouts: { head: number; request: number; keepAlive: number }
  readonly closing: boolean
  handle(request: HttpRequest, response: HttpResponse): void
  /** The answer is complete, or the client has gone. */
  answered(request: HttpRequest, response: HttpResponse): void
}

/** Requests of one connection that are being answered at once. */
const MOST_EXCHANGES = 64

/** The request whose body is coming. */
interface Receiving {
  readonly request: HttpRequest
  readonly decoder: BodyDecoder
  expectsContinue: boolean
  /** It ends the connection. */
  readonly last: boolean
}

/** What the connection waits for, each with a time limit of its own; a handler has none. */
type Phase = 'head' | 'body' | 'answer' | 'sending' | 'idle'

/**
 * One connection: takes requests off the stream of bytes, has them handled, and sends the answers in
 * the order of the requests, whatever order the handlers finish in (RFC 9112 section 9.3.2).
 * @internal
 */
export class Connection implements BodySource, ExchangeOwner {
  readonly socket: Socket
  readonly highWaterMark = 64 * 1024
  /** When it is given up, on the clock of `performance.now()`; Infinity while a handler is at work. */
  deadline: number
  readonly #owner: ConnectionOwner
  readonly #exchanges: Exchange[] = []
  /** The part of a head, or all that came while too many exchanges were under way. */
  #rest: Buffer | undefined
  #receiving: Receiving | undefined
  /** Nothing that still comes is a request. */
  #deaf = false
  #taking = false
  #ended = false
  /** The client has to read before more is taken of it. */
  #clogged = false
  /** Bytes on their way when the time was up, to see whether they move. */
  #unsent = -1
  #phase: Phase = 'head'

  constructor(socket: Socket, owner: ConnectionOwner) {
    this.socket = socket
    this.#owner = owner
    this.deadline = performance.now() + owner.timeouts.head
  }

  /** No request is under way. */
  get idle(): boolean {
    return this.#exchanges.length === 0 && this.#receiving === undefined
  }

  onData(chunk: Uint8Array): void {
    if (this.#deaf) return
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    this.#take(this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]))
  }

  /** The peer has sent all; what it asked for is still answered. */
  onEnd(): void {
    this.#ended = true
    this.#rest = undefined
    if (this.#receiving !== undefined) {
      this.#refuse(new Refusal('BODY_CUT_SHORT'), gone())
      return
    }
    if (this.#exchanges.length === 0) this.socket.end()
  }

  onDrain(): void {
    this.#clogged = false
    this.#exchanges[0]?.response?.onDrain()
    this.#goOn()
  }

  onClose(): void {
    this.#deaf = true
    this.#abandon()
  }

  /** The deadline has passed. */
  onTimeout(): void {
    if (this.#deaf || this.#phase === 'idle' || this.#phase === 'sending') {
      // However slow a client is: as long as it takes something it is not cut off in mid-answer.
      if (this.#moves()) this.deadline = performance.now() + this.#owner.timeouts.request
      else this.socket.destroy()
    } else this.#refuse(new Refusal(this.#phase === 'body' ? 'BODY_TIMEOUT' : 'HEAD_TIMEOUT'))
  }

  /** Ends it once what is under way has been answered. */
  close(): void {
    if (this.idle) this.#endAfter()
  }

  // BodySource

  onReading(): void {
    const receiving = this.#receiving
    if (receiving?.expectsContinue !== true) return
    receiving.expectsContinue = false
    // Only the answer in front may speak; behind it the client will send without being told.
    if (this.#exchanges[0]?.request === receiving.request) {
      this.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    }
  }

  onRoom(): void {
    this.#goOn()
  }

  // ExchangeOwner

  send(exchange: Exchange, data: Piece): boolean {
    if (this.#exchanges[0] === exchange) return this.#send(data)
    exchange.queue.push(data)
    return false
  }

  settle(exchange: Exchange, close: boolean): void {
    if (exchange.finished) return // it was refused meanwhile
    exchange.finished = true
    exchange.close = close
    this.#tellAnswered(exchange)
    this.#advance()
  }

  /** An unread `Expect: 100-continue` body may or may not come: only a new connection is certain. */
  goesOn(exchange: Exchange): boolean {
    const receiving = this.#receiving
    return receiving?.request !== exchange.request || !receiving?.expectsContinue
  }

  #take(bytes: Buffer): void {
    this.#taking = true
    this.#rest = undefined
    try {
      let at = 0
      while (at < bytes.length && !this.#deaf) {
        if (this.#receiving !== undefined) {
          at += this.#takeBody(bytes.subarray(at))
          continue
        }
        if (this.#full()) break
        const end = this.#takeHead(bytes, at)
        if (end < 0) break
        at = end
      }
      // The slab is used again: what is left over is copied.
      if (at < bytes.length && !this.#deaf) this.#rest = Buffer.from(bytes.subarray(at))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#refuse(error)
    } finally {
      this.#taking = false
    }
    this.#regulate()
    this.#setDeadline()
  }

  /** Answers the index behind the head, or -1 where it has not come whole. */
  #takeHead(bytes: Buffer, from: number): number {
    const { limits } = this.#owner
    // RFC 9112 section 2.2: empty lines before the request line are passed over.
    while (bytes[from] === 0x0d && bytes[from + 1] === 0x0a) from += 2
    const text = bytes.toString('latin1', from, from + limits.maxHeaderSize + 1)
    if (text === '') return bytes.length
    const end = findHeadEnd(text, 0, limits)
    if (end < 0) return -1
    this.#begin(parseHead(text.slice(0, end), limits))
    return from + end
  }

  #begin(head: RequestHead): void {
    this.#phase = 'answer' // the next head or body has a time of its own
    this.deadline = Infinity
    const keepAlive = head.keepAlive && !this.#owner.closing
    const request = new HttpRequest(head, this)
    const exchange = new Exchange(this, keepAlive, head.method === 'HEAD', head.minor)
    const response = new HttpResponse(exchange, exchange)
    if (head.body !== 0) {
      const decoder = new BodyDecoder(head.body, this.#owner.limits.maxBodySize)
      const { expectsContinue } = head
      this.#receiving = { request, decoder, expectsContinue, last: !keepAlive }
    } else if (!keepAlive) {
      this.#deaf = true // nothing is read behind a request that ends the connection
    }
    exchange.request = request
    exchange.response = response
    this.#exchanges.push(exchange)
    this.#owner.handle(request, response)
  }

  #takeBody(bytes: Buffer): number {
    const receiving = this.#receiving
    if (receiving === undefined) return 0
    const { request, decoder } = receiving
    receiving.expectsContinue = false // it came without being told
    const answered = !this.#exchanges.some((exchange) => exchange.request === request)
    const taken = decoder.take(bytes, (data) => {
      // Once it is answered nobody reads the body: it is passed over to get to the next request.
      if (!answered) request.onBody(data)
    })
    if (decoder.done) {
      this.#receiving = undefined
      if (receiving.last) this.#deaf = true
      request.onBodyEnd()
    }
    return taken
  }

  #send(data: Piece): boolean {
    const room = data instanceof FileSlice ? this.socket.sendSlice(data) : this.socket.write(data)
    if (!room) this.#clogged = true
    return room
  }

  /** Sends what has come to the front, and takes up what waited behind too many exchanges. */
  #advance(): void {
    while (this.#exchanges[0]?.finished === true) {
      const done = this.#exchanges.shift() as Exchange
      done.request?.discard()
      if (done.close) {
        this.#endAfter()
        return
      }
      this.#speak()
    }
    if (this.#exchanges.length === 0) {
      if (this.#owner.closing) {
        this.#endAfter()
        return
      }
      if (this.#ended) this.socket.end()
    }
    this.#goOn()
  }

  /** Takes up what waited, where it need not wait any more. */
  #goOn(): void {
    if (this.#taking) return // the loop that takes requests goes on by itself
    if (this.#rest !== undefined && !this.#deaf && !this.#full()) {
      this.#take(this.#rest)
    } else {
      this.#regulate()
      this.#setDeadline()
    }
  }

  /** Has the client wait, or not: for the reader of its body, or for room among the exchanges. */
  #regulate(): void {
    if (this.#mustWait()) this.socket.pause()
    else this.socket.resume()
  }

  #mustWait(): boolean {
    if (this.#receiving !== undefined) return this.#receiving.request.crowded
    return this.#rest !== undefined && this.#full()
  }

  /** Whether what is to be sent has become less, or other, since this was last asked. */
  #moves(): boolean {
    const { bufferedBytes, fd } = this.socket
    if (bufferedBytes === 0 || fd < 0) return false
    const unsent = bufferedBytes + ioctl(fd, constants.SIOCOUTQ)
    const moves = unsent !== this.#unsent
    this.#unsent = unsent
    return moves
  }

  /** Sends what the answer in front has queued. */
  #speak(): void {
    const front = this.#exchanges.at(0)
    if (front === undefined) return
    for (const data of front.queue.splice(0)) this.#send(data)
    front.response?.onDrain()
  }

  /**
   * Sends what is queued, then the end. What the client still sends is passed over until it ends too:
   * closing at once would reset the connection, and the answer could be lost (RFC 9112 section 9.6).
   */
  #endAfter(): void {
    this.#deaf = true
    this.#rest = undefined
    this.#receiving = undefined
    this.#abandon()
    this.socket.resume()
    this.socket.end()
    this.#setDeadline()
  }

  #abandon(): void {
    for (const exchange of this.#exchanges.splice(0)) {
      exchange.request?.onFailure(gone())
      exchange.response?.onGone()
      exchange.drop()
      if (!exchange.finished) this.#tellAnswered(exchange)
    }
  }

  #tellAnswered({ request, response }: Exchange): void {
    if (request !== undefined && response !== undefined) this.#owner.answered(request, response)
  }

  /** Answers what can't be served, behind the answers that are under way, and ends the connection. */
  #refuse(refusal: Refusal, failure: Error = refusal): void {
    const body = `${String(refusal.status)} ${refusal.message}\n`
    const answer =
      `HTTP/1.1 ${String(refusal.status)} ${STATUS_CODES[refusal.status] ?? ''}\r\n` +
      `Content-Type: text/plain\r\nContent-Length: ${String(body.length)}\r\n` +
      `${dateLine()}Connection: close\r\n\r\n${body}`
    this.#deaf = true
    const request = this.#receiving?.request
    this.#receiving = undefined
    request?.onFailure(failure)
    const refused = this.#exchanges.find((exchange) => exchange.request === request)
    if (request !== undefined && refused !== undefined) {
      // Its handler is at work already. Where it has begun to answer, breaking off is all that is left.
      const begun = refused.response?.headersSent === true
      refused.response?.onGone()
      refused.finished = true
      refused.close = true
      if (!begun) refused.queue.push(answer)
    } else if (request !== undefined) {
      // It was answered without its body, and no request has a second answer.
      this.#endAfter()
      return
    } else {
      const unheard = new Exchange(this, false, false, 1)
      unheard.queue.push(answer)
      unheard.finished = true
      unheard.close = true
      this.#exchanges.push(unheard)
    }
    this.#speak()
    this.#advance()
  }

  /** No request is taken for now: too many are under way, or the client does not read the answers. */
  #full(): boolean {
    return this.#clogged || this.#exchanges.length >= MOST_EXCHANGES
  }

  #setDeadline(): void {
    const { timeouts } = this.#owner
    let phase: Phase
    if (this.#receiving !== undefined) {
      // While the client waits for a reader, the time is the handler's.
      phase = this.#receiving.request.crowded ? 'answer' : 'body'
    } else if (this.#clogged) phase = 'sending'
    else if (this.#exchanges.length > 0) phase = 'answer'
    else phase = this.#rest === undefined ? 'idle' : 'head'
    // The time of a head or a body runs from its first byte, however many follow.
    if (phase === this.#phase) return
    this.#phase = phase
    if (phase === 'answer') {
      this.deadline = Infinity
      return
    }
    let limit = timeouts.request
    if (phase === 'head') limit = timeouts.head
    else if (phase === 'idle') limit = timeouts.keepAlive
    this.deadline = performance.now() + limit
  }
}

function gone(): Error {
  return codedError(new Error('The client went before its request was answered'), 'ECONNRESET')
}

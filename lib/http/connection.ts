import { FileSlice } from '../net/file-slice'
import type { Socket } from '../net/socket'
import type { RequestBody } from './body'
import type { ConnectionOwner } from './connection-owner'
import { Deadline, type Phase } from './deadline'
import { Flag } from './heads'
import type { Piece } from './piece'
import { Pipeline } from './pipeline'
import { Progress } from './progress'
import { Receiving } from './receiving'
import { HttpKind } from './records'
import { decoderRefusal, gone, loggedRefusal, Refusal, refusalAnswer } from './refusal'
import { RefusedRequest } from './refused-request'
import { HttpRequest, type RequestSource } from './request'
import { HttpResponse } from './response'
import type { ResponseSink } from './response-sink'

/** What came while too many answers were under way: a head, a piece of a body or its end. */
type Held = HttpRequest | Uint8Array | RefusedRequest | 'end of the body'

/**
 * One connection: takes requests off the stream of bytes, has them handled, and sends the answers in
 * the order of the requests, whatever order the handlers finish in (RFC 9112 section 9.3.2).
 * @internal
 */
export class Connection implements RequestSource, ResponseSink<HttpResponse> {
  readonly socket: Socket
  readonly highWaterMark = 64 * 1024
  readonly #owner: ConnectionOwner
  readonly #answers = new Pipeline()
  #held: Held[] | undefined
  /** A head is expected, or has come in part. */
  #awaitsHead = true
  #receiving: Receiving | undefined
  /** The answer to what can't be served, behind all others. */
  #lastWords: string | undefined
  /** Nothing that still comes is a request. */
  #deaf = false
  #taking = false
  #ended = false
  /** The client has to read before more is taken of it. */
  #clogged = false
  #progress: Progress | undefined
  /** Requests that were taken. */
  #requests = 0
  /** Counts what begins a phase anew. */
  #begun = 0
  /** Made when it is first looked at. */
  #deadline: Deadline | undefined

  constructor(socket: Socket, owner: ConnectionOwner) {
    this.socket = socket
    this.#owner = owner
  }

  /** No request is under way. */
  get idle(): boolean {
    return this.#answers.length === 0 && this.#receiving === undefined
  }

  /** What C++ has made of the bytes, one record at a time. */
  onRecord(kind: number, a: number, b: number): void {
    if (this.#deaf) return
    switch (kind) {
      case HttpKind.Head: {
        const request = new HttpRequest(this.#owner.heads, a, this)
        this.socket.countRead(request.headLength)
        if (this.#held === undefined && !this.full()) this.begin(request)
        else this.hold(request)
        break
      }
      case HttpKind.Body:
        this.socket.countRead(b)
        if (this.#held !== undefined) this.hold(this.#owner.heads.bytes(a, b).slice())
        else this.takeBody(this.#owner.heads.bytes(a, b), false)
        break
      case HttpKind.BodyEnd:
        if (this.#held !== undefined) this.hold('end of the body')
        else this.endBody()
        break
      case HttpKind.HeadBegun:
        this.#awaitsHead = true
        break
      case HttpKind.Refused: {
        const line = this.#owner.heads.line(b, a >>> 8)
        const refused = new RefusedRequest(this.socket, decoderRefusal(a & 0xff), line)
        if (this.#held !== undefined) this.hold(refused)
        else this.refuse(refused)
        break
      }
    }
  }

  /** The peer has sent all; what it asked for is still answered. */
  onEnd(): void {
    this.#ended = true
    if (this.#receiving !== undefined) {
      this.refuse(new RefusedRequest(this.socket, new Refusal('BODY_CUT_SHORT')), gone())
      return
    }
    if (this.#answers.length === 0) this.socket.end()
  }

  onDrain(): void {
    this.#clogged = false
    this.#answers.front?.onDrain()
    this.goOn()
  }

  onClose(): void {
    this.#deaf = true
    this.abandon()
  }

  /** Looks whether its time is up, on the clock of `performance.now()`. */
  checkTime(now: number): void {
    const phase = this.phase()
    this.#deadline ??= new Deadline()
    if (!this.#deadline.passed(now, phase, this.#begun, this.#owner.timeouts)) return
    if (this.#deaf || phase === 'idle' || phase === 'sending') {
      // However slow a client is: as long as it takes something it is not cut off in mid-answer.
      const progress = (this.#progress ??= new Progress())
      if (progress.made(this.socket)) this.#deadline.extend(now, this.#owner.timeouts.request)
      else this.socket.destroy()
    } else if (phase === 'body' && this.#receiving?.paced() === true) {
      this.#deadline.extend(now, this.#owner.timeouts.request)
    } else {
      const refusal = new Refusal(phase === 'body' ? 'BODY_TIMEOUT' : 'HEAD_TIMEOUT')
      this.refuse(new RefusedRequest(this.socket, refusal))
    }
  }

  /** Ends it once what is under way has been answered. */
  close(): void {
    if (this.idle) this.endAfter()
  }

  // BodySource

  get maxBodySize(): number {
    return this.#owner.maxBodySize
  }

  onReading(body: RequestBody): void {
    const receiving = this.#receiving
    if (receiving?.expectsContinue !== true || !receiving.request.owns(body)) return
    receiving.expectsContinue = false
    // Only the answer in front may speak; behind it the client will send without being told.
    if (this.#answers.front?.request === receiving.request) {
      this.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    }
  }

  onRoom(): void {
    this.goOn()
  }

  onTooLarge(body: RequestBody): Error {
    const refusal = new Refusal('BODY_TOO_LARGE')
    const refused = this.#answers.find(({ request }) => request.owns(body))
    // Where it was answered, or the client has gone, only its reader is told.
    if (refused?.settled === false) {
      this.refuse(new RefusedRequest(this.socket, refusal), refusal, refused.request)
    }
    return refusal
  }

  // ResponseSink

  send(response: HttpResponse, data: Piece): boolean {
    if (this.#answers.front === response) return this.pass(data)
    response.aside().enqueue(data)
    return false
  }

  sendWhole(response: HttpResponse, head: Uint8Array, body: string): boolean | undefined {
    if (this.#answers.front !== response) return undefined
    const room = this.socket.writeWhole(head, body)
    if (room === false) this.#clogged = true
    return room
  }

  onSettled(response: HttpResponse): void {
    this.#owner.answered?.(response.request, response)
    this.advance()
  }

  goesOn(request: HttpRequest): boolean {
    const receiving = this.#receiving
    return receiving?.request !== request || receiving.goesOn
  }

  private hold(item: Held): void {
    ;(this.#held ??= []).push(item)
    this.regulate()
  }

  /** Goes on with what was held, as long as there is room. */
  private release(): void {
    this.#taking = true
    try {
      while (this.#held !== undefined && !this.#deaf) {
        const [item] = this.#held
        if (item instanceof HttpRequest && this.full()) break
        this.#held.shift()
        if (this.#held.length === 0) this.#held = undefined
        if (item instanceof HttpRequest) this.begin(item)
        else if (item instanceof Uint8Array) this.takeBody(item, true)
        else if (item instanceof RefusedRequest) this.refuse(item)
        else if (item !== undefined) this.endBody()
      }
    } finally {
      this.#taking = false
    }
    this.regulate()
  }

  private begin(request: HttpRequest): void {
    const { flags } = request
    const { closing, mostRequests } = this.#owner
    const more = ++this.#requests < mostRequests && !closing
    const keepAlive = more && (flags & Flag.KeepAlive) !== 0
    const response = new HttpResponse(this, request, keepAlive)
    this.#awaitsHead = false
    this.#begun++
    if ((flags & Flag.HasBody) !== 0) {
      const expectsContinue = (flags & Flag.ExpectsContinue) !== 0
      this.#receiving = new Receiving(request, expectsContinue, !keepAlive, this.maxBodySize)
    } else if (!keepAlive) {
      this.#deaf = true // nothing is read behind a request that ends the connection
    }
    this.#answers.push(response)
    this.#owner.handle(request, response)
  }

  /** @param own the bytes are ours to keep */
  private takeBody(bytes: Uint8Array, own: boolean): void {
    const receiving = this.#receiving
    if (receiving === undefined) return
    receiving.expectsContinue = false // it came without being told
    receiving.count(bytes.length)
    const waits = this.#answers.find(({ request }) => request === receiving.request)
    if (waits !== undefined || receiving.request.reading) {
      receiving.request.onBody(own ? bytes : bytes.slice())
      this.regulate()
    } else {
      // It is answered and nobody reads the body: it is passed over to get to the next request.
      receiving.request.onPassedOver(bytes.length)
      if (receiving.endless) this.endAfter()
    }
  }

  private endBody(): void {
    const receiving = this.#receiving
    if (receiving === undefined) return
    this.#receiving = undefined
    if (receiving.last) this.#deaf = true
    receiving.request.onBodyEnd()
    this.regulate()
  }

  private pass(data: Piece): boolean {
    const room =
      data instanceof FileSlice ? this.socket.sendSlice(data) : this.socket.write(data, 'latin1')
    if (!room) this.#clogged = true
    return room
  }

  /** Sends what has come to the front, and takes up what waited behind too many answers. */
  private advance(): void {
    let { front } = this.#answers
    while (front?.settled === true) {
      const { request, closing } = front
      this.#answers.shift()
      if (!request.reading) request.discard()
      if (closing || this.#receiving?.overruns(request) === true) {
        this.endAfter()
        return
      }
      this.speak()
      ;({ front } = this.#answers)
    }
    if (front === undefined) {
      if (this.#lastWords !== undefined) this.pass(this.#lastWords)
      if (this.#lastWords !== undefined || this.#owner.closing) {
        this.endAfter()
        return
      }
      if (this.#ended) this.socket.end()
    }
    this.goOn()
  }

  /** Takes up what waited, where it need not wait any more. */
  private goOn(): void {
    if (this.#taking) return // the loop that takes up what was held goes on by itself
    if (this.#held === undefined || this.#deaf || this.full()) {
      this.regulate()
      return
    }
    // Whoever finished an answer is not the one who asks next: in the context of `serve`, as ever.
    this.socket.group.scope.runInAsyncScope(() => {
      this.release()
    })
  }

  /** Has the client wait, or not: for the reader of its body, or for room among the answers. */
  private regulate(): void {
    if (this.#held === undefined && this.#receiving?.request.crowded !== true) {
      this.socket.resume()
    } else if (!this.socket.paused) {
      this.#begun++ // the time that the client waits is not its own
      this.socket.pause()
    }
  }

  /** Sends what the answer in front has queued. */
  private speak(): void {
    const { front } = this.#answers
    if (front === undefined) return
    for (const data of front.unfinished?.takeQueue() ?? []) this.pass(data)
    front.onDrain()
  }

  /**
   * Sends what is queued, then the end. What the client still sends is passed over until it ends too:
   * closing at once would reset the connection, and the answer could be lost (RFC 9112 section 9.6).
   */
  private endAfter(): void {
    this.#deaf = true
    this.#held = undefined
    this.#awaitsHead = false
    this.#receiving?.abandon()
    this.#receiving = undefined
    this.abandon()
    this.socket.resume()
    this.socket.end()
  }

  private abandon(): void {
    this.#lastWords = undefined
    let response = this.#answers.takeAll()
    for (; response !== undefined; response = response.follower) {
      response.request.onFailure(gone())
      response.onGone()
      response.unfinished?.drop()
      if (!response.settled) this.#owner.answered?.(response.request, response)
    }
  }

  /**
   * Answers what can't be served, behind the answers that are under way, and ends the connection.
   *
   * @param request it belongs to, if any
   */
  private refuse(
    what: RefusedRequest,
    failure: Error = what.refusal,
    request = this.#receiving?.request,
  ): void {
    const answer = refusalAnswer(what.refusal)
    this.#deaf = true
    this.#awaitsHead = false
    this.#receiving = undefined
    request?.onFailure(failure)
    const refused = this.#answers.find((response) => response.request === request)
    if (request !== undefined && refused !== undefined) {
      const told = refused.settled
      refused.refuse(answer)
      if (!told) {
        const begun = refused.headersSent ? refused : loggedRefusal(what.refusal)
        this.#owner.answered?.(request, begun)
      }
    } else if (request !== undefined) {
      // It was answered without its body, and no request has a second answer.
      this.endAfter()
      return
    } else {
      this.#lastWords = answer
      this.#owner.answered?.(what, loggedRefusal(what.refusal))
    }
    this.speak()
    this.advance()
  }

  /** No request is taken for now: too many are under way, or the client does not read the answers. */
  private full(): boolean {
    return this.#clogged || this.#answers.full
  }

  private phase(): Phase {
    if (this.#receiving !== undefined) return this.#receiving.phase(this.#answers.length === 0)
    if (this.#clogged) return 'sending'
    if (this.#answers.length > 0) return 'answer'
    return this.#awaitsHead ? 'head' : 'idle'
  }
}

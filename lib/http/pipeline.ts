import type { HttpResponse } from './response'

/** Requests of one connection that are being answered at once. */
const MOST_ANSWERS = 64

/**
 * The answers under way on a connection, in the order of their requests: a list linked through them,
 * so that nothing is allocated for one that comes and goes.
 * @internal
 */
export class Pipeline {
  /** The one that is sent. */
  front: HttpResponse | undefined
  length = 0
  /** Where there are several: the collector has to be told of each reference to a new object. */
  #back: HttpResponse | undefined

  push(response: HttpResponse): void {
    if (this.front === undefined) {
      this.front = response
    } else {
      ;(this.#back ?? this.front).follower = response
      this.#back = response
    }
    this.length++
  }

  /** Takes off the front. */
  shift(): HttpResponse | undefined {
    const { front } = this
    if (front === undefined) return undefined
    this.front = front.follower
    if (this.front === this.#back) this.#back = undefined
    this.length--
    front.follower = undefined // whoever keeps it does not keep all that came after it
    return front
  }

  /** Takes all off: the first, which leads to the others. */
  takeAll(): HttpResponse | undefined {
    const { front } = this
    this.front = undefined
    this.#back = undefined
    this.length = 0
    return front
  }

  get full(): boolean {
    return this.length >= MOST_ANSWERS
  }

  find(wanted: (response: HttpResponse) => boolean): HttpResponse | undefined {
    let response = this.front
    while (response !== undefined && !wanted(response)) response = response.follower
    return response
  }
}

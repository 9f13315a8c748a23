import type { Exchange } from './exchange'

/** Requests of one connection that are being answered at once. */
const MOST_EXCHANGES = 64

/**
 * The exchanges under way on a connection, in the order of their requests: a list linked through them,
 * so that nothing is allocated for one that comes and goes.
 * @internal
 */
export class Pipeline {
  /** The one whose answer is sent. */
  front: Exchange | undefined
  length = 0
  #back: Exchange | undefined

  push(exchange: Exchange): void {
    if (this.#back === undefined) this.front = exchange
    else this.#back.next = exchange
    this.#back = exchange
    this.length++
  }

  /** Takes off the front. */
  shift(): Exchange | undefined {
    const { front } = this
    if (front === undefined) return undefined
    this.front = front.next
    if (this.front === undefined) this.#back = undefined
    this.length--
    front.next = undefined // whoever keeps it does not keep all that came after it
    return front
  }

  /** Takes all off: the first, which leads to the others. */
  takeAll(): Exchange | undefined {
    const { front } = this
    this.front = undefined
    this.#back = undefined
    this.length = 0
    return front
  }

  get full(): boolean {
    return this.length >= MOST_EXCHANGES
  }

  find(wanted: (exchange: Exchange) => boolean): Exchange | undefined {
    let exchange = this.front
    while (exchange !== undefined && !wanted(exchange)) exchange = exchange.next
    return exchange
  }
}

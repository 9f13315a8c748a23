import type { SocketAddress } from '../sys/addresses'
import { dispose } from '../sys/dispose'
import { addressOf, portOf } from './ends'

/** What a listener asks of its reactor. @internal */
export interface ListenerOwner {
  /** Closes the listening descriptor; connections that were accepted go on. */
  stopListening(listener: Listener): void
  /** Counts it in or out as what keeps `run()` going, where it listens. */
  reference(listener: Listener, by: 1 | -1): void
}

/** A listening socket on a reactor. */
export class Listener {
  /**
   * Resolves once it listens. Already so when `listen` returns, unless the name had to be looked up;
   * then it rejects where the look-up or the listening fails.
   */
  readonly ready: Promise<void>
  readonly #owner: ListenerOwner
  #address: SocketAddress | undefined
  #closed = false
  #referenced = true

  /** @internal */
  constructor(owner: ListenerOwner, start: (listener: Listener) => Promise<void> | undefined) {
    this.#owner = owner
    this.ready = start(this) ?? Promise.resolve()
  }

  /** The port, the kernel's choice where 0 was asked for; undefined for a Unix socket. */
  get port(): number | undefined {
    return portOf(this.#address)
  }

  /** The numeric address; undefined for a Unix socket. */
  get hostname(): string | undefined {
    return addressOf(this.#address)
  }

  /** The path of a Unix socket; an abstract name begins with NUL. */
  get path(): string | undefined {
    const address = this.#address
    return address !== undefined && 'path' in address ? address.path : undefined
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Stops accepting; connections go on. Twice is fine. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#owner.stopListening(this)
  }

  /** Keeps `run()` and the process going while it listens. The state at first. */
  ref(): this {
    if (!this.#referenced) {
      this.#referenced = true
      this.#owner.reference(this, 1)
    }
    return this
  }

  /** Lets `run()` and the process end though it listens; until then it accepts as ever. */
  unref(): this {
    if (this.#referenced) {
      this.#referenced = false
      this.#owner.reference(this, -1)
    }
    return this
  }

  [dispose](): void {
    this.close()
  }

  /** @internal */
  get referenced(): boolean {
    return this.#referenced
  }

  /** @internal */
  listensAt(address: SocketAddress): void {
    this.#address = address
  }
}

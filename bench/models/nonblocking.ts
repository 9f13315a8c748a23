import { constants, recv, send, SystemError } from 'edgeloop/sys'

const { EAGAIN } = constants

/** What one step on a connection came to: echoed, nothing there, no room to send, or the end. */
export type Step = 'echoed' | 'empty' | 'full' | 'ended'

/** Echoes on many connections, a step at a time, and never waits. */
export class Echo {
  readonly #buffer = new Uint8Array(64 * 1024)
  readonly #unsent = new Map<number, Uint8Array>()

  /** Takes what has come and gives it back; what the kernel does not take is kept, for `flush`. */
  receive(fd: number): Step {
    try {
      const length = recv(fd, this.#buffer)
      if (length === -EAGAIN) return 'empty'
      return length === 0 ? this.forget(fd) : this.#send(fd, this.#buffer.subarray(0, length))
    } catch (error) {
      return this.#failed(fd, error)
    }
  }

  /** Sends what was kept. */
  flush(fd: number): Step {
    const bytes = this.#unsent.get(fd)
    if (bytes === undefined) return 'empty'
    try {
      return this.#send(fd, bytes)
    } catch (error) {
      return this.#failed(fd, error)
    }
  }

  /** The connection is over: its number may soon be another's. */
  forget(fd: number): 'ended' {
    this.#unsent.delete(fd)
    return 'ended'
  }

  #send(fd: number, bytes: Uint8Array): Step {
    const sent = Math.max(0, send(fd, bytes))
    if (sent < bytes.length) {
      this.#unsent.set(fd, bytes.slice(sent))
      return 'full'
    }
    if (this.#unsent.size > 0) this.#unsent.delete(fd)
    return 'echoed'
  }

  #failed(fd: number, error: unknown): Step {
    if (error instanceof SystemError) return this.forget(fd)
    throw error
  }
}

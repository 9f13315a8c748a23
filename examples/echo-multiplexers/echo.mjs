// @ts-check
// What the four servers share: sockets, and what a connection has to remember. Nothing here waits.

import process from 'node:process'
import * as sys from 'edgeloop/sys'

const { constants } = sys
/** select ends at descriptor 1023, and this is an example: further connections are closed at once. */
const MOST_CONNECTIONS = 500
const room = new Uint8Array(64 * 1024)

/** One connection: what came is sent back, and nothing more is read before all of it has left. */
export class Connection {
  #unsent = new Uint8Array(0)

  /** @param {number} fd */
  constructor(fd) {
    this.fd = fd
  }

  /** Whether it waits for writability; otherwise it waits for readability. */
  get hasUnsent() {
    return this.#unsent.length > 0
  }

  /**
   * Sends what is left over, else receives once and sends that.
   * @returns {'more' | 'blocked' | 'over'} whether to go on, to wait, or to close
   */
  step() {
    try {
      if (!this.hasUnsent) {
        const count = sys.recv(this.fd, room)
        if (count === 0) return 'over'
        if (count === -constants.EAGAIN) return 'blocked'
        this.#unsent = room.slice(0, count)
      }
      const sent = sys.send(this.fd, this.#unsent)
      if (sent === -constants.EAGAIN) return 'blocked'
      this.#unsent = this.#unsent.subarray(sent)
      return 'more'
    } catch (error) {
      // ECONNRESET, EPIPE, ETIMEDOUT: the peer is gone, and the server goes on.
      if (!(error instanceof sys.SystemError)) throw error
      return 'over'
    }
  }
}

/** A listener, a descriptor that tells of Ctrl-C, and the connections. */
export class EchoServer {
  /** @type {Map<number, Connection>} */
  connections = new Map()
  listener = sys.socket(constants.AF_INET, constants.SOCK_STREAM | constants.SOCK_NONBLOCK)
  /** Readable after SIGINT or SIGTERM: who waits in the kernel hears of signals by a descriptor. */
  stop = sys.signalfd(-1, ['SIGINT', 'SIGTERM'], constants.SFD_NONBLOCK)

  /** @param {string} name of the call that it waits with */
  constructor(name) {
    const port = Number(process.argv[2] ?? 7000)
    sys.setsockopt(this.listener, constants.SOL_SOCKET, constants.SO_REUSEADDR, true)
    sys.bind(this.listener, { address: '127.0.0.1', port })
    sys.listen(this.listener)
    const address = sys.getsockname(this.listener)
    const bound = 'port' in address ? address.port : port
    console.log(`listening on tcp://127.0.0.1:${String(bound)} (${name})`)
    console.log(`try: nc 127.0.0.1 ${String(bound)}   end: Ctrl-C`)
  }

  /** Takes all connections that wait. @returns {Connection[]} */
  accept() {
    const accepted = []
    while (true) {
      try {
        const fd = sys.accept4(this.listener, constants.SOCK_NONBLOCK | constants.SOCK_CLOEXEC)
        if (fd === -constants.EAGAIN) return accepted
        if (this.connections.size >= MOST_CONNECTIONS) {
          sys.close(fd)
          continue
        }
        const connection = new Connection(fd)
        this.connections.set(fd, connection)
        accepted.push(connection)
      } catch (error) {
        // It was given up before it was accepted: the next one, please. Anything else is ours to mend.
        if (!(error instanceof sys.SystemError && error.code === 'ECONNABORTED')) throw error
      }
    }
  }

  /** @param {Connection} connection */
  drop(connection) {
    this.connections.delete(connection.fd)
    sys.close(connection.fd)
  }

  close() {
    for (const connection of this.connections.values()) this.drop(connection)
    sys.close(this.listener)
    sys.close(this.stop)
  }
}

import process from 'node:process'
import { Duplex } from 'node:stream'
import { clearTimeout, setTimeout } from 'node:timers'
import { constants } from '../sys/constants'
import { codedError, shown } from '../sys/errors'
import { setsockopt } from '../sys/socket-options'
import type { Socket, SocketHandlers } from './socket'

export interface DuplexOptions {
  /**
   * Whether writing goes on after the peer has sent all. Otherwise the stream is ended then, under whatever
   * stands on it: TLS, and `http.Server`, want it true (and end it themselves).
   * @default false, as in `net.Socket`
   */
  allowHalfOpen?: boolean
  /** Bytes that are read ahead of the consumer; then the socket is paused. Node's own default. */
  readableHighWaterMark?: number
  /** Bytes queued in the stream from which `write()` answers false. Node's own default. */
  writableHighWaterMark?: number
}

type Callback = (error?: Error | null) => void
type Written = string | Uint8Array

/**
 * A `stream.Duplex` over a {@link Socket}, with what `net.Socket` adds to one; made by {@link toDuplex}.
 *
 * Events beside those of streams: `connect` and `ready` (where it was made of a promise), `timeout`,
 * and `close` with `hadError`.
 */
export class SocketDuplex extends Duplex {
  /** Milliseconds of {@link setTimeout}. */
  timeout: number | undefined
  #socket: Socket | undefined
  /** What was asked for before the connection stood. */
  #waiting: (() => void)[] = []
  /** The callback of the write, or of the end, that is under way. */
  #written: Callback | undefined
  /** Bytes of that write: the socket counts them already. */
  #writing = 0
  #timer: NodeJS.Timeout | undefined
  /** The socket has told its end. */
  #gone = false
  #readEnded = false
  #hadError = false

  /** @internal */
  constructor(source: Socket | Promise<Socket>, options: DuplexOptions) {
    // Strings are encoded by the socket. `close` waits for the socket's, and has an argument.
    super({ allowHalfOpen: false, ...options, decodeStrings: false, emitClose: false })
    if (source instanceof Promise) {
      source.then(
        (socket) => {
          this.#connected(socket)
        },
        (error: unknown) => {
          this.#gone = true
          this.destroy(error instanceof Error ? error : new Error(String(error)))
        },
      )
    } else {
      this.#divert(source)
    }
  }

  get connecting(): boolean {
    return !this.destroyed && this.#socket === undefined
  }

  /** Not connected: not yet, or no more. */
  get pending(): boolean {
    return this.destroyed || this.connecting
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening'
    if (this.readable) return this.writable ? 'open' : 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }

  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0
  }

  /** Bytes written so far, queued ones included. */
  get bytesWritten(): number {
    return (this.#socket?.bytesWritten ?? 0) + this.writableLength - this.#writing
  }

  /** As all the addresses here: undefined for a Unix socket, as in `net.Socket`. */
  get remoteAddress(): string | undefined {
    return this.#socket?.remoteAddress
  }

  get remotePort(): number | undefined {
    return this.#socket?.remotePort
  }

  get remoteFamily(): string | undefined {
    return this.remoteAddress === undefined ? undefined : this.#socket?.remoteFamily
  }

  get localAddress(): string | undefined {
    return this.#socket?.localAddress
  }

  get localPort(): number | undefined {
    return this.#socket?.localPort
  }

  get localFamily(): string | undefined {
    const address = this.localAddress
    if (address === undefined) return undefined
    return address.includes(':') ? 'IPv6' : 'IPv4'
  }

  /** This side's address; empty for a Unix socket. */
  address(): { address: string; family: string; port: number } | Record<string, never> {
    const { localAddress: address, localFamily: family, localPort: port } = this
    if (address === undefined || family === undefined || port === undefined) return {}
    return { address, family, port }
  }

  /** {@link Socket.ref} */
  ref(): this {
    this.#once((socket) => socket.ref())
    return this
  }

  /** {@link Socket.unref} */
  unref(): this {
    this.#once((socket) => socket.unref())
    return this
  }

  /** {@link Socket.setNoDelay} */
  setNoDelay(noDelay = true): this {
    this.#once((socket) => socket.setNoDelay(noDelay))
    return this
  }

  /** {@link Socket.setKeepAlive} */
  setKeepAlive(enable = true, initialDelay = 0): this {
    this.#once((socket) => socket.setKeepAlive(enable, initialDelay))
    return this
  }

  /**
   * `timeout` is emitted once nothing was sent or received for so long; nothing else happens.
   *
   * @param timeout milliseconds; 0 ends it
   * @param callback for the next `timeout`; with 0, one to be removed
   * @throws TypeError, RangeError
   */
  setTimeout(timeout: number, callback?: () => void): this {
    if (typeof timeout !== 'number') {
      throw codedError(
        new TypeError(`The "timeout" argument must be a number. Received ${shown(timeout)}`),
        'ERR_INVALID_ARG_TYPE',
      )
    }
    if (!(timeout >= 0 && timeout <= 0x7fffffff)) {
      throw codedError(
        new RangeError(
          `The "timeout" argument must be from 0 to 2147483647. Received ${String(timeout)}`,
        ),
        'ERR_OUT_OF_RANGE',
      )
    }
    if (this.destroyed) return this
    this.timeout = timeout
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (timeout > 0) {
      this.#timer = setTimeout(() => {
        this.emit('timeout')
      }, timeout).unref()
    }
    if (callback !== undefined) {
      if (timeout > 0) this.once('timeout', callback)
      else this.off('timeout', callback)
    }
    return this
  }

  /** Ends, and destroys once all has been sent. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  /** Destroys a TCP connection with a reset (`SO_LINGER` of 0, socket(7)) instead of an end. */
  resetAndDestroy(): this {
    this.#once((socket) => {
      if (socket.destroyed) return
      const linger = new Uint8Array(new Int32Array([1, 0]).buffer)
      setsockopt(socket.fd, constants.SOL_SOCKET, constants.SO_LINGER, linger)
      this.destroy()
    })
    return this
  }

  override _read(): void {
    this.#socket?.resume()
  }

  override _write(chunk: Written, encoding: string, callback: Callback): void {
    this.#written = callback
    this.#once((socket) => {
      this.#afterWrite(socket, socket.write(chunk, encodingOf(chunk, encoding)))
    })
  }

  override _writev(chunks: { chunk: Written; encoding: string }[], callback: Callback): void {
    this.#written = callback
    this.#once((socket) => {
      let below = true
      for (const { chunk, encoding } of chunks) {
        below = socket.write(chunk, encodingOf(chunk, encoding))
      }
      this.#afterWrite(socket, below)
    })
  }

  /** `finish` follows once the kernel has all of it: autoDestroy may close the descriptor then. */
  override _final(callback: Callback): void {
    this.#written = callback
    this.#once((socket) => {
      const waits = socket.requestDrain()
      socket.end()
      if (!waits) this.#settle()
    })
  }

  override _destroy(error: Error | null, callback: Callback): void {
    clearTimeout(this.#timer)
    this.#waiting = []
    this.#hadError = error !== null
    const socket = this.#socket
    socket?.destroy()
    this.#settle(error ?? codedError(new Error('The stream was destroyed'), 'ERR_STREAM_DESTROYED'))
    callback(error)
    // Behind `error`, which the callback has put off to the next tick.
    if (socket === undefined || this.#gone) this.#emitClose()
  }

  #emitClose(): void {
    process.nextTick(() => {
      this.emit('close', this.#hadError)
    })
  }

  #connected(socket: Socket): void {
    if (this.destroyed) {
      socket.destroy()
      return
    }
    this.#divert(socket)
    this.emit('connect')
    this.emit('ready')
    for (const action of this.#waiting.splice(0)) action()
  }

  #divert(socket: Socket): void {
    this.#socket = socket
    const handlers: SocketHandlers = {
      data: (_socket, chunk) => {
        this.#timer?.refresh()
        if (!this.push(Buffer.from(chunk))) socket.pause()
      },
      end: () => {
        this.#readEnded = true
        this.push(null)
        // Where nothing is left to be read `end` is to come without anybody reading.
        this.read(0)
      },
      drain: () => {
        this.#timer?.refresh()
        this.#settle()
      },
      error: (_socket, error) => {
        this.destroy(error)
      },
      close: (_socket, error) => {
        this.#onClose(error)
      },
    }
    socket.divert(handlers, () => {
      this.#onClose(undefined)
    })
    // One that has closed already tells nothing any more.
    if (socket.destroyed) {
      process.nextTick(() => {
        this.#onClose(undefined)
      })
    }
  }

  #onClose(error: Error | undefined): void {
    if (this.#gone) return
    this.#gone = true
    if (this.destroyed) {
      this.#emitClose()
    } else if (error === undefined && this.#readEnded && this.writableEnded) {
      this.#settle()
    } else {
      this.destroy(error)
    }
  }

  /** Does it now, or once the connection stands. */
  #once(action: (socket: Socket) => void): void {
    const socket = this.#socket
    if (socket !== undefined) action(socket)
    else if (!this.destroyed) {
      this.#waiting.push(() => {
        this.#once(action)
      })
    }
  }

  #afterWrite(socket: Socket, below: boolean): void {
    this.#timer?.refresh()
    // A chunk that is kept by reference is its writer's again only after the callback.
    if (below && !socket.keeps) {
      this.#settle()
      return
    }
    this.#writing = this.writableLength
    if (below) socket.requestDrain()
  }

  #settle(error?: Error): void {
    const callback = this.#written
    this.#written = undefined
    this.#writing = 0
    callback?.(error)
  }
}

function encodingOf(chunk: Written, encoding: string): BufferEncoding | undefined {
  return typeof chunk === 'string' ? (encoding as BufferEncoding) : undefined
}

/**
 * A `node:stream` Duplex over a socket, for whatever wants a `net.Socket` or a stream: pipelines,
 * `tls.connect({ socket })`, `new tls.TLSSocket(duplex, { isServer: true })`, `createConnection` of
 * `http.request`, `httpServer.emit('connection', duplex)`.
 *
 * From the call on the socket's events go to the stream, and no more to the handlers of `listen` or
 * `connect`: call it in `open`, or what has come before is the handlers' and not the stream's. Write to
 * the stream alone then, and leave the socket to it.
 *
 * A write's callback comes when the socket has taken the chunk and its queue is short, or else once the
 * kernel has taken all of it; `finish` once the kernel has everything. What one turn writes leaves in one
 * call, corked or not. A closed reactor closes its streams.
 *
 * @param socket one that is connected, or the promise that `connect()` answers: then the stream is
 *   there at once, emits `connect` and `ready`, and keeps what is written until then
 * @example
 * reactor.listen({ port, socket: { open: (socket) => {
 *   httpServer.emit('connection', toDuplex(socket, { allowHalfOpen: true }))
 * } } })
 */
export function toDuplex(
  socket: Socket | Promise<Socket>,
  options: DuplexOptions = {},
): SocketDuplex {
  return new SocketDuplex(socket, options)
}

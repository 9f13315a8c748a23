import { AsyncResource } from 'node:async_hooks'
import { codedError } from '../sys/errors'
import type { Decoding } from './decoding'

/**
 * What happens to the sockets of a listener, or to a connected one. One object serves them all; what
 * belongs to one socket goes into `socket.data`.
 *
 * An exception in a handler goes to `uncaughtException` and changes nothing for the socket.
 */
export interface HandlersOf<S> {
  /** The connection stands: accepted, or connected. */
  open?(socket: S): void
  /**
   * Bytes came. `chunk` is a view of memory that is used again: valid until the handler returns.
   * `chunk.slice()` copies what is to be kept.
   */
  data?(socket: S, chunk: Uint8Array): void
  /**
   * Descriptors came (`handles: true`), close-on-exec and now yours to close. The next `data` begins with or
   * contains the first byte that they were sent with, and has nothing that was sent after those bytes.
   * Without this handler they are closed.
   *
   * @param truncated there were more, for which this process had no room (`EMFILE`); they are lost
   */
  handle?(socket: S, fds: number[], truncated: boolean): void
  /** After `write()` has answered false: all that was queued is with the kernel. */
  drain?(socket: S): void
  /**
   * The peer has sent all (half-close); writing is still possible. Without this handler the socket
   * is ended as soon as what is queued has been sent.
   */
  end?(socket: S): void
  /** The connection failed; `close` follows. Also told: a write after `end()`. */
  error?(socket: S, error: Error): void
  /**
   * As long as its idle timeout says, no byte was received and none taken by the kernel. Told again
   * after further activity. Without this handler the socket is destroyed with `ETIMEDOUT`.
   */
  timeout?(socket: S): void
  /** A connection over the listener's `maxConnections` was accepted and closed at once. */
  drop?(info: DropInfo): void
  /** It is over; called once for each socket, the last call of all. `error` where it failed. */
  close?(socket: S, error?: Error): void
}

/** The two ends of a connection that was dropped, as `net.Server` tells them; a Unix socket has none. */
export interface DropInfo {
  localAddress: string | undefined
  localPort: number | undefined
  localFamily: string | undefined
  remoteAddress: string | undefined
  remotePort: number | undefined
  remoteFamily: string | undefined
}

const names = [
  'open',
  'data',
  'handle',
  'drain',
  'end',
  'error',
  'timeout',
  'drop',
  'close',
] as const

/** What sockets of one group have in common, beside their handlers. @internal */
export interface GroupSettings {
  readonly highWaterMark: number
  /** Milliseconds; 0 for none. */
  readonly idleTimeout: number
  /** -1 for no limit. */
  readonly maxConnections: number
  /** Each write is a message (SOCK_SEQPACKET): known once there is a descriptor. */
  packets?: boolean
}

/** Handlers, what their sockets have in common, and the async context to call them in. @internal */
export class Group<S> {
  readonly handlers: HandlersOf<S>
  readonly settings: GroupSettings
  /** Lives as long as any socket of the group, and so ends when it is collected. */
  readonly scope = new AsyncResource('EDGELOOP')

  /**
   * @param decoding what takes the place of the `data` handler
   * @param abandoned called where the reactor is closed, which no handler is told
   */
  constructor(
    handlers: HandlersOf<S>,
    settings: GroupSettings,
    readonly decoding?: Decoding<S>,
    readonly abandoned?: () => void,
  ) {
    const given: unknown = handlers
    if (typeof given !== 'object' || given === null) {
      throw codedError(
        new TypeError(
          `The "socket" option must be an object of handlers. Received ${String(given)}`,
        ),
        'ERR_INVALID_ARG_TYPE',
      )
    }
    for (const name of names) {
      const handler: unknown = (given as Record<string, unknown>)[name]
      if (handler !== undefined && typeof handler !== 'function') {
        throw codedError(
          new TypeError(
            `The "socket.${name}" option must be a function. Received ${typeof handler}`,
          ),
          'ERR_INVALID_ARG_TYPE',
        )
      }
    }
    this.handlers = handlers
    this.settings = settings
  }
}

import type { HandlersOf } from '../net/handlers'
import { type Decoder, raise } from './decoder'
import { wrongType } from './errors'
import type { Framing } from './framing'

/** What {@link framed} needs of a socket. */
export interface FramedSocket {
  readonly destroyed: boolean
  end(): void
  destroy(error?: Error): void
}

/** Handlers of sockets, with `message` in the place of `data`. */
export type FramedHandlers<Socket, Message> = Omit<HandlersOf<Socket>, 'data'> & {
  /**
   * A message came whole. One of bytes is a view: valid until the handler returns. After `pause()`
   * those still come that had come with it.
   */
  message(socket: Socket, message: Message): void
}

/**
 * Handlers for `listen` and `connect` that cut what comes into messages.
 *
 * A message that is too large, or that the peer's end cuts short, destroys the socket with that error:
 * `error` and `close` are told. What is sent is up to you: `socket.write(framing.encode(message))`.
 *
 * @param handlers an object literal; those that it has beside `message` are called as they are
 * @example
 * const framing = lines({ maxSize: 4096 })
 * reactor.listen({
 *   port: 7000,
 *   socket: framed(framing, {
 *     message(socket, line) {
 *       socket.write(framing.encode(line.toUpperCase()))
 *     },
 *   }),
 * })
 */
export function framed<Socket extends FramedSocket, Message>(
  framing: Framing<Message>,
  handlers: FramedHandlers<Socket, Message>,
): HandlersOf<Socket> {
  checkHandlers(handlers)
  const decoders = new WeakMap<Socket, Decoder>()
  const decoderOf = (socket: Socket): Decoder => {
    const known = decoders.get(socket)
    if (known !== undefined) return known
    const decoder = framing.decoder((message) => {
      try {
        handlers.message(socket, message)
      } finally {
        if (socket.destroyed) decoder.close()
      }
    })
    decoders.set(socket, decoder)
    return decoder
  }
  /** What is wrong with the stream is the peer's fault; what a handler threw goes where that goes. */
  const settle = (socket: Socket, { failure }: Decoder, thrown: readonly unknown[]): void => {
    if (failure !== undefined) socket.destroy(failure)
    raise(thrown)
  }
  return {
    ...handlers,
    data(socket, chunk) {
      const decoder = decoderOf(socket)
      if (!decoder.closed) settle(socket, decoder, decoder.feed(chunk))
    },
    end(socket) {
      const decoder = decoders.get(socket)
      try {
        if (decoder?.closed === false) settle(socket, decoder, decoder.finish())
      } finally {
        if (!socket.destroyed) {
          if (handlers.end === undefined) socket.end()
          else handlers.end(socket)
        }
      }
    },
  }
}

function checkHandlers(handlers: unknown): void {
  if (typeof handlers !== 'object' || handlers === null) {
    throw wrongType('handlers', 'argument', 'an object', handlers)
  }
  const message: unknown = 'message' in handlers ? handlers.message : undefined
  if (typeof message !== 'function') {
    throw wrongType('handlers.message', 'argument', 'a function', message)
  }
}

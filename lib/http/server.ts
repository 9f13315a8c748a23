import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers'
import type { Listener } from '../net/listener'
import type { Socket, SocketHandlers } from '../net/socket'
import type { ListenOptions } from '../net/options'
import { checkOptions, integerOption, wrongType } from '../net/checks'
import type { Decoding } from '../net/decoding'
import { addon } from '../addon'
import { unsupportedError } from '../reactor/errors'
import type { LoggedRequest, LoggedResponse } from './access-log'
import { faultStatus } from './clients-fault'
import { Connection } from './connection'
import type { ConnectionOwner } from './connection-owner'
import type { Heads } from './heads'
import { Refusal } from './refusal'
import type { HttpRequest } from './request'
import type { HttpResponse } from './response'

/** Answers a request, now or later; a promise that it returns is waited for only to learn of its failure. */
export type HttpHandler = (request: HttpRequest, response: HttpResponse) => unknown

/** What HTTP has no use for; its own timeouts see to idle connections. */
const unused = ['handles', 'idleTimeout', 'type'] as const

export interface ServeOptions extends Omit<
  ListenOptions,
  'socket' | 'highWaterMark' | (typeof unused)[number]
> {
  handler: HttpHandler
  /**
   * Bytes of a request's head, up to 65535; more is answered 431, or 414 where the request line alone
   * is longer.
   * @default 16384
   */
  maxHeaderSize?: number
  /**
   * Header fields of a request, up to 16383; more is answered 431.
   * @default 100
   */
  maxHeaderCount?: number
  /**
   * Bytes of a request's body that are collected ({@link HttpRequest.bytes}, `text`, `json`, `formData`); more is
   * answered 413. Also those that are passed over, where nobody reads them, to get to the next request; more ends the
   * connection behind the answer. {@link HttpRequest.body} has no limit.
   * @default 1048576
   */
  maxBodySize?: number
  /**
   * Milliseconds for a head to come whole, from its first byte or from the connection's begin; then 408.
   * As with the times below it may take up to a second longer until that is noticed.
   * @default 10000
   */
  headersTimeout?: number
  /**
   * Milliseconds for a body to come whole, or for another 64 KiB of it to come, then 408; the time that it
   * waits for its reader does not count. Also the time in which a client must take something of the
   * answers that wait for it.
   * @default 30000
   */
  requestTimeout?: number
  /**
   * Milliseconds that an idle connection is kept for its next request.
   * @default 5000
   */
  keepAliveTimeout?: number
  /**
   * Requests that a connection may bring, from 1; the answer to the last one ends it.
   * @default no limit
   */
  maxRequestsPerConnection?: number
  /**
   * Called once for each request, when its answer is complete or the client has gone; also for those that are refused
   * before a handler gets them: for an access log ({@link commonLog}). What it throws goes where a handler's exceptions
   * go.
   */
  log?: (request: LoggedRequest, response: LoggedResponse) => void
}

/** How {@link HttpServer.close} closes. */
export interface CloseOptions {
  /**
   * Finish the requests that are under way; without it connections are cut.
   * @default false
   */
  graceful?: boolean
  /** Milliseconds after which what is still under way is cut; for ever unless told. */
  deadline?: number
}

/** Bytes of a body that the decoder can count; what becomes of them is decided where they are read. */
const MOST_COUNTED = Number.MAX_SAFE_INTEGER

/** How often deadlines are looked at. */
const SWEEP_MS = 500

/** What a server needs of its reactor. @internal */
export interface ServerOwner {
  listen(options: ListenOptions<Connection>, decoding: Decoding<Socket<Connection>>): Listener
  /** The heads of this turn's requests, whoever's they are. */
  readonly heads: Heads
  /** The reactor was closed: its sockets are gone, and nothing is told of them any more. */
  readonly closed: boolean
  /** An exception of a handler's. */
  failed(error: unknown): void
}

/** An HTTP/1.1 server on a reactor. */
export class HttpServer {
  readonly #owner: ServerOwner
  readonly #listener: Listener
  /** What all its connections have in common. */
  readonly #shared: ConnectionOwner
  readonly #connections = new Set<Connection>()
  #sweep: NodeJS.Timeout | undefined
  #closed: (() => void)[] = []

  /** @internal */
  constructor(owner: ServerOwner, options: ServeOptions) {
    checkOptions(options)
    const given: Partial<ListenOptions> = options
    for (const name of unused) {
      if (given[name] !== undefined) throw unsupportedError(`serve has no "${name}" option`)
    }
    const { handler, log, ...rest } = options
    this.#owner = owner
    if (typeof (handler as unknown) !== 'function') {
      throw wrongType('handler', 'a function', handler)
    }
    if (log !== undefined && typeof (log as unknown) !== 'function') {
      throw wrongType('log', 'a function', log)
    }
    const most = 0x7fffffff
    const number = (name: keyof ServeOptions, fallback: number, minimum = 1, maximum = most) =>
      integerOption(options[name], name, minimum, maximum, fallback)
    const headBytes = number('maxHeaderSize', 16 * 1024, 1, 0xffff)
    const fields = number('maxHeaderCount', 100, 1, 0x3fff)
    const maxBodySize = number('maxBodySize', 1024 * 1024, 0)
    const timeouts = {
      head: number('headersTimeout', 10_000),
      request: number('requestTimeout', 30_000),
      keepAlive: number('keepAliveTimeout', 5_000),
    }
    const mostRequests = number('maxRequestsPerConnection', Infinity)
    this.#shared = this.#makeShared(owner, handler, { timeouts, mostRequests, maxBodySize }, log)
    this.#listener = owner.listen(
      { ...rest, socket: this.#handlers(this.#shared) },
      {
        begin: (plane, group) => {
          addon.http.limit(plane.native, group, headBytes, fields, MOST_COUNTED)
        },
        tell: (socket, kind, a, b) => {
          socket.data?.onRecord(kind, a, b)
        },
      },
    )
  }

  /** Resolves once it listens; see {@link Listener.ready}. */
  get ready(): Promise<void> {
    return this.#listener.ready
  }

  get port(): number | undefined {
    return this.#listener.port
  }

  get hostname(): string | undefined {
    return this.#listener.hostname
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size
  }

  /**
   * Frees the port at once. Resolves once every connection is closed. Called again it may cut what an earlier call
   * lets finish.
   *
   * @throws RangeError, TypeError for `deadline`
   */
  close({ graceful = false, deadline }: CloseOptions = {}): Promise<void> {
    const limit = integerOption(deadline, 'deadline', 0, 0x7fffffff, Infinity)
    this.#shared.closing = true
    this.#listener.close()
    if (this.#owner.closed) this.#settle()
    for (const connection of this.#connections) {
      if (graceful) connection.close()
      else connection.socket.destroy()
    }
    if (this.#connections.size === 0) return Promise.resolve()
    const timer = limit === Infinity ? undefined : setTimeout(() => void this.close(), limit)
    return new Promise((resolve) => {
      this.#closed.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #makeShared(
    owner: ServerOwner,
    handler: HttpHandler,
    limits: Pick<ConnectionOwner, 'timeouts' | 'mostRequests' | 'maxBodySize'>,
    log: ServeOptions['log'],
  ): ConnectionOwner {
    return {
      ...limits,
      heads: owner.heads,
      closing: false,
      answered:
        log &&
        ((request, response) => {
          try {
            log(request, response)
          } catch (error) {
            owner.failed(error)
          }
        }),
      handle: (request, response) => {
        try {
          const result = handler(request, response)
          if (result instanceof Promise) {
            result.catch((error: unknown) => {
              this.#fail(request, response, error)
            })
          }
        } catch (error) {
          this.#fail(request, response, error)
        }
      },
    }
  }

  /** The client gets an answer, and the exception goes where exceptions go. */
  #fail(request: HttpRequest, response: HttpResponse, error: unknown): void {
    // A handler that awaits a body learns of the client's failure; nobody else has to.
    if (error instanceof Refusal || request.abandoned) return
    const status = faultStatus(error)
    response.breakOff(status)
    if (status === undefined) this.#owner.failed(error)
  }

  #handlers(owner: ConnectionOwner): SocketHandlers<Connection> {
    return {
      open: (socket) => {
        const connection = new Connection(socket, owner)
        socket.data = connection
        this.#connections.add(connection)
        this.#sweep ??= setInterval(() => {
          this.#enforceDeadlines()
        }, SWEEP_MS).unref()
      },
      drain: (socket) => {
        socket.data?.onDrain()
      },
      end: (socket) => {
        socket.data?.onEnd()
      },
      close: (socket) => {
        const connection = socket.data
        if (connection === undefined) return
        connection.onClose()
        this.#connections.delete(connection)
        if (this.#connections.size === 0) this.#settle()
      },
    }
  }

  /** No connection is left, or none that lives. */
  #settle(): void {
    for (const connection of this.#connections) connection.onClose()
    this.#connections.clear()
    clearInterval(this.#sweep)
    this.#sweep = undefined
    for (const resolve of this.#closed.splice(0)) resolve()
  }

  #enforceDeadlines(): void {
    if (this.#owner.closed) {
      this.#settle()
      return
    }
    const now = performance.now()
    for (const connection of this.#connections) {
      connection.checkTime(now)
    }
  }
}

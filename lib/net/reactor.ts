import process from 'node:process'
import { clearTimeout, setTimeout } from 'node:timers'
import { addon } from '../addon'
import { checkExclusive, checkTrigger, type ReactorOptions } from '../reactor/options'
import { EventReactor } from '../reactor/reactor'
import { closedError } from '../reactor/errors'
import { Kind, RECORD_SIZE } from '../reactor/records'
import type { SocketAddress } from '../sys/addresses'
import { constants } from '../sys/constants'
import { close } from '../sys/descriptors'
import { check, SystemError } from '../sys/errors'
import { connect, getsockname } from '../sys/sockets'
import { Command } from './commands'
import { Group } from './handlers'
import { Listener } from './listener'
import {
  openListener,
  openSocket,
  removeSocketFile,
  resolve,
  takeOver,
  type Target,
  targetContext,
} from './open'
import { type ConnectOptions, integerOption, type ListenOptions } from './options'
import { Plane } from './plane'
import { Socket, type SocketGroup, type SocketOwner } from './socket'

const DEFAULT_HIGH_WATER_MARK = 64 * 1024

interface Listening {
  id: number
  group: number
  /** Its file is removed with it; undefined for a socket that somebody else has bound. */
  bound: SocketAddress | undefined
}

/** Milliseconds after which a listener that found no descriptor left looks again. */
const STARVED_MS = 100

/**
 * A reactor with stream sockets: TCP and Unix.
 * @internal
 */
export class NetReactor extends EventReactor {
  #plane: Plane | undefined
  readonly #sockets: (Socket | undefined)[] = []
  readonly #groups: (SocketGroup | undefined)[] = []
  readonly #freeGroups: number[] = []
  readonly #listening = new Map<Listener, Listening>()
  /** Attempts to connect whose outcome is awaited, by socket. */
  readonly #attempts = new Map<Socket, () => void>()
  readonly #owner: SocketOwner

  constructor(options?: ReactorOptions) {
    super(options)
    const plane = (): Plane => (this.#plane ??= new Plane(this.native, this.state))
    this.#owner = {
      get plane() {
        return plane()
      },
      call: (group, handler) => {
        if (this.closed) return
        try {
          group.scope.runInAsyncScope(handler)
        } catch (error) {
          this.failed(error)
        }
      },
    }
  }

  /**
   * Listens for stream connections. Works from `run()` or `turn()` on.
   *
   * With a numeric address, a path or a descriptor it listens already when this returns; a name is
   * looked up first, and `listener.ready` says when.
   *
   * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL …
   * @throws Error `ERR_UNSUPPORTED` for `trigger: 'edge'` and `exclusive` on select and poll
   */
  listen<Data = unknown>(options: ListenOptions<Data>): Listener {
    this.mustBeOpen()
    const group = this.#makeGroup(options)
    const edge = this.#edge(options.trigger)
    const exclusive = options.exclusive === true
    checkExclusive(this.backend, this.supports, exclusive)
    const owner = {
      stopListening: (listener: Listener) => {
        this.#stopListening(listener)
      },
    }
    const start = (listener: Listener, fd: number, ours: boolean): void => {
      try {
        const address = getsockname(fd)
        const index = this.#addGroup(group)
        const id = addon.stream.adopt(this.native, fd, index, edge, 'listening', exclusive)
        if (id < 0) this.#removeGroup(index)
        check(id, 'listen', { fd })
        this.#listening.set(listener, { id, group: index, bound: ours ? address : undefined })
        listener.listensAt(address)
        this.reference(1)
      } catch (error) {
        if (ours) close(fd)
        throw error
      }
    }
    return new Listener(owner, (listener) => {
      if (options.fd !== undefined) {
        start(listener, takeOver(options.fd, options), false)
        return undefined
      }
      const address = resolve(options)
      if (!(address instanceof Promise)) {
        start(listener, openListener(address, options), true)
        return undefined
      }
      this.reference(1) // the look-up counts as something under way
      return address
        .then((found) => {
          if (!listener.closed && !this.closed) {
            start(listener, openListener(found, options), true)
          }
        })
        .finally(() => {
          this.reference(-1)
        })
    })
  }

  /**
   * Connects a stream socket. Works from `run()` or `turn()` on.
   *
   * @returns the socket once it is connected (`open` was called then)
   * @throws (rejects) SystemError ECONNREFUSED, ETIMEDOUT …, with the address; the attempt's `error` and
   *   `close` handlers are called too. What fails before there is an attempt (an unknown name, a Unix
   *   path that does not exist) only rejects
   */
  async connect<Data = unknown>(options: ConnectOptions<Data>): Promise<Socket<Data>> {
    this.mustBeOpen()
    const group = this.#makeGroup(options)
    const edge = this.#edge(options.trigger)
    const timeout = integerOption(options.timeout, 'timeout', 0, 0x7fffffff, 0)
    this.reference(1)
    try {
      const address = await resolve(options)
      this.mustBeOpen()
      const socket = this.#startConnect(address, group, edge, options.noDelay ?? true)
      await this.#connected(socket, address, timeout)
      return socket
    } finally {
      this.reference(-1)
    }
  }

  /** Stream sockets that are open, accepted or connected. @internal */
  get connections(): number {
    return this.#sockets.reduce((count, socket) => count + (socket === undefined ? 0 : 1), 0)
  }

  override close(): void {
    if (this.closed) return
    for (const listener of [...this.#listening.keys()]) listener.close()
    const sockets = this.#sockets.filter((socket) => socket !== undefined)
    super.close()
    for (const socket of sockets) socket.markClosed(0)
    for (const settle of this.#attempts.values()) settle()
    this.#sockets.length = 0
  }

  protected override walk(index: number): number {
    const at = index * RECORD_SIZE
    const kind = this.records[at]
    if (kind === Kind.Ready) return super.walk(index)
    if (kind === Kind.Open) this.#admit(at)
    const socket = this.#sockets[this.records[at + 1] as number]
    if (socket !== undefined) {
      try {
        socket.group.scope.runInAsyncScope(this.#tell, this, socket, at)
      } catch (error) {
        this.failed(error)
      }
    } else if (kind === Kind.Starved) {
      this.#feedLater(this.records[at + 1] as number)
    }
    return index + 1
  }

  #tell(socket: Socket, at: number): void {
    const id = this.records[at + 1] as number
    const a = this.records[at + 2] as number
    const b = this.records[at + 3] as number
    const kind = this.records[at] as number
    switch (kind) {
      case Kind.Data:
        socket.onData(this.#owner.plane.chunk(a, b))
        break
      case Kind.Open:
        socket.onOpen()
        this.#attempts.get(socket)?.()
        break
      case Kind.End:
        socket.onEnd()
        break
      case Kind.Drain:
        socket.onDrain()
        break
      case Kind.Stuck:
        socket.onStuck(a)
        break
      case Kind.Close:
        this.#sockets[id] = undefined
        this.reference(-1)
        socket.markClosed(a)
        this.#attempts.get(socket)?.()
        socket.onClose()
        break
    }
  }

  /** A new connection: its object, unless it is one of ours that has just been connected. */
  #admit(at: number): void {
    const id = this.records[at + 1] as number
    if (this.#sockets[id] !== undefined) return
    const group = this.#groups[this.records[at + 2] as number]
    // The listener was closed in this very turn: nobody is left to take the connection.
    if (group === undefined) {
      this.reference(1)
      const stray = new Socket(this.#owner, new Group({}, 0), id)
      this.#sockets[id] = stray
      stray.destroy()
      return
    }
    this.#sockets[id] = new Socket(this.#owner, group, id)
    this.reference(1)
  }

  #startConnect<Data>(
    address: Target,
    group: SocketGroup<Data>,
    edge: boolean,
    noDelay: boolean,
  ): Socket<Data> {
    const { plane } = this.#owner
    const fd = openSocket(address, noDelay)
    try {
      const result = connect(fd, address)
      if (result < 0 && result !== -constants.EINPROGRESS) {
        throw new SystemError(result, 'connect', targetContext(address))
      }
      const id = check(
        addon.stream.adopt(plane.native, fd, 0, edge, 'connecting'),
        'connect',
        targetContext(address),
      )
      const socket = new Socket<Data>(this.#owner, group, id, targetContext(address))
      this.#sockets[id] = socket
      this.reference(1)
      return socket
    } catch (error) {
      close(fd)
      throw error
    }
  }

  #connected(socket: Socket, address: Target, timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer =
        timeout === 0
          ? undefined
          : setTimeout(() => {
              socket.destroy(
                new SystemError(-constants.ETIMEDOUT, 'connect', targetContext(address)),
              )
            }, timeout)
      this.#attempts.set(socket, () => {
        this.#attempts.delete(socket)
        clearTimeout(timer)
        if (!socket.destroyed) resolve()
        else reject(socket.failure ?? closedError('The socket'))
      })
    })
  }

  #makeGroup<Data>(options: ListenOptions<Data> | ConnectOptions<Data>): SocketGroup<Data> {
    const mark = integerOption(
      options.highWaterMark,
      'highWaterMark',
      0,
      Number.MAX_SAFE_INTEGER,
      DEFAULT_HIGH_WATER_MARK,
    )
    return new Group(options.socket, mark)
  }

  #edge(trigger: unknown): boolean {
    checkTrigger(this.backend, this.supports, trigger)
    return trigger === undefined ? this.supports.edge : trigger === 'edge'
  }

  #addGroup(group: SocketGroup): number {
    const index = this.#freeGroups.pop() ?? this.#groups.length
    this.#groups[index] = group
    return index
  }

  #removeGroup(index: number): void {
    this.#groups[index] = undefined
    // Connections of this very turn may still name it: no other listener gets the number before.
    process.nextTick(() => this.#freeGroups.push(index))
  }

  /** A listener found no descriptor left, not even one to refuse with: it looks again in a while. */
  #feedLater(id: number): void {
    setTimeout(() => {
      const listens = [...this.#listening.values()].some((listening) => listening.id === id)
      if (listens) this.#owner.plane.push(Command.Resume, id)
    }, STARVED_MS).unref()
  }

  #stopListening(listener: Listener): void {
    const listening = this.#listening.get(listener)
    if (listening === undefined) return
    this.#listening.delete(listener)
    addon.stream.closeListener(this.native, listening.id)
    if (listening.bound !== undefined) removeSocketFile(listening.bound)
    this.#removeGroup(listening.group)
    this.reference(-1)
  }
}

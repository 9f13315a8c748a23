import { setTimeout } from 'node:timers'
import { addon } from '../addon'
import { checkExclusive, checkTrigger, type ReactorOptions } from '../reactor/options'
import { EventReactor } from '../reactor/reactor'
import { closedError } from '../reactor/errors'
import { Kind, RECORD_SIZE, State } from '../reactor/records'
import type { SocketAddress } from '../sys/addresses'
import { close } from '../sys/descriptors'
import { check } from '../sys/errors'
import { getsockname } from '../sys/sockets'
import { lookUp, targetOf } from './addresses'
import { booleanOption, checkOptions } from './checks'
import { Command } from './commands'
import { connectPlan, Race, type RaceOwner } from './connect'
import { dropInfo } from './ends'
import { Groups } from './groups'
import type { Decoding } from './decoding'
import { Group } from './handlers'
import { Listener, type ListenerOwner } from './listener'
import {
  isPacketSocket,
  listenPlan,
  makeConnected,
  openListener,
  removeSocketFile,
  takeOver,
} from './open'
import {
  type AdoptOptions,
  type ConnectOptions,
  groupSettings,
  type ListenOptions,
} from './options'
import { extras } from './passing'
import { Plane } from './plane'
import { Soon } from './soon'
import type { ReactorStats } from './stats'
import { Socket, type SocketGroup, type SocketHandlers, type SocketOwner } from './socket'

/** For a socket that nobody is left to take. */
const NO_SETTINGS = { highWaterMark: 0, idleTimeout: 0, maxConnections: -1 }

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
  readonly #groups: Groups
  readonly #listening = new Map<Listener, Listening>()
  /** Attempts to connect, until they are connected or closed, by their socket's index. */
  readonly #attempts = new Map<number, Race<Socket>>()
  readonly #races = new Set<Race<Socket>>()
  readonly #owner: SocketOwner
  readonly #soon = new Soon()

  constructor(options?: ReactorOptions) {
    super(options)
    this.#groups = new Groups(this.native)
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
      later: (call) => {
        this.#soon.add(call)
      },
      reference: (by) => {
        this.reference(by)
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
    return this.listenDecoded(options, undefined)
  }

  /** As {@link listen}, with the connections' bytes taken apart by `decoding`. */
  protected listenDecoded<Data>(
    options: ListenOptions<Data>,
    decoding: Decoding<Socket<Data>> | undefined,
  ): Listener {
    this.mustBeOpen()
    checkOptions(options)
    const group = this.#makeGroup(options, decoding)
    const edge = this.#edge(options.trigger)
    const exclusive = options.exclusive === true
    checkExclusive(this.backend, this.supports, exclusive)
    const handles = booleanOption(options.handles, 'handles', false)
    const plan = listenPlan(options)
    const target = options.fd === undefined ? targetOf(options) : undefined
    const owner: ListenerOwner = {
      stopListening: (listener) => {
        this.#stopListening(listener)
      },
      reference: (listener, by) => {
        if (this.#listening.has(listener)) this.reference(by)
      },
    }
    const start = (listener: Listener, fd: number, ours: boolean): void => {
      try {
        const address = getsockname(fd)
        const index = this.#groups.add(group)
        decoding?.begin(this.#owner.plane, index)
        const { native } = this
        const how = [ours, exclusive, decoding !== undefined] as const
        const more = extras(handles, isPacketSocket(fd))
        const id = addon.stream.adopt(native, fd, index, edge, 'listening', ...how, more)
        if (id < 0) this.#groups.retire(index)
        check(id, 'listen', { fd })
        this.#listening.set(listener, { id, group: index, bound: ours ? address : undefined })
        listener.listensAt(address)
        if (listener.referenced) this.reference(1)
      } catch (error) {
        if (ours) close(fd)
        throw error
      }
    }
    return new Listener(owner, (listener) => {
      if (options.fd !== undefined) {
        start(listener, takeOver(options.fd, plan), false)
        return undefined
      }
      if (target === undefined) return undefined
      if (!('lookup' in target)) {
        start(listener, openListener(target, plan), true)
        return undefined
      }
      this.reference(1) // the look-up counts as something under way
      return lookUp(target)
        .then(([first]) => {
          if (first !== undefined && !listener.closed && !this.closed) {
            start(listener, openListener(first, plan), true)
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
   * A name is looked up, and all its addresses are tried, each a while after the one before
   * (RFC 8305); the first that answers wins, and only its socket is ever seen.
   *
   * @returns the socket once it is connected (`open` was called then)
   * @throws (rejects) SystemError ECONNREFUSED, ETIMEDOUT …, with the address; an AggregateError of
   *   these where several addresses were tried, whose `code` is the first one's; `ABORT_ERR` where
   *   `signal` was aborted. The `error` and `close` handlers are called before. What fails
   *   before the first attempt (wrong options, an unknown name) only rejects
   */
  async connect<Data = unknown>(options: ConnectOptions<Data>): Promise<Socket<Data>> {
    this.mustBeOpen()
    checkOptions(options)
    const group = this.#makeGroup(options)
    const edge = this.#edge(options.trigger)
    const handles = booleanOption(options.handles, 'handles', false)
    const plan = connectPlan(options)
    const more = extras(handles, plan.packets)
    const owner: RaceOwner<Socket<Data>> = {
      adopt: (fd) => {
        const { native } = this.#owner.plane
        const how = [true, false, false] as const
        const id = addon.stream.adopt(native, fd, -1, edge, 'connecting', ...how, more)
        if (id >= 0) this.#attempts.set(id, race)
        return id
      },
      admit: (id) => this.#addTimed(id, group),
      drop: (id) => {
        if (!this.closed) this.#owner.plane.push(Command.Destroy, id)
      },
      tell: (error) => {
        const socket = new Socket(this.#owner, group, -1)
        socket.neverOpened(error)
        this.#owner.call(group, () => {
          socket.onClose()
        })
      },
    }
    const race = new Race<Socket<Data>>(plan, owner)
    this.#races.add(race)
    this.reference(1)
    try {
      race.begin()
      return await race.outcome
    } finally {
      this.#races.delete(race)
      this.reference(-1)
    }
  }

  /**
   * Takes over a connected stream or seqpacket socket that comes from elsewhere: received by `handle`,
   * inherited, one of `socketpair`. Works from `run()` or `turn()` on. The descriptor is made
   * non-blocking and belongs to the socket from then on; where this throws it is still the caller's.
   *
   * @returns the socket; `open` has been called with it
   * @throws SystemError EBADF, ENOTSOCK, ENOTCONN (also a listening one), ENOTSUP (datagrams), EEXIST (it
   *   is on this reactor already)
   */
  adopt<Data = unknown>(fd: number, options: AdoptOptions<Data>): Socket<Data> {
    this.mustBeOpen()
    checkOptions(options)
    const group = this.#makeGroup(options)
    const edge = this.#edge(options.trigger)
    const handles = booleanOption(options.handles, 'handles', false)
    makeConnected(fd)
    const { native } = this.#owner.plane
    const more = extras(handles, isPacketSocket(fd))
    const result = addon.stream.adopt(native, fd, -1, edge, 'connected', false, false, false, more)
    const id = check(result, 'adopt', { fd })
    const socket = this.#addTimed(id, group)
    this.#owner.call(group, () => {
      socket.onOpen()
    })
    return socket
  }

  /** @throws Error `ERR_CLOSED` */
  override stats(): ReactorStats {
    const stats = super.stats()
    const { sockets, due } = addon.stream.depths(this.native)
    let backlogBytes = 0
    for (const socket of this.#sockets) backlogBytes += socket?.bufferedBytes ?? 0
    const queuedCommands = this.state[State.Commands] as number
    return { ...stats, sockets, queuedCommands, dueSockets: due, backlogBytes }
  }

  /** Stream sockets that are open, accepted or connected. @internal */
  get connections(): number {
    return this.#sockets.reduce((count, socket) => count + (socket === undefined ? 0 : 1), 0)
  }

  /**
   * The stream sockets that are open: accepted, connected or adopted, whoever's they are. For a server that ends:
   * what is opened or closed meanwhile may be seen or not.
   */
  *sockets(): IterableIterator<Socket> {
    for (const socket of this.#sockets) if (socket !== undefined) yield socket
  }

  override close(): void {
    if (this.closed) return
    for (const listener of [...this.#listening.keys()]) listener.close()
    const sockets = this.#sockets.filter((socket) => socket !== undefined)
    super.close()
    for (const socket of sockets) {
      socket.markClosed(0)
      socket.onAbandoned()
    }
    for (const race of this.#races) race.cancel(closedError('The reactor'))
    this.#attempts.clear()
    this.#sockets.length = 0
  }

  protected override early(): number {
    return this.#soon.run()
  }

  /** The memory shared with C++. */
  protected get plane(): Plane {
    return this.#owner.plane
  }

  protected override walk(index: number): number {
    const at = index * RECORD_SIZE
    const kind = this.records[at]
    if (kind === Kind.Ready || kind === Kind.Lost) return super.walk(index)
    if (kind === Kind.Drop) {
      this.#tellDrop(this.records[at + 1] as number, this.records[at + 2] as number)
      return index + 1
    }
    const race = kind === Kind.Open ? this.#admit(at) : undefined
    const socket = this.#sockets[this.records[at + 1] as number]
    if (socket !== undefined) {
      try {
        if (silent(kind, socket.group.handlers)) this.#tell(socket, at)
        else socket.group.scope.runInAsyncScope(this.#tell, this, socket, at)
      } catch (error) {
        this.failed(error)
      }
      race?.settle()
    } else if (kind === Kind.Close) {
      this.#attemptFailed(this.records[at + 1] as number, this.records[at + 2] as number)
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
        break
      case Kind.Handles:
        socket.onHandles(addon.stream.takeHandles(this.native, id), b === 1)
        break
      case Kind.MessageLost:
        socket.onRefused(a, b === 1)
        break
      case Kind.End:
        socket.onEnd()
        break
      case Kind.Drain:
        socket.onDrain()
        break
      case Kind.Timeout:
        socket.onTimeout()
        break
      case Kind.Stuck:
        socket.onStuck(a)
        break
      case Kind.Close:
        this.#sockets[id] = undefined
        if (socket.referenced) this.reference(-1)
        socket.markClosed(a)
        socket.onClose()
        break
      default:
        if (!socket.destroyed) socket.group.decoding?.tell(socket, kind, a, b)
    }
  }

  /** A new connection gets its object. Answers the race that it has won, where it is one of ours. */
  #admit(at: number): Race<Socket> | undefined {
    const id = this.records[at + 1] as number
    const race = this.#attempts.get(id)
    const group = race === undefined ? this.#groups.at(this.records[at + 2] as number) : undefined
    if (race !== undefined) {
      this.#attempts.delete(id)
      if (race.wins(id) !== undefined) return race
    }
    if (group !== undefined) {
      this.#addSocket(id, group)
    } else {
      // Its listener was closed, or its race won, in this very turn: nobody is left to take it.
      this.#addSocket(id, new Group({}, NO_SETTINGS)).destroy()
    }
    return undefined
  }

  #addSocket<Data>(id: number, group: SocketGroup<Data>): Socket<Data> {
    const socket = new Socket(this.#owner, group, id)
    this.#sockets[id] = socket
    this.reference(1)
    return socket
  }

  /** As {@link #addSocket}, for one whose group C++ does not know. */
  #addTimed<Data>(id: number, group: SocketGroup<Data>): Socket<Data> {
    const { idleTimeout } = group.settings
    if (idleTimeout > 0) check(addon.stream.setIdle(this.native, id, idleTimeout), 'setTimeout')
    return this.#addSocket(id, group)
  }

  /** The end of a connection that never was, or that came too late. */
  #attemptFailed(id: number, errno: number): void {
    const race = this.#attempts.get(id)
    this.#attempts.delete(id)
    race?.fails(id, errno)
  }

  #makeGroup<Data>(
    options: ListenOptions<Data> | ConnectOptions<Data>,
    decoding?: Decoding<Socket<Data>>,
  ): SocketGroup<Data> {
    return new Group(options.socket, groupSettings(options), decoding)
  }

  #edge(trigger: unknown): boolean {
    checkTrigger(this.backend, this.supports, trigger)
    return trigger === undefined ? this.supports.edge : trigger === 'edge'
  }

  #tellDrop(index: number, record: number): void {
    const group = this.#groups.at(index)
    if (group === undefined) return
    this.#owner.call(group, () => {
      const [local, remote] = addon.stream.droppedEnds(this.native, record)
      group.handlers.drop?.(dropInfo(local ?? undefined, remote ?? undefined))
    })
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
    this.#groups.retire(listening.group)
    if (listener.referenced) this.reference(-1)
  }
}

/** Whether a record reaches no handler: then it needs no async context of one. */
function silent(kind: number | undefined, handlers: SocketHandlers): boolean {
  if (kind === Kind.Open) return handlers.open === undefined
  if (kind === Kind.End) return handlers.end === undefined
  if (kind !== Kind.Close) return kind === Kind.Stuck
  return handlers.close === undefined && handlers.error === undefined
}

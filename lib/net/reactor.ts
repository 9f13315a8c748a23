import { addon } from '../addon'
import { checkExclusive, checkTrigger, type ReactorOptions } from '../reactor/options'
import { EventReactor } from '../reactor/reactor'
import { closedError } from '../reactor/errors'
import { Kind, RECORD_SIZE, State } from '../reactor/records'
import { check } from '../sys/errors'
import { AdoptFlag } from './adopt-flags'
import { booleanOption, checkOptions } from './checks'
import { Command } from './commands'
import { connectPlan, Race, type RaceOwner } from './connect'
import { dropInfo } from './ends'
import type { Decoding } from './decoding'
import { Group } from './handlers'
import type { Listener } from './listener'
import { Listeners } from './listeners'
import { isPacketSocket, makeConnected } from './open'
import {
  type AdoptOptions,
  type ConnectOptions,
  groupSettings,
  type ListenOptions,
} from './options'
import { Plane } from './plane'
import { Soon } from './soon'
import type { ReactorStats } from './stats'
import { Socket, type SocketGroup, type SocketOwner } from './socket'
import { silent, tellsOfBytes } from './told'
import { Unseen } from './unseen'

/** For a socket that nobody is left to take. */
const NO_SETTINGS = { highWaterMark: 0, idleTimeout: 0, maxConnections: -1 }

/**
 * A reactor with stream sockets: TCP and Unix.
 * @internal
 */
export class NetReactor extends EventReactor {
  #plane: Plane | undefined
  readonly #sockets: (Socket | undefined)[] = []
  readonly #unseen = new Unseen()
  readonly #listeners: Listeners
  /** Attempts to connect, until they are connected or closed, by their socket's index. */
  readonly #attempts = new Map<number, Race<Socket>>()
  readonly #races = new Set<Race<Socket>>()
  readonly #owner: SocketOwner
  readonly #soon = new Soon()

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
      later: (call) => {
        this.#soon.add(call)
      },
      reference: (by) => {
        this.reference(by)
      },
    }
    this.#listeners = new Listeners(this.native, this.#owner)
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
    const group = this.makeGroup(options, decoding)
    const flags = this.flagsOf(options)
    const exclusive = options.exclusive === true
    checkExclusive(this.backend, this.supports, exclusive)
    const how = (exclusive ? AdoptFlag.Exclusive : 0) | (decoding ? AdoptFlag.Decoded : 0)
    return this.#listeners.listen(options, group, flags | how)
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
    const group = this.makeGroup(options)
    const given = this.flagsOf(options)
    const plan = connectPlan(options)
    group.settings.packets = plan.packets
    const packets = plan.packets ? AdoptFlag.Packets : 0
    const flags = given | packets | AdoptFlag.Connecting | AdoptFlag.Fresh
    const owner: RaceOwner<Socket<Data>> = {
      adopt: (fd) => {
        const id = addon.stream.adopt(this.#owner.plane.native, fd, -1, flags)
        if (id >= 0) this.#attempts.set(id, race)
        return id
      },
      admit: (id) => this.addTimed(id, group),
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
    const group = this.makeGroup(options)
    const flags = this.flagsOf(options)
    makeConnected(fd)
    group.settings.packets = isPacketSocket(fd)
    const packets = group.settings.packets ? AdoptFlag.Packets : 0
    const { native } = this.#owner.plane
    const id = check(addon.stream.adopt(native, fd, -1, flags | packets), 'adopt', { fd })
    const socket = this.addTimed(id, group)
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
    return this.#sockets.filter(Boolean).length + this.#unseen.ids().length
  }

  /**
   * The stream sockets that are open: accepted, connected or adopted, whoever's they are. For a server that ends:
   * what is opened or closed meanwhile may be seen or not.
   */
  *sockets(): IterableIterator<Socket> {
    for (const id of this.#unseen.ids()) this.seen(id)
    for (const socket of this.#sockets) if (socket !== undefined) yield socket
  }

  override close(): void {
    if (this.closed) return
    this.#listeners.close()
    const sockets = this.#sockets.filter((socket) => socket !== undefined)
    super.close()
    for (const socket of sockets) {
      socket.markClosed(0)
      socket.onAbandoned()
    }
    for (const race of this.#races) race.cancel(closedError('The reactor'))
    this.#attempts.clear()
    this.#sockets.length = 0
    this.#unseen.clear()
  }

  protected override early(): number {
    return this.#soon.run()
  }

  /** The memory shared with C++. */
  protected get plane(): Plane {
    return this.#owner.plane
  }

  protected override walk(index: number, count: number): number {
    const at = index * RECORD_SIZE
    const kind = this.records[at]
    if (kind === Kind.Ready || kind === Kind.Lost) return super.walk(index, count)
    if (kind === Kind.Drop) {
      this.tellDrop(this.records[at + 1] as number, this.records[at + 2] as number)
      return index + 1
    }
    const race = kind === Kind.Open ? this.admit(at) : undefined
    const id = this.records[at + 1] as number
    const socket = this.#sockets[id] ?? this.seen(id, kind)
    if (socket !== undefined) {
      let next = index + 1
      try {
        if (silent(kind, socket.group.handlers)) this.tell(socket, at)
        else next = socket.group.scope.runInAsyncScope(this.#tellAll, this, socket, index, count)
      } catch (error) {
        this.failed(error)
      }
      race?.settle()
      return next
    } else if (kind === Kind.Close) {
      this.attemptFailed(id, this.records[at + 2] as number)
    } else if (kind === Kind.Starved) {
      this.#listeners.feedLater(id)
    }
    return index + 1
  }

  /** The record at `index`, and those behind it of what the same socket has received. */
  #tellAll(socket: Socket, index: number, count: number): number {
    const { records } = this
    const { group } = socket
    const id = records[index * RECORD_SIZE + 1]
    let next = index
    do {
      try {
        this.tell(socket, next * RECORD_SIZE)
      } catch (error) {
        this.failed(error)
      }
      next++
    } while (
      next < count &&
      records[next * RECORD_SIZE + 1] === id &&
      tellsOfBytes(records[next * RECORD_SIZE] as number) &&
      socket.group === group &&
      this.goesOn()
    )
    return next
  }

  private tell(socket: Socket, at: number): void {
    const id = this.records[at + 1] as number
    const a = this.records[at + 2] as number
    const b = this.records[at + 3] as number
    const kind = this.records[at] as number
    switch (kind) {
      case Kind.Data:
        socket.onData(a, b)
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
  private admit(at: number): Race<Socket> | undefined {
    const id = this.records[at + 1] as number
    const race = this.#attempts.get(id)
    const group =
      race === undefined ? this.#listeners.groupAt(this.records[at + 2] as number) : undefined
    if (race !== undefined) {
      this.#attempts.delete(id)
      if (race.wins(id) !== undefined) return race
    }
    this.reference(1)
    // Its listener was closed, or its race won, in this very turn: nobody is left to take it.
    if (group === undefined) this.makeSocket(id, new Group({}, NO_SETTINGS)).destroy()
    else if (group.handlers.open === undefined) this.#unseen.leave(id, group)
    else this.makeSocket(id, group)
    return undefined
  }

  /**
   * The socket of a connection that nobody has been told of, now that `kind` is to be told. Undefined where there
   * is none, or where it ends as silently as it was.
   */
  private seen(id: number, kind?: number): Socket | undefined {
    const group = this.#unseen.at(id)
    if (group === undefined || kind === Kind.Open) return undefined
    this.#unseen.forget(id)
    if (kind === Kind.Close && silent(kind, group.handlers)) {
      this.reference(-1)
      return undefined
    }
    return this.makeSocket(id, group)
  }

  private makeSocket<Data>(id: number, group: SocketGroup<Data>): Socket<Data> {
    const socket = new Socket(this.#owner, group, id)
    this.#sockets[id] = socket
    return socket
  }

  /** The socket of a connection whose group C++ does not know. */
  private addTimed<Data>(id: number, group: SocketGroup<Data>): Socket<Data> {
    const { idleTimeout } = group.settings
    if (idleTimeout > 0) check(addon.stream.setIdle(this.native, id, idleTimeout), 'setTimeout')
    this.reference(1)
    return this.makeSocket(id, group)
  }

  /** The end of a connection that never was, or that came too late. */
  private attemptFailed(id: number, errno: number): void {
    const race = this.#attempts.get(id)
    this.#attempts.delete(id)
    race?.fails(id, errno)
  }

  private makeGroup<Data>(
    options: ListenOptions<Data> | ConnectOptions<Data>,
    decoding?: Decoding<Socket<Data>>,
  ): SocketGroup<Data> {
    return new Group(options.socket, groupSettings(options), decoding)
  }

  /** What the options of all stream sockets say to C++. */
  private flagsOf(options: AdoptOptions<never>): number {
    checkTrigger(this.backend, this.supports, options.trigger)
    const edge = options.trigger === undefined ? this.supports.edge : options.trigger === 'edge'
    const handles = booleanOption(options.handles, 'handles', false)
    return (edge ? AdoptFlag.Edge : 0) | (handles ? AdoptFlag.Handles : 0)
  }

  private tellDrop(index: number, record: number): void {
    const group = this.#listeners.groupAt(index)
    if (group === undefined) return
    this.#owner.call(group, () => {
      const [local, remote] = addon.stream.droppedEnds(this.native, record)
      group.handlers.drop?.(dropInfo(local ?? undefined, remote ?? undefined))
    })
  }
}

import { AsyncResource } from 'node:async_hooks'
import { addon } from '../addon'
import type { NativeDatagramCounts } from '../addon/datagram'
import { closedError } from '../reactor/errors'
import type { SocketAddress } from '../sys/addresses'
import { dispose } from '../sys/dispose'
import { check, codedError, SystemError, type SystemErrorContext } from '../sys/errors'
import { getpeername } from '../sys/sockets'
import { contextOf, DatagramInfo, type DatagramSource } from './datagram-info'
import { Slot, SlotFlag } from './datagram-layout'
import { checkPort, type DatagramNames, wrongType } from './datagram-names'
import type { DatagramPlane, Destination } from './datagram-plane'
import { addressOf, portOf } from './ends'
import { findAddress } from './udp-open'
import { UdpTuning } from './udp-tuning'

/**
 * What happens to a datagram socket. An exception in a handler goes to `uncaughtException` and changes
 * nothing for the socket.
 */
export interface UdpHandlers {
  /** The socket is bound. */
  open?(socket: UdpSocket): void
  /**
   * A datagram came; an empty one too. `bytes` is a view of memory that is used again, and `rinfo` an
   * object that is: both are valid until the handler returns. `bytes.slice()` and `rinfo.copy()` can be kept.
   */
  data?(bytes: Uint8Array, rinfo: DatagramInfo, socket: UdpSocket): void
  /** After `send()` has answered false: nothing is queued any more. */
  drain?(socket: UdpSocket): void
  /**
   * A datagram was refused, by the kernel or by the network (ICMP, on a connected socket): SystemError with
   * the `address` and `port`, or `path`, that it was for. The socket goes on. Without this handler nobody
   * is told.
   */
  error?(error: Error, socket: UdpSocket): void
  /** It is closed: the last call of all. `error` where somebody else has closed its descriptor. */
  close?(socket: UdpSocket, error?: Error): void
}

/** To whom a datagram goes: a numeric address, or the path of a Unix socket. */
export type DatagramTarget = { address: string; port: number } | { path: string }

/** What has become of a socket's datagrams, since it was opened. */
export interface UdpStats {
  received: number
  bytesReceived: number
  /** handed to the kernel; what is sent in a turn counts from its end on */
  sent: number
  bytesSent: number
  /** sends that failed: refused by the kernel, or by the full queue, or too late */
  refused: number
  /** what the kernel has dropped of what came, for want of room in the receive queue (`SO_MEMINFO`) */
  dropped: number
}

/** What a datagram socket needs of its reactor. @internal */
export interface UdpOwner {
  readonly plane: DatagramPlane
  readonly names: DatagramNames
  /** The one that all datagrams are shown through. */
  readonly info: DatagramInfo
  reference(by: 1 | -1): void
  /** Its descriptor is closed. */
  released(socket: UdpSocket): void
}

/** What a datagram weighs in a queue beyond its bytes. */
const WEIGHT = 32

/**
 * A datagram socket on a reactor: UDP or Unix. It stays a valid object whatever becomes of it; once
 * closed, `send` answers false, and what would change an option throws `ERR_CLOSED`.
 */
export class UdpSocket extends UdpTuning {
  /**
   * Resolves once it is bound. Already so when `udp` returns, unless the name had to be looked up; then it
   * rejects where the look-up or the binding fails.
   */
  readonly ready: Promise<void>
  readonly #owner: UdpOwner
  readonly #handlers: UdpHandlers
  readonly #highWaterMark: number
  readonly #scope = new AsyncResource('EDGELOOP', { requireManualDestroy: true })
  /** -1 before it is bound, and once it is closed. */
  #id = -1
  #closed = false
  /** Counted among what keeps the reactor going. */
  #counted = true
  #self: SocketAddress | undefined
  #peer: SocketAddress | undefined
  /** Weight of what was sent in this epoch of flushes, and the epoch. */
  #fresh = 0
  #epoch = -1
  /** Sends that never reached the queue. */
  #refused = 0
  #last: NativeDatagramCounts | undefined

  /** @internal */
  constructor(
    owner: UdpOwner,
    handlers: UdpHandlers,
    highWaterMark: number,
    start: (socket: UdpSocket) => Promise<void> | undefined,
  ) {
    super()
    this.#owner = owner
    this.#handlers = handlers
    this.#highWaterMark = Math.max(highWaterMark, 1)
    this.ready = start(this) ?? Promise.resolve()
  }

  /** The numeric address that it is bound to; undefined for a Unix socket. */
  get address(): string | undefined {
    return addressOf(this.#self)
  }

  /** The port, the kernel's choice where 0 was asked for; undefined for a Unix socket. */
  get port(): number | undefined {
    return portOf(this.#self)
  }

  /** The path of a Unix socket; an abstract name begins with NUL. */
  get path(): string | undefined {
    return this.#self !== undefined && 'path' in this.#self ? this.#self.path : undefined
  }

  /** 'IPv4', 'IPv6' or 'Unix'; undefined before it is bound. */
  override get family(): string | undefined {
    return this.#self?.family
  }

  /** The peer's address, where it is connected to one. */
  get remoteAddress(): string | undefined {
    return addressOf(this.#peer)
  }

  get remotePort(): number | undefined {
    return portOf(this.#peer)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** The descriptor, for `edgeloop/sys`; -1 once closed. It belongs to the socket: do not close it. */
  get fd(): number {
    return this.#id < 0 ? -1 : addon.datagram.descriptorOf(this.#owner.plane.native, this.#id)
  }

  /**
   * Sends a datagram: `send(data)` to the connected peer, `send(data, port, address)`, `send(data, path)`,
   * `send(data, rinfo)` to answer. What one turn's handlers send leaves in one call at the turn's end, in
   * order; what the kernel does not take then waits. What it refuses is told to `error`.
   *
   * @param data copied before this returns. A string is sent as UTF-8.
   * @param to a port from 1 to 65535, a path, an address, or the `rinfo` of a datagram
   * @param address numeric, names are not looked up; the machine itself ('127.0.0.1' or '::1') unless told
   * @returns whether it was taken. False, and it is lost: `highWaterMark` bytes wait, and `drain` is called
   *   once none do; or the socket is closed, or not bound yet
   * @throws TypeError, RangeError for a datagram or an address that is none
   */
  send(
    data: string | Uint8Array,
    to?: number | string | DatagramInfo | DatagramTarget,
    address?: string,
  ): boolean {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      throw wrongType('data', 'a string or a Uint8Array', data)
    }
    const destination = this.#destination(to, address)
    if (this.#id < 0 || this.#isFull()) {
      this.#refused++
      return false
    }
    this.#fresh += this.#owner.plane.send(this.#id, data, destination) + WEIGHT
    return true
  }

  /**
   * Names the only peer: `send(data)` goes to it, nobody else is heard, and what the network refuses
   * (`ECONNREFUSED` …) is told to `error`: connect(2).
   *
   * @param to a port, or the path of a Unix socket
   * @param hostname numeric, or a name for `dns.lookup`; the machine itself unless told
   * @returns resolved already where nothing had to be looked up
   * @throws (rejects) SystemError ENETUNREACH, ENOENT, ECONNREFUSED (Unix), EBUSY while datagrams wait;
   *   Error `ERR_CLOSED`; TypeError, RangeError
   */
  async connect(to: number | string, hostname?: string): Promise<void> {
    this.boundFd()
    if (typeof to === 'string') {
      this.#connect(this.#owner.names.ofPath(to), { path: to })
      return
    }
    checkPort(to)
    const six = this.#self?.family === 'IPv6'
    const found = findAddress(hostname ?? this.#here, to, six ? 0 : 4)
    const target = found instanceof Promise ? await found : found
    if (!('address' in target)) return
    this.#connect(this.#owner.names.ofPort(to, target.address), {
      address: target.address,
      port: to,
    })
  }

  /**
   * Has no peer any more.
   *
   * @throws SystemError EBUSY while datagrams wait; Error `ERR_CLOSED`
   */
  disconnect(): void {
    this.boundFd()
    check(addon.datagram.connect(this.#owner.plane.native, this.#id, undefined), 'connect')
    this.#peer = undefined
  }

  /** Counters; of a closed socket, the last. */
  stats(): UdpStats {
    const { native } = this.#owner.plane
    const none = { received: 0, bytesReceived: 0, sent: 0, bytesSent: 0, refused: 0, dropped: 0 }
    const counts = this.#last ?? (this.#id < 0 ? none : addon.datagram.stats(native, this.#id))
    return { ...counts, refused: counts.refused + this.#refused }
  }

  /** Keeps `run()` and the process going, as it does unless told otherwise. */
  ref(): this {
    if (!this.#closed && !this.#counted) this.#count(1)
    return this
  }

  /** Keeps nothing going; it is served for as long as something else does. */
  unref(): this {
    if (!this.#closed && this.#counted) this.#count(-1)
    return this
  }

  /**
   * Closes it. What was sent before leaves first, as far as the kernel takes it. Nothing is received any
   * more; `close` is called in the next turn. Twice is fine.
   */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#id < 0) {
      this.#discount()
      return
    }
    const { plane } = this.#owner
    this.#last = addon.datagram.close(plane.native, this.#id)
    this.#id = -1
    plane.settle()
    this.#owner.released(this)
  }

  [dispose](): void {
    this.close()
  }

  /** @throws Error `ERR_CLOSED` */
  protected override boundFd(): number {
    if (this.#closed) throw closedError('The socket')
    if (this.#id >= 0) return this.fd
    throw codedError(new Error('The socket is not bound yet: await its "ready"'), 'ERR_CLOSED')
  }

  // What the reactor tells.

  /** @internal */
  get scope(): AsyncResource {
    return this.#scope
  }

  /** It is bound, and the plane knows it. @internal */
  opened(id: number, self: SocketAddress): void {
    this.#id = id
    this.#self = self
    try {
      this.#peer = getpeername(this.boundFd())
    } catch {
      // Not connected, as most.
    }
  }

  /** It never was, or is no more, something to wait for. @internal */
  discount(): void {
    this.#discount()
  }

  /** @internal */
  onOpen(): void {
    if (!this.#closed) this.#handlers.open?.(this)
  }

  /** @internal */
  onDatagram(slot: number): void {
    if (this.#closed || this.#handlers.data === undefined) return
    const { plane, info } = this.#owner
    const at = slot * Slot.Size
    const offset = plane.slots[at + Slot.Offset] as number
    const length = plane.slots[at + Slot.Length] as number
    info.show(slot)
    this.#handlers.data(plane.bytes(offset, length), info, this)
  }

  /** @internal */
  onDrain(): void {
    if (!this.#closed) this.#handlers.drain?.(this)
  }

  /** @internal */
  onError(slot: number): void {
    if (this.#closed || this.#handlers.error === undefined) return
    const { plane, info } = this.#owner
    const at = slot * Slot.Size
    const errno = plane.slots[at + Slot.TrueLength] as number
    const sending = ((plane.slots[at + Slot.Flags] as number) & SlotFlag.WhileSending) !== 0
    let where = contextOf(this.#peer)
    if (plane.slots[at + Slot.NameLength] !== 0) {
      info.show(slot)
      where = contextOf(info)
      info.show(-1)
    }
    this.#handlers.error(new SystemError(-errno, sending ? 'send' : 'recv', where), this)
  }

  /** @internal */
  onClose(errno: number): void {
    const native = this.#owner.plane.native
    if (!this.#closed) {
      // Somebody else has closed its descriptor.
      this.#closed = true
      this.#last = addon.datagram.stats(native, this.#id)
      this.#id = -1
      this.#owner.released(this)
    }
    if (errno === 0) this.#handlers.close?.(this)
    else this.#handlers.close?.(this, new SystemError(-errno, 'recv'))
  }

  #destination(to: unknown, address: string | undefined): Destination {
    const { names, info } = this.#owner
    if (to === undefined || to === null) return undefined
    if (typeof to === 'number') return names.ofPort(to, address ?? this.#here)
    if (typeof to === 'string') return names.ofPath(to)
    if (to === info) return info.slot
    if (typeof to !== 'object') throw wrongType('to', 'a port, a path or an address', to)
    const target = (to instanceof DatagramInfo ? to.copy() : to) as Partial<DatagramSource>
    if (target.path !== undefined) return names.ofPath(target.path)
    checkPort(target.port)
    return names.ofPort(target.port ?? 0, target.address ?? this.#here)
  }

  /** Whether so much waits that nothing more is taken. */
  #isFull(): boolean {
    const { plane } = this.#owner
    const { epoch } = plane
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#fresh = 0
    }
    const mark = this.#highWaterMark
    let waiting = plane.blocked ? addon.datagram.queued(plane.native, this.#id) : 0
    if (waiting + this.#fresh < mark) return false
    if (waiting === 0) {
      // The kernel may well take all of it: nothing is refused before that is known.
      waiting = plane.flush(this.#id)
      this.#epoch = plane.epoch
      this.#fresh = 0
      if (waiting < mark) return false
    }
    addon.datagram.wantDrain(plane.native, this.#id)
    return true
  }

  #connect(name: Uint8Array, where: SystemErrorContext): void {
    this.boundFd() // looking the name up has taken its time
    const { native } = this.#owner.plane
    check(addon.datagram.connect(native, this.#id, name), 'connect', where)
    this.#peer = getpeername(this.fd)
  }

  #count(by: 1 | -1): void {
    this.#counted = by === 1
    this.#owner.reference(by)
  }

  #discount(): void {
    if (this.#counted) this.#count(-1)
  }

  /** This machine, in the socket's own family. */
  get #here(): string {
    return this.#self?.family === 'IPv6' ? '::1' : '127.0.0.1'
  }
}

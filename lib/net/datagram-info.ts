import { addon } from '../addon'
import { constants } from '../sys/constants'
import type { SocketAddress } from '../sys/addresses'
import { codedError, type SystemErrorContext } from '../sys/errors'
import { Slot, SlotFlag } from './datagram-layout'
import type { DatagramPlane } from './datagram-plane'

/** Where a datagram came from, and how: what {@link DatagramInfo.copy} answers. */
export interface DatagramSource {
  family: 'IPv4' | 'IPv6' | 'Unix'
  /** Numeric; a link-local one with its zone, 'fe80::1%eth0'. '' for a Unix socket. */
  address: string
  /** 0 for a Unix socket. */
  port: number
  /** The sender's path, or abstract name with its leading NUL; '' where it has none. Unix sockets only. */
  path?: string
  /** Its true length, which exceeds that of the bytes where it is `truncated`. */
  size: number
  /** It was longer than `maxDatagramSize`, and the rest is lost. */
  truncated: boolean
  /** The address that it was sent to. With `packetInfo` only. */
  localAddress?: string
  /** The number of the interface that it came by. With `packetInfo` only. */
  interface?: number
  /**
   * How many datagrams the kernel had dropped, for want of room in the receive queue, when it queued this
   * one (`SO_RXQ_OVFL`, modulo 2^32); 0 without `dropCounter`.
   */
  dropped: number
}

/** Senders' addresses as text are made once and kept, up to so many. */
const KEPT_ADDRESSES = 1024

const { AF_INET, AF_UNIX } = constants

/**
 * Where a datagram came from. One object serves all datagrams: it is valid until the handler returns,
 * and throws `ERR_DATAGRAM_INFO_EXPIRED` afterwards. {@link copy} makes a plain object to keep.
 */
export class DatagramInfo {
  readonly #plane: DatagramPlane
  /** -1 while no handler is under way. */
  #slot = -1
  /** IPv4 addresses by their bytes. */
  readonly #texts = new Map<number, string>()

  /** @internal */
  constructor(plane: DatagramPlane) {
    this.#plane = plane
  }

  get family(): 'IPv4' | 'IPv6' | 'Unix' {
    const family = this.#family()
    return family === AF_INET ? 'IPv4' : family === AF_UNIX ? 'Unix' : 'IPv6'
  }

  /** As {@link DatagramSource.address}. */
  get address(): string {
    const family = this.#family()
    if (family === AF_UNIX) return ''
    return family === AF_INET ? this.#ipv4() : this.#text(false)
  }

  /** As {@link DatagramSource.port}. */
  get port(): number {
    if (this.#family() === AF_UNIX) return 0
    const bytes = this.#plane.slotBytes
    const at = (this.#at() + Slot.Name) * 4 + 2
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  }

  /** As {@link DatagramSource.path}; undefined for UDP. */
  get path(): string | undefined {
    return this.#family() === AF_UNIX ? this.#text(false) : undefined
  }

  /** As {@link DatagramSource.size}. */
  get size(): number {
    return this.#number(Slot.TrueLength)
  }

  /** As {@link DatagramSource.truncated}. */
  get truncated(): boolean {
    return this.#has(SlotFlag.Truncated)
  }

  /** The address that it was sent to; undefined without `packetInfo`. */
  get localAddress(): string | undefined {
    return this.#has(SlotFlag.HasLocal) ? this.#text(true) : undefined
  }

  /** The number of the interface that it came by; undefined without `packetInfo`. */
  get interface(): number | undefined {
    return this.#has(SlotFlag.HasLocal) ? this.#number(Slot.Interface) : undefined
  }

  /** As {@link DatagramSource.dropped}. */
  get dropped(): number {
    return this.#has(SlotFlag.HasDropped) ? this.#number(Slot.Dropped) >>> 0 : 0
  }

  /** A plain object that stays as it is. `send` takes it as an address, too. */
  copy(): DatagramSource {
    const { family, address, port, path, size, truncated, localAddress, dropped } = this
    const copy: DatagramSource = { family, address, port, size, truncated, dropped }
    if (path !== undefined) copy.path = path
    if (localAddress !== undefined) {
      copy.localAddress = localAddress
      copy.interface = this.#number(Slot.Interface)
    }
    return copy
  }

  /** The slot that `send` answers to. @internal */
  get slot(): number {
    return this.#at() / Slot.Size
  }

  /** @internal */
  show(slot: number): void {
    this.#slot = slot
  }

  /** The first number of the slot. */
  #at(): number {
    if (this.#slot >= 0) return this.#slot * Slot.Size
    throw codedError(
      new Error('rinfo is valid until the handler returns; rinfo.copy() can be kept'),
      'ERR_DATAGRAM_INFO_EXPIRED',
    )
  }

  #family(): number {
    const bytes = this.#plane.slotBytes
    const at = (this.#at() + Slot.Name) * 4
    return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
  }

  #number(index: number): number {
    return this.#plane.slots[this.#at() + index] as number
  }

  #has(flag: number): boolean {
    return (this.#number(Slot.Flags) & flag) !== 0
  }

  #text(local: boolean): string {
    return addon.datagram.text(this.#plane.native, this.slot, local)
  }

  #ipv4(): string {
    const key = this.#number(Slot.Name + 1)
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const bytes = this.#plane.slotBytes
    const at = (this.#at() + Slot.Name + 1) * 4
    const text = bytes.subarray(at, at + 4).join('.')
    if (this.#texts.size === KEPT_ADDRESSES) this.#texts.clear()
    this.#texts.set(key, text)
    return text
  }
}

/** What an error tells of a datagram's address. @internal */
export function contextOf(
  address: SocketAddress | DatagramInfo | undefined,
): SystemErrorContext | undefined {
  if (address === undefined || address.family === 'Unknown') return undefined
  if (address.family === 'Unix') {
    return 'path' in address && address.path !== undefined ? { path: address.path } : undefined
  }
  return 'address' in address ? { address: address.address, port: address.port } : undefined
}

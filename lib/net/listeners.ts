import { setTimeout } from 'node:timers'
import { addon } from '../addon'
import type { NativeReactor } from '../addon/reactor'
import type { SocketAddress } from '../sys/addresses'
import { close } from '../sys/descriptors'
import { constants } from '../sys/constants'
import { check, SystemError } from '../sys/errors'
import { getsockname } from '../sys/sockets'
import { lookUp, targetOf } from './addresses'
import { AdoptFlag } from './adopt-flags'
import { Command } from './commands'
import { Groups } from './groups'
import { Listener, type ListenerOwner } from './listener'
import { isPacketSocket, listenPlan, openListener, removeSocketFile, takeOver } from './open'
import type { ListenOptions } from './options'
import type { SocketGroup, SocketOwner } from './socket'

interface Listening {
  id: number
  group: number
  /** Its file is removed with it; undefined for a socket that somebody else has bound. */
  bound: SocketAddress | undefined
}

/** Milliseconds after which a listener that found no descriptor left looks again. */
const STARVED_MS = 100

/** The listeners of one reactor. @internal */
export class Listeners implements ListenerOwner {
  readonly #native: NativeReactor
  readonly #owner: SocketOwner
  readonly #groups: Groups
  readonly #listening = new Map<Listener, Listening>()
  #closed = false

  constructor(native: NativeReactor, owner: SocketOwner) {
    this.#native = native
    this.#owner = owner
    this.#groups = new Groups(native)
  }

  /** The group of a listener's connections, as long as it listens. */
  groupAt(index: number): SocketGroup | undefined {
    return this.#groups.at(index)
  }

  /**
   * Listens; at once, unless a name has to be looked up first.
   *
   * @param flags of {@link AdoptFlag}, what the options say
   */
  listen<Data>(options: ListenOptions<Data>, group: SocketGroup<Data>, flags: number): Listener {
    const plan = listenPlan(options)
    const target = options.fd === undefined ? targetOf(options) : undefined
    const start = (listener: Listener, fd: number, ours: boolean): void => {
      try {
        this.#start(listener, fd, group, flags, ours)
      } catch (error) {
        if (ours) close(fd)
        throw error
      }
    }
    return new Listener(this, (listener) => {
      if (options.fd !== undefined) {
        start(listener, takeOver(options.fd, plan), false)
        return undefined
      }
      if (target === undefined) return undefined
      if (!('lookup' in target)) {
        start(listener, openListener(target, plan), true)
        return undefined
      }
      this.#owner.reference(1) // the look-up counts as something under way
      return lookUp(target)
        .then(([first]) => {
          if (first !== undefined && !listener.closed && !this.#closed) {
            start(listener, openListener(first, plan), true)
          }
        })
        .finally(() => {
          this.#owner.reference(-1)
        })
    })
  }

  /** A listener found no descriptor left, not even one to refuse with: it looks again in a while. */
  feedLater(id: number): void {
    setTimeout(() => {
      const listens = [...this.#listening.values()].some((listening) => listening.id === id)
      if (listens) this.#owner.plane.push(Command.Resume, id)
    }, STARVED_MS).unref()
  }

  /** Closes them all; none is made any more. */
  close(): void {
    this.#closed = true
    for (const listener of [...this.#listening.keys()]) listener.close()
  }

  stopListening(listener: Listener): void {
    const listening = this.#listening.get(listener)
    if (listening === undefined) return
    this.#listening.delete(listener)
    addon.stream.closeListener(this.#native, listening.id)
    if (listening.bound !== undefined) removeSocketFile(listening.bound)
    this.#groups.retire(listening.group)
    if (listener.referenced) this.#owner.reference(-1)
  }

  reference(listener: Listener, by: 1 | -1): void {
    if (this.#listening.has(listener)) this.#owner.reference(by)
  }

  /** @param ours the descriptor was opened here, and nothing else has had its number */
  #start<Data>(
    listener: Listener,
    fd: number,
    group: SocketGroup<Data>,
    flags: number,
    ours: boolean,
  ): void {
    const address = getsockname(fd)
    group.settings.packets = isPacketSocket(fd)
    // A decoder takes a stream apart.
    if (group.settings.packets && group.decoding !== undefined) {
      throw new SystemError(-constants.EOPNOTSUPP, 'listen', { fd })
    }
    const index = this.#groups.add(group)
    group.decoding?.begin(this.#owner.plane, index)
    const fresh = ours ? AdoptFlag.Fresh : 0
    const packets = group.settings.packets ? AdoptFlag.Packets : 0
    const all = flags | fresh | packets | AdoptFlag.Listening
    const id = addon.stream.adopt(this.#native, fd, index, all)
    if (id < 0) this.#groups.retire(index)
    check(id, 'listen', { fd })
    this.#listening.set(listener, { id, group: index, bound: ours ? address : undefined })
    listener.listensAt(address)
    if (listener.referenced) this.#owner.reference(1)
  }
}

import { addon } from '../addon'
import type { NativeReactor } from '../addon/reactor'
import { check } from '../sys/errors'
import type { SocketGroup } from './socket'

/**
 * The groups of a reactor's listeners, by number. The number of a closed listener goes to another one
 * only when no socket and no record names it any more.
 * @internal
 */
export class Groups {
  readonly #native: NativeReactor
  readonly #groups: (SocketGroup | undefined)[] = []
  /** Oldest first. */
  readonly #retired: number[] = []

  constructor(native: NativeReactor) {
    this.#native = native
  }

  at(index: number): SocketGroup | undefined {
    return this.#groups[index]
  }

  /** Answers the group's number. */
  add(group: SocketGroup): number {
    const index = this.#free()
    const { idleTimeout, maxConnections } = group.settings
    const tellDrops = group.handlers.drop !== undefined
    // A handler of connections may want their bytes untouched, to pass the descriptor on.
    const readAtOnce = group.handlers.open === undefined || group.decoding !== undefined
    const native = this.#native
    const result = addon.stream.configureGroup(
      native,
      index,
      idleTimeout,
      maxConnections,
      tellDrops,
      readAtOnce,
    )
    check(result, 'listen')
    this.#groups[index] = group
    return index
  }

  /** Its listener is closed; its connections go on. */
  retire(index: number): void {
    this.#groups[index] = undefined
    this.#retired.push(index)
  }

  #free(): number {
    const oldest = this.#retired.shift()
    if (oldest === undefined) return this.#groups.length
    if (addon.stream.groupInUse(this.#native, oldest) === 0) return oldest
    this.#retired.push(oldest)
    return this.#groups.length
  }
}

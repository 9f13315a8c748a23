import type { SocketGroup } from './socket'

/**
 * Connections that nobody has been told of yet, by their index: their objects are made when somebody is.
 * @internal
 */
export class Unseen {
  readonly #groups: (SocketGroup | undefined)[] = []

  leave(id: number, group: SocketGroup): void {
    // Without gaps: an array that has them costs more for each element.
    while (this.#groups.length < id) this.#groups.push(undefined)
    this.#groups[id] = group
  }

  at(id: number): SocketGroup | undefined {
    return this.#groups[id]
  }

  forget(id: number): void {
    this.#groups[id] = undefined
  }

  ids(): number[] {
    return [...this.#groups.keys()].filter((id) => this.#groups[id] !== undefined)
  }

  clear(): void {
    this.#groups.length = 0
  }
}

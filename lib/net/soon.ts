import process from 'node:process'

/**
 * Calls that must not be made from where they were asked for: made in the next tick, or by the next
 * `turn()`, where a program makes one turn after the other and gives ticks no chance.
 * @internal
 */
export class Soon {
  #calls: (() => void)[] = []

  add(call: () => void): void {
    if (this.#calls.push(call) > 1) return
    process.nextTick(() => {
      this.run()
    })
  }

  /** Makes those that wait now, and answers how many there were; what they add waits. */
  run(): number {
    const calls = this.#calls
    this.#calls = []
    for (const call of calls) call()
    return calls.length
  }
}

import { constants, eventfd, eventfd_read, eventfd_write } from 'edgeloop/sys'
import process from 'node:process'

const { EFD_NONBLOCK } = constants

interface Usage {
  readonly events: number
  readonly turns: number
  readonly at: number
  readonly cpu: NodeJS.CpuUsage
  readonly resources: NodeJS.ResourceUsage
}

/**
 * Descriptors of which `active` neighbours are ready at any time. After as many events the window of
 * them moves on by one descriptor, so that each has its turn: one read and one write for `active`
 * events. Whoever watches them calls `ready` for each event.
 */
export class ReadyWindow {
  readonly descriptors: readonly number[]
  readonly #active: number
  readonly #seconds: number
  readonly #warmup: number
  #begin = Infinity
  #first = 0
  #events = 0
  #turns = 0
  #before: Usage | undefined

  /** @param words DESCRIPTORS ACTIVE SECONDS WARMUP */
  constructor(words: readonly string[]) {
    const [count = 0, active = 0, seconds = 0, warmup = 0] = words.map(Number)
    this.#active = active
    this.#seconds = seconds
    this.#warmup = warmup
    this.descriptors = Array.from({ length: count }, (_, index) =>
      eventfd(index < active ? 1 : 0, EFD_NONBLOCK),
    )
  }

  /** The time starts to count: everything is registered. */
  start(): void {
    this.#begin = performance.now() + this.#warmup * 1000
  }

  readonly ready = (): void => {
    this.#events += 1
    if (this.#events % this.#active === 0) this.#moveOn()
  }

  #moveOn(): void {
    const all = this.descriptors
    this.#turns += 1
    eventfd_write(all[(this.#first + this.#active) % all.length] ?? -1, 1)
    eventfd_read(all[this.#first] ?? -1)
    this.#first = (this.#first + 1) % all.length
    const now = performance.now()
    if (now >= this.#begin) this.#before ??= this.#usage(now)
    if (this.#before !== undefined && now >= this.#before.at + this.#seconds * 1000)
      this.#report(this.#before, this.#usage(now))
  }

  #usage(at: number): Usage {
    const [events, turns] = [this.#events, this.#turns]
    return { events, turns, at, cpu: process.cpuUsage(), resources: process.resourceUsage() }
  }

  #report(from: Usage, to: Usage): void {
    const result = {
      events: to.events - from.events,
      turns: to.turns - from.turns,
      seconds: (to.at - from.at) / 1000,
      userUs: to.cpu.user - from.cpu.user,
      sysUs: to.cpu.system - from.cpu.system,
      voluntarySwitches:
        to.resources.voluntaryContextSwitches - from.resources.voluntaryContextSwitches,
      involuntarySwitches:
        to.resources.involuntaryContextSwitches - from.resources.involuntaryContextSwitches,
      rssBytes: process.memoryUsage.rss(),
    }
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
  }
}

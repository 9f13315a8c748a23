import { close, constants, open, pipe2, read, write } from 'edgeloop/sys'
import process from 'node:process'

const { EAGAIN, O_NONBLOCK, O_RDWR } = constants

/** More than ever lies in one pipe: what fills less has emptied it, which edge triggering asks for. */
const mostBytes = 64

/** A pipe with both directions in one descriptor. */
function openPipe(): number {
  const [readEnd, writeEnd] = pipe2(O_NONBLOCK)
  try {
    return open(`/proc/self/fd/${String(readEnd)}`, O_RDWR | O_NONBLOCK)
  } finally {
    close(readEnd)
    close(writeEnd)
  }
}

interface Usage {
  readonly events: number
  readonly bytes: number
  readonly laps: number
  readonly at: number
  readonly cpu: NodeJS.CpuUsage
  readonly resources: NodeJS.ResourceUsage
}

/**
 * The ring of pipes, as ring.h has it in C++: `active` of them, evenly spread, get a byte; whoever is
 * told that a pipe is readable calls `readable`, which takes the byte and passes it on to the next
 * pipe, until that was done `writes` times. Then the next lap begins at once.
 */
export class Ring {
  readonly descriptors: readonly number[]
  readonly #active: number
  readonly #writes: number
  readonly #seconds: number
  readonly #warmup: number
  readonly #next: Int32Array
  readonly #byte = new Uint8Array(1)
  readonly #bytes = new Uint8Array(mostBytes)
  #lap = 0
  /** Of this lap: times that a byte is still passed on, and bytes that were taken. */
  #left = 0
  #heard = 0
  #eventCount = 0
  #byteCount = 0
  #begin = Infinity
  #before: Usage | undefined

  /** @param words PIPES ACTIVE WRITES SECONDS WARMUP */
  constructor(words: readonly string[]) {
    const [pipes = 0, active = 0, writes = 0, seconds = 0, warmup = 0] = words.map(Number)
    if (!(active > 0 && active <= pipes && seconds > 0))
      throw new RangeError('a ring takes PIPES ACTIVE WRITES SECONDS WARMUP, ACTIVE from 1 on')
    this.#active = active
    this.#writes = writes
    this.#seconds = seconds
    this.#warmup = warmup
    this.descriptors = Array.from({ length: pipes }, openPipe)
    this.#next = new Int32Array(Math.max(...this.descriptors) + 1)
    this.descriptors.forEach((fd, index, all) => (this.#next[fd] = all[(index + 1) % pipes] ?? -1))
  }

  /** Everything is watched: the first lap begins. */
  start(): void {
    this.#begin = performance.now() + this.#warmup * 1000
    this.#beginLap()
  }

  /** There is a byte in a pipe. */
  readonly readable = (fd: number): void => {
    const length = read(fd, this.#bytes)
    if (length <= 0) throw new Error('an event without a byte')
    this.#eventCount += 1
    this.#byteCount += length
    this.#heard += length
    for (let at = 0; at < length; at += 1) {
      if (this.#bytes[at] !== (this.#lap & 0xff)) throw new Error('a byte that nobody sent')
      if (this.#left === 0) continue
      this.#left -= 1
      this.#pass(this.#next[fd] ?? -1)
    }
    if (this.#heard === this.#active + this.#writes) this.#endLap()
  }

  #pass(fd: number): void {
    if (write(fd, this.#byte) !== 1) throw new Error('a byte was not taken')
  }

  #beginLap(): void {
    const all = this.descriptors
    this.#left = this.#writes
    this.#heard = 0
    this.#byte[0] = this.#lap
    for (let number = 0; number < this.#active; number += 1)
      this.#pass(all[Math.floor((number * all.length) / this.#active)] ?? -1)
  }

  #endLap(): void {
    this.#lap += 1
    const now = performance.now()
    if (this.#before !== undefined && now >= this.#before.at + this.#seconds * 1000) {
      this.#report(this.#before, this.#usage(now))
      return
    }
    if (now >= this.#begin) this.#before ??= this.#usage(now)
    this.#beginLap()
  }

  #usage(at: number): Usage {
    const [events, bytes, laps] = [this.#eventCount, this.#byteCount, this.#lap]
    return { events, bytes, laps, at, cpu: process.cpuUsage(), resources: process.resourceUsage() }
  }

  #report(from: Usage, to: Usage): void {
    if (!this.descriptors.every((fd) => read(fd, this.#bytes) === -EAGAIN))
      throw new Error('a byte too many')
    const { resources: before } = from
    const { resources: after } = to
    const result = {
      events: to.events - from.events,
      bytes: to.bytes - from.bytes,
      turns: to.laps - from.laps,
      seconds: (to.at - from.at) / 1000,
      userUs: to.cpu.user - from.cpu.user,
      sysUs: to.cpu.system - from.cpu.system,
      voluntarySwitches: after.voluntaryContextSwitches - before.voluntaryContextSwitches,
      involuntarySwitches: after.involuntaryContextSwitches - before.involuntaryContextSwitches,
      rssBytes: process.memoryUsage.rss(),
    }
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
  }
}

import { Buffer } from 'node:buffer'
import process from 'node:process'
import { addon } from '../addon'
import type { NativeReactor } from '../addon/reactor'
import { State } from '../reactor/records'
import { check } from '../sys/errors'
import { Command, COMMAND_SIZE, type CommandKind } from './commands'

/** A chunk up to this size is copied; a larger one is kept by reference. @internal */
export const LARGEST_COPY = 64 * 1024

/** The memory that reactors receive into, all of this thread's. */
const slabs = new WeakSet<ArrayBufferLike>()

/** Whether bytes lie where a reactor receives, and are overwritten by its next turn. @internal */
export function isReceived(bytes: Uint8Array): boolean {
  return slabs.has(bytes.buffer)
}

function receivedBy(native: NativeReactor): ArrayBuffer {
  const buffer = addon.stream.received(native)
  slabs.add(buffer)
  return buffer
}

/** Up to this length a text is copied character by character: a call would cost more. */
const SHORT_TEXT = 64
const TOKEN_BYTES = 4

/**
 * JavaScript's side of the shared memory: the receive slab, the send slab and the commands. Nothing
 * here makes a call per write; the commands of a turn are flushed by the turn that follows, or in the
 * next tick where no turn is under way.
 * @internal
 */
export class Plane {
  readonly #native: NativeReactor
  readonly #state: Int32Array
  readonly #commands: Int32Array
  readonly #sending: Buffer
  #received: ArrayBuffer
  /** A view of all of it. */
  #text: Buffer
  #sendUsed = 0
  #queued = false
  #epoch = 0
  #ticking = false

  constructor(native: NativeReactor, state: Int32Array) {
    this.#native = native
    this.#state = state
    this.#received = receivedBy(native)
    this.#text = Buffer.from(this.#received)
    this.#sending = Buffer.from(addon.stream.sending(native))
    this.#commands = new Int32Array(addon.stream.commands(native))
  }

  get native(): NativeReactor {
    return this.#native
  }

  /** Counts flushes: what was queued in an earlier epoch has been handed to the kernel. */
  get epoch(): number {
    this.notice()
    return this.#epoch
  }

  /** A view of what was received, valid until the handler returns. */
  chunk(offset: number, length: number): Uint8Array {
    // ArrayBuffer.prototype.transfer on an earlier chunk takes the slab away; its memory stays.
    if (this.#received.byteLength === 0) this.#received = receivedBy(this.#native)
    return new Uint8Array(this.#received, offset, length)
  }

  /** What was received from `begin` to `end`, one character per byte (latin1). */
  text(begin: number, end: number): string {
    if (this.#received.byteLength === 0) this.#received = receivedBy(this.#native)
    if (this.#text.buffer !== this.#received) this.#text = Buffer.from(this.#received)
    return this.#text.toString('latin1', begin, end)
  }

  /** Queues a command. */
  push(kind: CommandKind, id: number, offset = 0, length = 0): void {
    let count = this.notice()
    if (count === this.#commands.length / COMMAND_SIZE) {
      this.#native.flush()
      count = this.notice()
    }
    const at = count * COMMAND_SIZE
    this.#commands[at] = kind
    this.#commands[at + 1] = id
    this.#commands[at + 2] = offset
    this.#commands[at + 3] = length
    this.#state[State.Commands] = count + 1
    this.#queued = true
    if (this.#state[State.Delivering] === 0 && !this.#ticking) this.flushInNextTick()
  }

  /** Queues bytes for sending. False where there are too many to copy: {@link sendNow} takes those. */
  sendBytes(id: number, bytes: Uint8Array): boolean {
    const { length } = bytes
    if (bytes.buffer === this.#received && this.#state[State.Delivering] === 1) {
      this.push(Command.SendReceived, id, bytes.byteOffset, length)
      return true
    }
    if (length > LARGEST_COPY) return false
    const offset = this.reserve(length)
    this.#sending.set(bytes, offset)
    this.queue(id, offset, length)
    return true
  }

  /** Queues a string. Answers its bytes, or -1 where there may be too many to copy. */
  sendText(id: number, text: string, encoding: BufferEncoding): number {
    // No encoding makes more than three bytes of a UTF-16 unit, and latin1 makes one.
    const most = encoding === 'latin1' ? text.length : text.length * 3
    if (most > LARGEST_COPY) return -1
    const offset = this.reserve(most)
    const length = this.#sending.write(text, offset, most, encoding)
    if (length > 0) this.queue(id, offset, length)
    return length
  }

  /**
   * Queues bytes and the text behind them, which has to be ASCII. False, and nothing is queued, where it
   * is not, or where there are too many to copy.
   */
  sendWhole(id: number, bytes: Uint8Array, text: string): boolean {
    const length = bytes.length + text.length
    if (length > LARGEST_COPY) return false
    const offset = this.reserve(bytes.length + text.length * 3)
    const sending = this.#sending
    sending.set(bytes, offset)
    const at = offset + bytes.length
    if (text.length > SHORT_TEXT) {
      // What is not ASCII has more bytes in UTF-8 than characters, at most three for each.
      if (sending.write(text, at, 'utf8') !== text.length) return false
    } else {
      let all = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        all |= code
        sending[at + i] = code
      }
      if (all >= 0x80) return false
    }
    this.queue(id, offset, length)
    return true
  }

  /** Keeps copies of descriptors until they are sent or dropped. @throws SystemError EBADF, EMFILE */
  stageHandles(fds: readonly number[]): number {
    return check(addon.stream.stageHandles(this.#native, fds), 'dup')
  }

  dropHandles(token: number): void {
    addon.stream.dropHandles(this.#native, token)
  }

  /** Queues bytes, no more than {@link LARGEST_COPY}, and with the first of them what was staged. */
  sendHandles(id: number, token: number, bytes: Uint8Array): void {
    const length = TOKEN_BYTES + bytes.length
    const offset = this.reserve(length)
    this.#sending.writeInt32LE(token, offset)
    this.#sending.set(bytes, offset + TOKEN_BYTES)
    this.push(Command.SendHandles, id, offset, length)
    this.#sendUsed = offset + length
  }

  /** Sends at once, after all that is queued. Answers the bytes taken; a drain record follows. */
  sendNow(id: number, bytes: Uint8Array): number {
    if (this.notice() > 0) this.#native.flush()
    const sent = addon.stream.sendNow(this.#native, id, bytes)
    this.tellSoon()
    return sent
  }

  /**
   * The same for `length` bytes of a file. Answers how many were taken; the others follow by themselves, and
   * a drain record says that they have ({@link fileLeft}). It flushes by itself: what was queued and the
   * file's beginning leave together.
   *
   * @throws SystemError where it can't be sent, EIO where the file has fewer
   */
  sendFileNow(id: number, fd: number, offset: number, length: number): number {
    const sent = check(addon.stream.sendFileNow(this.#native, id, fd, offset, length), 'sendfile', {
      fd,
    })
    if (sent < length) this.tellSoon()
    return sent
  }

  /** How many of a file's bytes have yet to follow; -1 where that is not known. */
  fileLeft(id: number): number {
    return addon.stream.fileLeft(this.#native, id)
  }

  /** What was sent past the queue has a record to come, where no turn is under way that would bring it. */
  private tellSoon(): void {
    if (this.#state[State.Delivering] === 0 && !this.#ticking) this.flushInNextTick()
  }

  /** Queues what lies in the send slab: where it continues the last command, that becomes longer. */
  private queue(id: number, offset: number, length: number): void {
    const commands = this.#commands
    const last = this.notice() * COMMAND_SIZE - COMMAND_SIZE
    if (
      last >= 0 &&
      commands[last + 1] === id &&
      commands[last] === Command.SendQueued &&
      (commands[last + 2] as number) + (commands[last + 3] as number) === offset
    ) {
      ;(commands[last + 3] as number) += length
    } else {
      this.push(Command.SendQueued, id, offset, length)
    }
    // After the push, which flushes where the commands are full, and then the slab counts as free.
    this.#sendUsed = offset + length
  }

  /** What is queued next does not continue what was queued last. */
  separate(): void {
    this.#sendUsed++
  }

  /** The number of commands queued; where a flush has taken them the send slab is free again. */
  private notice(): number {
    const count = this.#state[State.Commands] as number
    if (count === 0 && this.#queued) {
      this.#queued = false
      this.#sendUsed = 0
      this.#epoch++
    }
    return count
  }

  private reserve(length: number): number {
    this.notice()
    if (this.#sendUsed + length > this.#sending.length) {
      this.#native.flush()
      this.notice()
    }
    return this.#sendUsed
  }

  private flushInNextTick(): void {
    this.#ticking = true
    process.nextTick(() => {
      this.#ticking = false
      this.#native.flush()
    })
  }
}

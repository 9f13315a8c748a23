import process from 'node:process'
import { addon } from '../addon'
import type { NativeReactor } from '../addon/reactor'
import { State } from '../reactor/records'
import { check } from '../sys/errors'
import { Command, COMMAND_SIZE, type CommandKind } from './commands'

/** A chunk up to this size is copied; a larger one is kept by reference. @internal */
export const LARGEST_COPY = 64 * 1024

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
  #sendUsed = 0
  #queued = false
  #epoch = 0
  #ticking = false

  constructor(native: NativeReactor, state: Int32Array) {
    this.#native = native
    this.#state = state
    this.#received = addon.stream.received(native)
    this.#sending = Buffer.from(addon.stream.sending(native))
    this.#commands = new Int32Array(addon.stream.commands(native))
  }

  get native(): NativeReactor {
    return this.#native
  }

  /** Counts flushes: what was queued in an earlier epoch has been handed to the kernel. */
  get epoch(): number {
    this.#notice()
    return this.#epoch
  }

  /** A view of what was received, valid until the handler returns. */
  chunk(offset: number, length: number): Uint8Array {
    // ArrayBuffer.prototype.transfer on an earlier chunk takes the slab away; its memory stays.
    if (this.#received.byteLength === 0) this.#received = addon.stream.received(this.#native)
    return new Uint8Array(this.#received, offset, length)
  }

  /** Queues a command. */
  push(kind: CommandKind, id: number, offset = 0, length = 0): void {
    let count = this.#notice()
    if (count === this.#commands.length / COMMAND_SIZE) {
      this.#native.flush()
      count = this.#notice()
    }
    const at = count * COMMAND_SIZE
    this.#commands[at] = kind
    this.#commands[at + 1] = id
    this.#commands[at + 2] = offset
    this.#commands[at + 3] = length
    this.#state[State.Commands] = count + 1
    this.#queued = true
    if (this.#state[State.Delivering] === 0 && !this.#ticking) this.#flushInNextTick()
  }

  /** Queues bytes for sending. False where there are too many to copy: {@link sendNow} takes those. */
  sendBytes(id: number, bytes: Uint8Array): boolean {
    const { length } = bytes
    if (bytes.buffer === this.#received && this.#state[State.Delivering] === 1) {
      this.push(Command.SendReceived, id, bytes.byteOffset, length)
      return true
    }
    if (length > LARGEST_COPY) return false
    const offset = this.#reserve(length)
    this.#sending.set(bytes, offset)
    this.push(Command.SendQueued, id, offset, length)
    // After the push, which flushes where the commands are full, and then the slab counts as free.
    this.#sendUsed = offset + length
    return true
  }

  /** Queues a string. Answers its bytes, or -1 where there may be too many to copy. */
  sendText(id: number, text: string, encoding: BufferEncoding): number {
    // No encoding makes more than three bytes of a UTF-16 unit.
    const most = text.length * 3
    if (most > LARGEST_COPY) return -1
    const offset = this.#reserve(most)
    const length = this.#sending.write(text, offset, most, encoding)
    if (length > 0) {
      this.push(Command.SendQueued, id, offset, length)
      this.#sendUsed = offset + length
    }
    return length
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
    const offset = this.#reserve(length)
    this.#sending.writeInt32LE(token, offset)
    this.#sending.set(bytes, offset + TOKEN_BYTES)
    this.push(Command.SendHandles, id, offset, length)
    this.#sendUsed = offset + length
  }

  /** Sends at once, after all that is queued. Answers the bytes taken; a drain record follows. */
  sendNow(id: number, bytes: Uint8Array): number {
    if (this.#notice() > 0) this.#native.flush()
    const sent = addon.stream.sendNow(this.#native, id, bytes)
    if (this.#state[State.Delivering] === 0 && !this.#ticking) this.#flushInNextTick()
    return sent
  }

  /** The number of commands queued; where a flush has taken them the send slab is free again. */
  #notice(): number {
    const count = this.#state[State.Commands] as number
    if (count === 0 && this.#queued) {
      this.#queued = false
      this.#sendUsed = 0
      this.#epoch++
    }
    return count
  }

  #reserve(length: number): number {
    this.#notice()
    if (this.#sendUsed + length > this.#sending.length) {
      this.#native.flush()
      this.#notice()
    }
    return this.#sendUsed
  }

  #flushInNextTick(): void {
    this.#ticking = true
    process.nextTick(() => {
      this.#ticking = false
      this.#native.flush()
    })
  }
}

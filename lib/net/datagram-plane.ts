import process from 'node:process'
import { addon } from '../addon'
import type { NativeReactor } from '../addon/reactor'
import { State } from '../reactor/records'
import {
  DATAGRAM_COMMAND_SIZE,
  DATAGRAM_STATE_SIZE,
  DatagramCommand,
  DatagramState,
  Slot,
  TO_SENDER,
} from './datagram-layout'

/** A datagram up to this size is copied into the slab; a larger one is sent by a call of its own. */
const LARGEST_COPY = 64 * 1024

/** The longest address. */
const NAME_ROOM = 128

/** To whom: the connected peer, an address in the kernel's own form, or the sender in a slot. @internal */
export type Destination = undefined | Uint8Array | number

/**
 * JavaScript's side of the datagram plane's shared memory. Nothing here makes a call per datagram;
 * what one turn sends is flushed by the turn that follows, or in the next tick where no turn is under
 * way.
 * @internal
 */
export class DatagramPlane {
  readonly native: NativeReactor
  /** What is told of each datagram: see datagram-layout.ts. */
  readonly slots: Int32Array
  /** The same, byte by byte. */
  readonly slotBytes: Uint8Array
  readonly #turn: Int32Array
  readonly #state: Int32Array
  readonly #commands: Int32Array
  readonly #sending: Buffer
  #received: ArrayBuffer
  #used = 0
  #queued = false
  #epoch = 0
  #ticking = false
  /** The last address that was copied in this epoch, and where it lies in the slab. */
  #name: Uint8Array | undefined
  #nameInSlab = 0
  /** The address of the next command. */
  #nameAt = 0
  #nameLength = 0

  /** @param turn the numbers that the turn shares (lib/reactor/records.ts) */
  constructor(native: NativeReactor, turn: Int32Array) {
    this.native = native
    this.#turn = turn
    const slots = addon.datagram.slots(native)
    this.slots = new Int32Array(slots)
    this.slotBytes = new Uint8Array(slots)
    const commands = addon.datagram.commands(native)
    this.#state = new Int32Array(commands, 0, DATAGRAM_STATE_SIZE)
    this.#commands = new Int32Array(commands, DATAGRAM_STATE_SIZE * 4)
    this.#sending = Buffer.from(addon.datagram.sending(native))
    this.#received = addon.datagram.received(native)
  }

  /** Counts flushes: what was queued in an earlier epoch has been handed to the kernel. */
  get epoch(): number {
    this.#notice()
    return this.#epoch
  }

  /** Whether datagrams of any socket wait in C++. */
  get blocked(): boolean {
    return this.#state[DatagramState.Blocked] !== 0
  }

  /** A view of what was received, valid until the handler returns. */
  bytes(offset: number, length: number): Uint8Array {
    // ArrayBuffer.prototype.transfer on an earlier view takes the slab away; its memory stays.
    if (this.#received.byteLength === 0) this.#received = addon.datagram.received(this.native)
    return new Uint8Array(this.#received, offset, length)
  }

  /** Queues a datagram. Answers its bytes. */
  send(id: number, data: string | Uint8Array, to: Destination): number {
    if (typeof data === 'string') return this.#sendText(id, data, to)
    const { length } = data
    if (data.buffer === this.#received && this.#turn[State.Delivering] === 1) {
      this.#place(to, 0)
      this.#push(DatagramCommand.FromReceiveSlab, id, data.byteOffset, length)
    } else if (length > LARGEST_COPY) {
      this.#sendNow(id, data, to)
    } else {
      this.#place(to, length)
      this.#sending.set(data, this.#used)
      this.#push(DatagramCommand.FromSendSlab, id, this.#used, length)
      this.#used += length
    }
    return length
  }

  /** Sends what is queued, and answers the bytes of a socket that wait in C++. */
  flush(id: number): number {
    const waiting = addon.datagram.flush(this.native, id)
    this.#notice()
    this.settle()
    return waiting
  }

  /** C++ may have something to tell: where no turn is under way, one is asked for. */
  settle(): void {
    if (this.#turn[State.Delivering] === 1 || this.#ticking) return
    this.#ticking = true
    process.nextTick(() => {
      this.#ticking = false
      this.native.flush()
    })
  }

  #sendText(id: number, text: string, to: Destination): number {
    // UTF-8 makes no more than three bytes of a UTF-16 unit.
    const most = text.length * 3
    if (most > LARGEST_COPY) {
      const bytes = Buffer.from(text)
      this.#sendNow(id, bytes, to)
      return bytes.length
    }
    this.#place(to, most)
    const length = this.#sending.write(text, this.#used)
    this.#push(DatagramCommand.FromSendSlab, id, this.#used, length)
    this.#used += length
    return length
  }

  #sendNow(id: number, data: Uint8Array, to: Destination): void {
    let name = to
    if (typeof name === 'number') {
      const at = name * Slot.Size
      const start = (at + Slot.Name) * 4
      name = this.slotBytes.subarray(start, start + (this.slots[at + Slot.NameLength] as number))
    }
    addon.datagram.sendNow(this.native, id, data, name)
    this.#notice()
    this.settle()
  }

  /** Makes room for a datagram, puts its address in place and notes where it is. */
  #place(to: Destination, length: number): void {
    const full = this.#notice() === this.#commands.length / DATAGRAM_COMMAND_SIZE
    if (full || this.#used + NAME_ROOM + length > this.#sending.length) {
      this.native.flush()
      this.#notice()
    }
    if (to === undefined) {
      this.#nameLength = 0
    } else if (typeof to === 'number') {
      this.#nameAt = to
      this.#nameLength = TO_SENDER
    } else {
      // One that lies in the slab already, as the last address of this epoch, is not copied again.
      if (to !== this.#name) {
        this.#sending.set(to, this.#used)
        this.#name = to
        this.#nameInSlab = this.#used
        this.#used += to.length
      }
      this.#nameAt = this.#nameInSlab
      this.#nameLength = to.length
    }
  }

  #push(kind: number, id: number, offset: number, length: number): void {
    const count = this.#state[DatagramState.Commands] as number
    const at = count * DATAGRAM_COMMAND_SIZE
    this.#commands[at] = kind
    this.#commands[at + 1] = id
    this.#commands[at + 2] = offset
    this.#commands[at + 3] = length
    this.#commands[at + 4] = this.#nameAt
    this.#commands[at + 5] = this.#nameLength
    this.#state[DatagramState.Commands] = count + 1
    this.#queued = true
    this.settle()
  }

  /** The number of commands queued; where a flush has taken them the slab is free again. */
  #notice(): number {
    const count = this.#state[DatagramState.Commands] as number
    if (count === 0 && this.#queued) {
      this.#queued = false
      this.#used = 0
      this.#name = undefined
      this.#epoch++
    }
    return count
  }
}

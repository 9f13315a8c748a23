import { close } from '../sys/descriptors'
import { integerOption, wrongType } from './checks'

/** A part of a file: `socket.sendFile`. */
export interface SendFileOptions {
  /**
   * Where it begins, in bytes from the file's start.
   * @default 0
   */
  offset?: number
  /** Its bytes. */
  length: number
  /**
   * Close the descriptor once it is not needed any more.
   * @default false
   */
  autoClose?: boolean
}

/**
 * A part of an open file that is to be sent. It owns the descriptor where it is told so: `release` then
 * closes it, once.
 * @internal
 */
export class FileSlice {
  readonly fd: number
  readonly offset: number
  readonly length: number
  #owned: boolean

  /** @throws TypeError, RangeError for `fd`, `offset` and `length` */
  constructor(fd: number, options: SendFileOptions) {
    const given = integerOption(fd, 'fd', 0, 0x7fffffff, undefined)
    if (given === undefined) throw wrongType('fd', 'a descriptor', fd)
    const most = Number.MAX_SAFE_INTEGER
    const length = integerOption(options.length, 'length', 0, most, undefined)
    if (length === undefined) throw wrongType('length', 'an integer', length)
    this.offset = integerOption(options.offset, 'offset', 0, most - length, 0)
    this.fd = given
    this.length = length
    this.#owned = options.autoClose === true
  }

  release(): void {
    if (!this.#owned) return
    this.#owned = false
    close(this.fd)
  }
}

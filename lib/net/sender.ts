import { wrongType } from './checks'
import { Command } from './commands'
import { FileSlice, type SendFileOptions } from './file-slice'
import { Outgoing } from './outgoing'
import { handleBytes, mustBeUnix } from './passing'
import { CLOSED, DESTROYED, ENDING } from './states'

/** The sending half of a stream socket. */
export abstract class Sender extends Outgoing {
  /** Closes at once; what is queued is dropped. */
  abstract destroy(error?: Error): void

  /** @internal */
  protected abstract reportLateWrite(): void

  get destroyed(): boolean {
    return this.is(DESTROYED | CLOSED)
  }

  /**
   * Sends bytes. They are always taken: what one turn's handlers write to a socket leaves in one call
   * at the turn's end, and what the kernel does not take is queued.
   *
   * A chunk of up to 64 KiB is copied, and so is what a `data` handler was given, however long; any other
   * larger one is kept by reference until it has been sent and must not be changed before.
   *
   * @returns Node's meaning: false where `highWaterMark` bytes or more are queued; `drain` is called
   *   once all have gone. After `end()` and after the socket was closed: false, and nothing is sent;
   *   a write after `end()` is told to the `error` handler (`ERR_STREAM_WRITE_AFTER_END`)
   * @throws TypeError for anything but a string or a Uint8Array
   */
  write(data: string | Uint8Array, encoding: BufferEncoding = 'utf8'): boolean {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      throw wrongType('data', 'a string or a Uint8Array', data, 'argument')
    }
    if (this.destroyed) return false
    if (this.is(ENDING)) {
      this.reportLateWrite()
      return false
    }
    return this.queue(data, encoding)
  }

  /**
   * Sends part of a file straight from the page cache (sendfile(2)), behind what was written before. What is
   * not in the cache is read from the disk meanwhile, and the thread waits for that.
   *
   * @param fd open for reading, a regular file or block device; it is closed once the part has been sent or the
   *   socket is gone where `autoClose` is set, and has to stay open until then where it is not
   * @param options.offset where the part begins, 0 unless told
   * @param options.length its bytes; where the file turns out to have fewer the socket fails with `EIO`
   * @returns as {@link write}; also closed, with `autoClose`, where nothing is sent any more
   * @throws TypeError, RangeError for `fd`, `offset` and `length`
   */
  sendFile(fd: number, options: SendFileOptions): boolean {
    return this.sendSlice(new FileSlice(fd, options))
  }

  /** @internal */
  sendSlice(slice: FileSlice): boolean {
    if (this.destroyed || this.is(ENDING) || slice.length === 0) {
      slice.release()
      if (this.is(ENDING) && !this.destroyed) this.reportLateWrite()
      return !this.destroyed && !this.is(ENDING) && this.bufferedBytes < this.highWaterMark
    }
    if (this.queueFile(slice)) this.goOnSending()
    return !this.is(DESTROYED | CLOSED) && this.belowMark()
  }

  /**
   * As {@link write}, for bytes and the text behind them. Undefined, and nothing is taken, where the text
   * is not ASCII, or where something has to wait.
   * @internal
   */
  writeWhole(bytes: Uint8Array, text: string): boolean | undefined {
    if (this.destroyed || this.is(ENDING)) return undefined
    return this.queueWhole(bytes, text)
  }

  /**
   * Sends descriptors over a Unix socket, with the first byte of `data`: in order with all else that is
   * written. Copies are made at once (dup(2)), so the caller may close its own after the call; they
   * are closed when they have been sent, or when the socket ends before.
   *
   * @param fds one, or up to 253
   * @param data at least one byte, at most 64 KiB; a NUL byte unless given, for the kernel sends no
   *   descriptors without a byte
   * @returns as {@link write}
   * @throws TypeError, RangeError; `ERR_UNSUPPORTED` for other than Unix sockets; SystemError EBADF, EMFILE
   */
  sendHandle(fds: number | readonly number[], data: string | Uint8Array = '\0'): boolean {
    const bytes = handleBytes(data)
    const list = typeof fds === 'number' ? [fds] : fds
    if (this.destroyed) return false
    if (this.is(ENDING)) {
      this.reportLateWrite()
      return false
    }
    mustBeUnix(this.fd)
    return this.queueHandles(list, bytes)
  }

  /** Sends `data`, if given, and then, behind all that is queued, the end: half-close. */
  end(data?: string | Uint8Array, encoding?: BufferEncoding): void {
    if (data !== undefined) this.write(data, encoding)
    if (this.is(ENDING) || this.destroyed) return
    this.mark(ENDING)
    if (!this.keeps) this.plane.push(Command.End, this.id)
  }

  /**
   * Has `drain` called once all that was written is with the kernel. False, and it is not, where
   * nothing was ever written.
   * @internal
   */
  requestDrain(): boolean {
    if (this.bytesWritten === 0 || this.destroyed) return false
    this.askForDrain()
    return true
  }

  /** What C++ had queued has gone. True where `drain` is due. @internal */
  protected goOn(): boolean {
    this.unstick()
    if (this.destroyed) return false
    this.goOnSending()
    return this.takeDrain()
  }

  /** Goes on with what is kept by reference, and ends behind it. */
  private goOnSending(): void {
    try {
      if (!this.pump()) return
    } catch (error) {
      // The memory of a chunk was transferred away: what should be sent is not there any more.
      this.destroy(error instanceof Error ? error : undefined)
      return
    }
    if (this.is(ENDING)) this.plane.push(Command.End, this.id)
  }
}

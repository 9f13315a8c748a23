import { addon } from '../addon'
import { constants } from './constants'
import { check, codedError, SystemError } from './errors'
import { cutOff, littleEndian, structures } from './records'

const native = addon.sys

/** A signal by number or by name. Real-time signals are `constants.SIGRTMIN + n`. */
export type Signal = number | NodeJS.Signals | 'SIGRTMIN' | 'SIGRTMAX'

/**
 * A descriptor from which signals are read: signalfd(2). `read` takes records of 128 bytes, of which
 * {@link decodeSignalfdSiginfo} makes objects.
 *
 * From then on the signals come here and nowhere else in the process: they are blocked in the calling thread, and a handler
 * has every other thread of Node's block them too, and passes on what one of them got meanwhile. Node's own dealings with
 * such a signal rest (`process.on(signal)`; for SIGUSR1 the inspector; for SIGCHLD `child_process` hears of no exit: prefer
 * `pidfd_open`). Closing the descriptor does not end that: {@link sigprocmask} with `SIG_UNBLOCK` does, and the end of the
 * Worker that made it.
 *
 * What the kernel promises for signals holds here too: a standard signal that is pending already is not queued again,
 * real-time signals are, each kind in its order (unless a thread could not be made to block them within a second, and passes
 * them on); one sent to a single thread of another's stays with that thread. Read in
 * the thread that made the descriptor.
 *
 * @param fd -1 for a new one; or one whose signals are to be replaced (those left out stay blocked)
 * @param signals numbers or names; not `SIGKILL` and `SIGSTOP`, those raised by a fault of the program's own (`SIGSEGV`, `SIGBUS`,
 *   `SIGFPE`, `SIGILL`, `SIGTRAP`, `SIGSYS`, `SIGABRT`), and those of the engine and the C library (`SIGPROF`, 32 and 33)
 * @param flags `SFD_NONBLOCK` or 0; `SFD_CLOEXEC` is always added
 * @throws RangeError ERR_OUT_OF_RANGE for other signals
 * @throws TypeError ERR_UNKNOWN_SIGNAL for a name that is none
 * @throws SystemError EBADF, EINVAL (no signalfd), EMFILE
 * @example
 * const fd = signalfd(-1, ['SIGHUP', 'SIGUSR2'], constants.SFD_NONBLOCK)
 */
export function signalfd(fd: number, signals: Iterable<Signal>, flags = 0): number {
  const context = fd === -1 ? {} : { fd }
  return check(native.signalfd(fd, numbers(signals), flags), 'signalfd', context)
}

/**
 * Changes which signals the calling thread blocks: sigprocmask(2), of the thread alone as pthread_sigmask(3).
 *
 * A signal that is unblocked is also no longer redirected to this thread's signalfds; once no thread has one for it, the
 * disposition comes back that was found. What is still pending then goes there, and may end the process: read first.
 * Exits that Node missed under a redirected SIGCHLD are made up for by the next one, such as
 * `process.kill(process.pid, 'SIGCHLD')`.
 *
 * @param how `SIG_BLOCK` (adds), `SIG_UNBLOCK` (takes off) or `SIG_SETMASK` (replaces)
 * @param signals as for {@link signalfd}
 * @returns the numbers of those that were blocked before
 * @throws RangeError ERR_OUT_OF_RANGE
 * @throws TypeError ERR_UNKNOWN_SIGNAL
 */
export function sigprocmask(how: number, signals: Iterable<Signal>): number[] {
  const result = native.sigprocmask(how, numbers(signals))
  if (typeof result === 'number') throw new SystemError(result, 'sigprocmask')
  return result
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

/** Names to numbers; everything else is for C++ to judge. */
function numbers(signals: unknown): unknown[] {
  if (!isIterable(signals)) {
    const message = `The "signals" argument must be an iterable of signals. Received ${typeof signals}`
    throw codedError(new TypeError(message), 'ERR_INVALID_ARG_TYPE')
  }
  return Array.from(signals, (signal) => (typeof signal === 'string' ? numberOf(signal) : signal))
}

function numberOf(name: string): number {
  const number = /^SIG[A-Z]/.test(name) ? byName.get(name) : undefined
  if (number !== undefined) return number
  throw codedError(new TypeError(`Unknown signal: ${name}`), 'ERR_UNKNOWN_SIGNAL')
}

const byName: ReadonlyMap<string, number> = new Map(Object.entries(constants))

/** What a signalfd tells of a signal: signalfd_siginfo of signalfd(2), the fields named without their `ssi_`. */
export interface SignalfdSiginfo {
  signo: number
  errno: number
  /** Why it was sent: `SI_USER` (kill), `SI_QUEUE`, `SI_TKILL`, `SI_KERNEL`; `CLD_*` for SIGCHLD, `POLL_*` for I/O. */
  code: number
  /** The sender, or the child. */
  pid: number
  uid: number
  /** For I/O: the descriptor that is ready. */
  fd: number
  tid: number
  /** For I/O: what is ready, in poll's bits. */
  band: number
  overrun: number
  trapno: number
  /** For SIGCHLD: the exit code or the signal that ended it. */
  status: number
  /** The value sent with sigqueue(3), as an int and as a pointer. */
  int: number
  ptr: bigint
  /** For SIGCHLD: processor time used, in clock ticks. */
  utime: number
  stime: number
  addr: bigint
}

// sizeof(struct signalfd_siginfo), on every architecture.
const SIZE = 128

/**
 * Takes apart what `read` took from a signalfd.
 *
 * @param bytes exactly what was read; nothing beyond is looked at
 * @throws RangeError ERR_OUT_OF_RANGE where the bytes are no multiple of 128
 */
export function decodeSignalfdSiginfo(bytes: Uint8Array): SignalfdSiginfo[] {
  const view = structures(bytes)
  const out: SignalfdSiginfo[] = []
  for (let at = 0; at < bytes.length; at += SIZE) {
    if (at + SIZE > bytes.length) throw cutOff('signalfd_siginfo records', at)
    const unsigned = (offset: number) => view.getUint32(at + offset, littleEndian)
    const signed = (offset: number) => view.getInt32(at + offset, littleEndian)
    const wide = (offset: number) => view.getBigUint64(at + offset, littleEndian)
    out.push({
      signo: unsigned(0),
      errno: signed(4),
      code: signed(8),
      pid: unsigned(12),
      uid: unsigned(16),
      fd: signed(20),
      tid: unsigned(24),
      band: unsigned(28),
      overrun: unsigned(32),
      trapno: unsigned(36),
      status: signed(40),
      int: signed(44),
      ptr: wide(48),
      utime: Number(wide(56)),
      stime: Number(wide(64)),
      addr: wide(72),
    })
  }
  return out
}

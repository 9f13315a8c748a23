import { addon } from '../addon'
import { codedError, SystemError } from './errors'

/** What {@link poll} is to look for. */
export interface PollEntry {
  /** A descriptor; the kernel skips a negative one. */
  readonly fd: number
  /** `POLLIN`, `POLLOUT` … combined by `|`; 0 still reports `POLLERR`, `POLLHUP` and `POLLNVAL`. */
  readonly events: number
}

/** What {@link poll} found. */
export interface PollResult {
  fd: number
  /** Of the bits asked for those that hold, and `POLLERR`, `POLLHUP`, `POLLNVAL` unasked. */
  revents: number
}

/**
 * Waits until one of the entries has something to report: poll(2).
 *
 * Every entry is answered for itself, also where a descriptor is given twice. A descriptor that is not
 * open is answered with `POLLNVAL`. A regular file is always ready. A signal does not end the wait.
 *
 * @param entries any iterable of descriptor and events, a mask of 16 bits
 * @param timeout milliseconds, fractions allowed; 0 only looks; absent, null, -1 and Infinity wait for ever
 * @returns the entries with something to report, in the order given; none once the time is over
 * @throws RangeError ERR_OUT_OF_RANGE for numbers out of range, fractions and NaN
 * @throws TypeError ERR_INVALID_ARG_TYPE for what is no iterable, no object, no number
 * @throws SystemError EINVAL for more entries than the process may have descriptors (`RLIMIT_NOFILE`)
 */
export function poll(entries: Iterable<PollEntry>, timeout?: number | null): PollResult[] {
  const ready = addon.sys.poll(flatten(entries), timeout)
  if (typeof ready === 'number') throw new SystemError(ready, 'poll')
  const results: PollResult[] = []
  for (let i = 0; i + 1 < ready.length; i += 2) {
    results.push({ fd: ready[i] ?? -1, revents: ready[i + 1] ?? 0 })
  }
  return results
}

function flatten(entries: Iterable<PollEntry>): number[] {
  const flat: number[] = []
  if (!isObject(entries) || !(Symbol.iterator in entries)) {
    throw wrongType('entries', 'an iterable of { fd, events }', entries)
  }
  for (const entry of entries) {
    if (!isObject(entry)) {
      throw wrongType(`entries[${String(flat.length / 2)}]`, '{ fd, events }', entry)
    }
    flat.push(entry.fd, entry.events)
  }
  return flat
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function wrongType(name: string, expected: string, received: unknown): TypeError {
  return codedError(
    new TypeError(`The "${name}" argument must be ${expected}. Received ${typeof received}`),
    'ERR_INVALID_ARG_TYPE',
  )
}

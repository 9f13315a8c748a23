import { addon } from '../addon'
import { check, codedError } from './errors'

/** What {@link select} found ready, each descriptor once, in the order in which it was given. */
export interface SelectResult {
  /** A read would not block: data, an end of file, a connection to accept, or an error to be met. */
  read: number[]
  /** A write would not block, or would fail at once. */
  write: number[]
  /** Something exceptional: TCP urgent data, a change of a pseudoterminal's packet mode … */
  except: number[]
}

/** Descriptors for one of the three sets; nothing is the empty set. */
export type DescriptorSet = Iterable<number> | null | undefined

/**
 * Waits until one of the descriptors is ready: select(2).
 *
 * A descriptor may stand in several sets, and may be given twice: it is answered once. A regular file
 * is always ready. A signal does not end the wait.
 *
 * @param read descriptors to be watched for reading
 * @param write descriptors to be watched for writing
 * @param except descriptors to be watched for exceptional conditions
 * @param timeout milliseconds, fractions allowed; 0 only looks; absent, null, -1 and Infinity wait for ever
 * @returns the descriptors that are ready; three empty arrays once the time is over
 * @throws RangeError ERR_FD_SETSIZE for a descriptor from 1024 on: use {@link poll} or epoll
 * @throws RangeError ERR_OUT_OF_RANGE for a negative descriptor or timeout, a fraction, NaN
 * @throws TypeError ERR_INVALID_ARG_TYPE for what is no iterable, no number
 * @throws SystemError EBADF where one is not open, without saying which
 */
export function select(
  read?: DescriptorSet,
  write?: DescriptorSet,
  except?: DescriptorSet,
  timeout?: number | null,
): SelectResult {
  const sets = [collect('read', read), collect('write', write), collect('except', except)] as const
  const ready = check(addon.sys.select(...sets, timeout), 'select')
  return ready as SelectResult
}

function collect(name: string, set: DescriptorSet): number[] {
  if (set === undefined || set === null) return []
  if (typeof set === 'object' && Symbol.iterator in set) {
    const fds: number[] = []
    for (const fd of set) {
      fds.push(fd)
      // Refused below; whatever else there is, perhaps without end, need not be looked at.
      if (typeof fd !== 'number') break
    }
    return fds
  }
  throw codedError(
    new TypeError(
      `The "${name}" argument must be an iterable of descriptors. Received ${typeof set}`,
    ),
    'ERR_INVALID_ARG_TYPE',
  )
}

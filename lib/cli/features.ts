import { constants, Epoll } from '../index'
import { close, pipe2, write } from '../sys'

const { EPOLLET, EPOLLEXCLUSIVE, EPOLLIN, EPOLLONESHOT } = constants

/** The events of three waits in a row on a pipe that holds one byte: how often it was announced. */
function announcements(flags: number): number {
  const [reader, writer] = pipe2()
  const epoll = new Epoll()
  try {
    epoll.add(reader, EPOLLIN | flags)
    write(writer, new Uint8Array(1))
    return [0, 0, 0].reduce((sum) => sum + epoll.wait(0).length, 0)
  } finally {
    epoll.close()
    close(reader)
    close(writer)
  }
}

/**
 * epoll_pwait2 keeps a timeout to the nanosecond, where epoll_wait rounds up to a millisecond: the
 * shortest of a few waits for a tenth of that tells them apart.
 */
function waitsBelowMillisecond(): boolean {
  const epoll = new Epoll()
  try {
    const waits = Array.from({ length: 10 }, () => {
      const begun = performance.now()
      epoll.wait(0.1)
      return performance.now() - begun
    })
    return Math.min(...waits) < 0.9
  } finally {
    epoll.close()
  }
}

function works(trial: () => boolean): boolean {
  try {
    return trial()
  } catch {
    return false
  }
}

/** Which of epoll's features do here what they are for; each is tried on a pipe. */
export function tryFeatures(): Record<string, boolean> {
  return {
    EPOLLET: works(() => announcements(EPOLLET) === 1),
    EPOLLONESHOT: works(() => announcements(EPOLLONESHOT) === 1),
    EPOLLEXCLUSIVE: works(() => announcements(EPOLLEXCLUSIVE) === 3),
    epoll_pwait2: works(waitsBelowMillisecond),
  }
}

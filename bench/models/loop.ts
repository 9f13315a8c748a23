import { ET, EXCLUSIVE, IN, OUT, type Multiplexer } from 'edgeloop'
import { accept4, close, constants } from 'edgeloop/sys'
import { Echo } from './nonblocking'

const { SOCK_NONBLOCK } = constants
const eventsAtOnce = 1024
/** What is left of the backlog is announced again, and perhaps to another process. */
const acceptsAtOnce = 16

export interface LoopOptions {
  readonly trigger: 'level' | 'edge'
  /** Whether other processes wait for the same listening socket. */
  readonly shared?: boolean
  /** A descriptor whose end is the end of this process. */
  readonly until?: number
}

/**
 * The loop of the textbooks, the same for every multiplexer: wait, and serve whatever is ready. Does not
 * return.
 */
export function loop(multiplexer: Multiplexer, listener: number, options: LoopOptions): void {
  const { trigger, shared = false, until = -1 } = options
  const edge = trigger === 'edge'
  const readable = edge ? IN | ET : IN
  const writable = edge ? OUT | ET : OUT
  const echo = new Echo()
  const pairs = new Int32Array(2 * eventsAtOnce)

  function accept(): void {
    for (let left = shared ? acceptsAtOnce : Infinity; left > 0; left -= 1) {
      const fd = accept4(listener, SOCK_NONBLOCK)
      if (fd < 0) return
      try {
        multiplexer.add(fd, readable)
      } catch {
        // Beyond what select takes: the peer finds its connection closed.
        close(fd)
      }
    }
  }

  function end(fd: number): void {
    multiplexer.remove(fd)
    close(fd)
  }

  function receive(fd: number): void {
    let step = echo.receive(fd)
    // Edge-triggered, what is left unread would not be announced again.
    while (edge && step === 'echoed') step = echo.receive(fd)
    if (step === 'full') multiplexer.modify(fd, writable)
    else if (step === 'ended') end(fd)
  }

  function flush(fd: number): void {
    const step = echo.flush(fd)
    if (step === 'echoed') multiplexer.modify(fd, readable)
    else if (step === 'ended') end(fd)
  }

  multiplexer.add(listener, shared ? IN | EXCLUSIVE : IN)
  if (until >= 0) multiplexer.add(until, IN)
  for (;;) {
    const count = multiplexer.waitInto(pairs)
    for (let index = 0; index < count; index += 1) {
      const fd = pairs[2 * index] ?? -1
      if (fd === listener) accept()
      else if (fd === until) return
      else if (((pairs[2 * index + 1] ?? 0) & OUT) !== 0) flush(fd)
      else receive(fd)
    }
  }
}

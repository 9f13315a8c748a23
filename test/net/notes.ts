// Descriptors that can be told from one another: pipes with a text in them.

import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'

/** A pipe with a text in it: its reading end. */
export function note(text: string): number {
  const [reading, writing] = sys.pipe2(constants.O_CLOEXEC | constants.O_NONBLOCK)
  sys.write(writing, Buffer.from(text))
  sys.close(writing)
  return reading
}

/** What such a pipe says. It is closed. */
export function read(fd: number): string {
  const buffer = Buffer.alloc(100)
  const length = sys.read(fd, buffer)
  sys.close(fd)
  return buffer.toString('latin1', 0, Math.max(0, length))
}

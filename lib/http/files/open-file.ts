import { readSync } from 'node:fs'
import type { FileSlice } from '../../net/file-slice'
import { constants } from '../../sys/constants'
import { close } from '../../sys/descriptors'
import { SystemError } from '../../sys/errors'
import { fstat, open, type Stat } from '../../sys/files'

/** An open file and what it was when it was opened. Whoever holds it closes it. @internal */
export interface OpenFile {
  readonly fd: number
  readonly stat: Stat
}

/** Without O_NONBLOCK the open of a FIFO would wait for its writer. @internal */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * Opens a regular file.
 *
 * @throws SystemError ENOENT, EACCES …; EISDIR for a directory; EINVAL for a device, a FIFO or a socket
 * @internal
 */
export function openFile(path: string): OpenFile {
  const fd = open(path, READ_FLAGS)
  const stat = fstat(fd)
  const kind = stat.mode & constants.S_IFMT
  if (kind === constants.S_IFREG) return { fd, stat }
  close(fd)
  const { EISDIR, EINVAL, S_IFDIR } = constants
  throw new SystemError(kind === S_IFDIR ? -EISDIR : -EINVAL, 'open', { path })
}

/** Up to here a file is read and sent with its head in one call; copying costs less than a call then. @internal */
export const SMALL_FILE = 32 * 1024

/** Reads a small part of a file. @throws SystemError EIO where it has become shorter @internal */
export function readWhole({ fd, offset, length }: FileSlice): Uint8Array {
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  while (at < length) {
    const count = readSync(fd, bytes, at, length - at, offset + at)
    if (count === 0) throw new SystemError(-constants.EIO, 'read', { fd })
    at += count
  }
  return bytes
}

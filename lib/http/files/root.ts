import { readlinkSync } from 'node:fs'
import path from 'node:path'
import { constants } from '../../sys/constants'
import { close } from '../../sys/descriptors'
import { SystemError } from '../../sys/errors'
import { fstat, open, openat2 } from '../../sys/files'
import { type OpenFile, READ_FLAGS } from './open-file'

/**
 * A directory whose files are served, and nothing outside of it: the kernel itself resolves names beneath it
 * (openat2(2), `RESOLVE_BENEATH`). A kernel without that call opens the file first, and what the descriptor is
 * says then whether it lies inside. Either way a name that is changed at the same moment leads nowhere else.
 * @internal
 */
export class Root {
  readonly #directory: string
  #path: string
  #fd: number
  readonly #resolves: boolean

  /**
   * @param resolves let the kernel resolve; found out where it is not told
   * @throws SystemError ENOENT, ENOTDIR, EACCES
   */
  constructor(directory: string, resolves?: boolean) {
    this.#directory = path.resolve(directory)
    this.#fd = open(this.#directory, ROOT_FLAGS)
    this.#path = pathOf(this.#fd)
    this.#resolves = resolves ?? this.#canResolve()
  }

  /** The real path. */
  get path(): string {
    return this.#path
  }

  close(): void {
    close(this.#fd)
  }

  /**
   * Opens what a relative name leads to, symbolic links within the root followed. Where there is none, and the root's
   * own name has come to mean another directory (it was made anew), that one is the root from then on.
   *
   * @returns undefined where there is no such file, where it lies outside of the root, and for a device,
   *   socket or FIFO: nobody is told which
   * @throws SystemError EACCES, EMFILE, EIO …
   */
  open(name: string): OpenFile | undefined {
    return this.openBeside(name) ?? (this.#renew() ? this.openBeside(name) : undefined)
  }

  /** As {@link open}, for a name beside one that was found: the root stays what it is, at no call for that. */
  openBeside(name: string): OpenFile | undefined {
    let fd: number
    try {
      fd = this.#resolves ? this.#openBeneath(name) : this.#openChecked(name)
    } catch (error) {
      if (error instanceof SystemError && ABSENT.has(error.code)) return undefined
      throw error
    }
    if (fd < 0) return undefined
    const stat = fstat(fd)
    const kind = stat.mode & constants.S_IFMT
    if (kind === constants.S_IFREG || kind === constants.S_IFDIR) return { fd, stat }
    close(fd)
    return undefined
  }

  /** Whether the root is another directory than it was. */
  #renew(): boolean {
    let fd: number
    try {
      fd = open(this.#directory, ROOT_FLAGS)
    } catch {
      return false // there is none now
    }
    const before = fstat(this.#fd)
    const now = fstat(fd)
    const same = before.ino === now.ino && before.dev === now.dev
    close(same ? fd : this.#fd)
    if (same) return false
    this.#fd = fd
    this.#path = pathOf(fd)
    return true
  }

  #openBeneath(name: string): number {
    const { RESOLVE_BENEATH, RESOLVE_NO_MAGICLINKS } = constants
    return openat2(this.#fd, name === '' ? '.' : name, {
      flags: READ_FLAGS,
      resolve: RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    })
  }

  #openChecked(name: string): number {
    const fd = open(path.join(this.#path, name), READ_FLAGS)
    const real = pathOf(fd)
    if (real === this.#path || real.startsWith(this.#path === '/' ? '/' : `${this.#path}/`)) {
      return fd
    }
    close(fd)
    return -1
  }

  #canResolve(): boolean {
    try {
      close(this.#openBeneath(''))
      return true
    } catch (error) {
      // ENOSYS: a kernel before 5.6. EPERM: a sandbox that does not know the call.
      if (error instanceof SystemError && ['ENOSYS', 'EPERM'].includes(error.code)) return false
      throw error
    }
  }
}

const ROOT_FLAGS = constants.O_PATH | constants.O_DIRECTORY

function pathOf(fd: number): string {
  return readlinkSync(`/proc/self/fd/${String(fd)}`)
}

/** EXDEV: it leads out of the root. ENXIO: a socket. EAGAIN: a directory was moved at that moment. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EXDEV', 'ELOOP', 'ENAMETOOLONG', 'ENXIO', 'EAGAIN'])

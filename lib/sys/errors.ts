import os from 'node:os'
import util from 'node:util'
import { addon } from '../addon'

/** What is known about the object of a failed call; each field is set on the error where given. */
export interface SystemErrorContext {
  fd?: number
  path?: string
  address?: string
  port?: number
  /** The option of ours that setsockopt(2) was called for. */
  option?: string
}

/**
 * A system call that failed, in the shape of Node's own errors: match on `code`, never on `message`.
 *
 * `code` is the kernel's name ('EBADF'), `errno` its number negated as Node has it, `syscall` the call
 * as the man pages name it. `fd`, `path`, `address`, `port` and `option` are present where they are known.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly code: string
  readonly errno: number
  readonly syscall: string
  declare readonly fd?: number
  declare readonly path?: string
  declare readonly address?: string
  declare readonly port?: number
  declare readonly option?: string

  /** @param errno the negative number that Node uses, such as -9 for EBADF */
  constructor(errno: number, syscall: string, context: SystemErrorContext = {}) {
    const [code, text] = describe(errno)
    super(`${code}: ${text}, ${syscall}${where(context)}`)
    this.code = code
    this.errno = errno
    this.syscall = syscall
    Object.assign(this, context)
  }
}

function where({ path, address, port, option }: SystemErrorContext): string {
  if (option !== undefined) return ` (option "${option}")`
  if (path !== undefined) return ` '${path}'`
  if (address !== undefined) return ` ${address}${port === undefined ? '' : `:${String(port)}`}`
  return ''
}

/** Node's words where it has some, so that `util.getSystemErrorName(err.errno)` is `err.code`. */
function describe(errno: number): [code: string, text: string] {
  const known = util.getSystemErrorMap().get(errno)
  if (known !== undefined) return known
  const name = Object.entries(os.constants.errno).find(([, number]) => number === -errno)?.[0]
  return [name ?? `E${String(-errno)}`, addon.sys.strerror(-errno)]
}

/** An error of this library's own, known by its stable `code` (docs/errors.md). @internal */
export function codedError<E extends Error>(error: E, code: string): E & { code: string } {
  return Object.assign(error, { code })
}

/** A value as an error message shows it; objects are not converted. @internal */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** Passes a result on; a negative one is thrown as {@link SystemError}. @internal */
export function check<T>(result: T, syscall: string, context?: SystemErrorContext): T {
  if (typeof result === 'number' && result < 0) throw new SystemError(result, syscall, context)
  return result
}

const EAGAIN = -os.constants.errno.EAGAIN

/**
 * As {@link check}, but `-EAGAIN` is passed on: that a call would block is ordinary control flow, and
 * an exception per empty read would cost more than the read.
 * @internal
 */
export function unlessBlocked<T>(result: T, syscall: string, context?: SystemErrorContext): T {
  return result === EAGAIN ? result : check(result, syscall, context)
}

import { constants, fcntl, ioctl, open } from '../../lib/sys'

/** A pseudoterminal, both ends raw descriptors to be closed by the caller. */
export interface Pty {
  /** The end of a terminal emulator. */
  readonly main: number
  /** The end of the program in it. In canonical mode: what `main` writes becomes readable here at a newline. */
  readonly terminal: number
  /** Its number below /dev/pts. */
  readonly number: number
}

/**
 * Opens one, without forking and without a C library's openpty().
 *
 * @param flags for both ends, such as `O_NONBLOCK`
 */
export function openPty(flags = 0): Pty {
  const main = open('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY | flags)
  ioctl(main, constants.TIOCSPTLCK, 0)
  const number = ioctl(main, constants.TIOCGPTN)
  const terminal = ioctl(
    main,
    constants.TIOCGPTPEER,
    constants.O_RDWR | constants.O_NOCTTY | constants.O_CLOEXEC | flags,
  )
  // Reads the flags back only to be sure that the kernel took them.
  if ((fcntl(terminal, constants.F_GETFL) & flags) !== flags) throw new Error('flags not taken')
  return { main, terminal, number }
}

import type { Socket } from '../net/socket'
import { constants } from '../sys/constants'
import { ioctl } from '../sys/ioctl'

/** Whether a client takes what waits for it. @internal */
export class Progress {
  /** Bytes on their way when this was last asked. */
  #unsent = -1

  /** Whether what is to be sent has become less, or other, since this was last asked. */
  made(socket: Socket): boolean {
    const { bufferedBytes, fd } = socket
    if (bufferedBytes === 0 || fd < 0) return false
    const unsent = bufferedBytes + ioctl(fd, constants.SIOCOUTQ)
    const moves = unsent !== this.#unsent
    this.#unsent = unsent
    return moves
  }
}

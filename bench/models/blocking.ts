import { close, recv, send, SystemError } from 'edgeloop/sys'

const buffer = new Uint8Array(64 * 1024)

/** Echoes on one connection until its end, and waits in the kernel for whatever comes. */
export function echoUntilEnd(fd: number): void {
  try {
    for (let length = recv(fd, buffer); length > 0; length = recv(fd, buffer))
      for (let sent = 0; sent < length;) sent += send(fd, buffer.subarray(sent, length))
  } catch (error) {
    // The peer has gone: reset, or it no longer reads.
    if (!(error instanceof SystemError)) throw error
  }
  close(fd)
}

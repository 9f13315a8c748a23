import { bind, constants, getsockname, listen, setsockopt, socket } from 'edgeloop/sys'
import { writeSync } from 'node:fs'

const { AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR } = constants

/** A listening socket on 127.0.0.1, on a port of the kernel's choice. It blocks unless `flags` say otherwise. */
export function listening(flags = 0): number {
  const listener = socket(AF_INET, SOCK_STREAM | flags)
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, true)
  bind(listener, { address: '127.0.0.1', port: 0 })
  listen(listener)
  return listener
}

/** Says where: the program is ready. Written at once, because many of these never return to Node's loop. */
export function announce(listener: number, model: string): void {
  const address = getsockname(listener)
  if (!('port' in address)) throw new Error('no port')
  writeSync(1, `listening on tcp://127.0.0.1:${String(address.port)} (${model})\n`)
}

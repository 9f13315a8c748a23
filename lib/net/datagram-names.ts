import net from 'node:net'
import { addon } from '../addon'
import { codedError, shown } from '../sys/errors'

/** Addresses in the kernel's own form are made once and kept, up to so many. */
const KEPT_NAMES = 1024

/**
 * Addresses in the kernel's own form, made once each.
 * @internal
 */
export class DatagramNames {
  readonly #known = new Map<string, Uint8Array>()
  #address = ''
  #port = -1
  #last: Uint8Array | undefined

  /** @throws RangeError for a name, which would have to be looked up, or a port out of range */
  ofPort(port: number, address: string): Uint8Array {
    if (port === this.#port && address === this.#address && this.#last !== undefined) {
      return this.#last
    }
    const name = this.#find(`${String(port)} ${address}`, () => {
      checkPort(port)
      if (typeof address !== 'string') throw wrongType('address', 'a string', address)
      if (net.isIP(address) === 0) {
        throw outOfRange('address', 'numeric: connect() looks names up, once', address)
      }
      return addon.datagram.encode({ address, port })
    })
    this.#port = port
    this.#address = address
    this.#last = name
    return name
  }

  /** @throws RangeError for a path that is too long */
  ofPath(path: string): Uint8Array {
    return this.#find(`/${path}`, () => addon.datagram.encode({ path }))
  }

  #find(key: string, make: () => Uint8Array): Uint8Array {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const name = make()
    if (this.#known.size === KEPT_NAMES) this.#known.clear()
    this.#known.set(key, name)
    return name
  }
}

/** @internal */
export function checkPort(port: unknown): void {
  if (typeof port !== 'number') throw wrongType('port', 'an integer', port)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw outOfRange('port', 'an integer from 1 to 65535', port)
  }
}

/** @internal */
export function wrongType(name: string, expected: string, received: unknown): Error {
  const message = `The "${name}" argument must be ${expected}. Received ${shown(received)}`
  return codedError(new TypeError(message), 'ERR_INVALID_ARG_TYPE')
}

/** @internal */
export function outOfRange(name: string, expected: string, received: unknown): Error {
  const message = `The "${name}" argument must be ${expected}. Received ${shown(received)}`
  return codedError(new RangeError(message), 'ERR_OUT_OF_RANGE')
}

import dns from 'node:dns'
import net from 'node:net'
import type { SocketAddressLike, UnknownAddress } from '../sys/addresses'
import { codedError, shown, type SystemErrorContext } from '../sys/errors'
import { functionOption, integerOption, outOfRange, stringOption } from './checks'
import type { Endpoint } from './options'

/** An address of a family that stream sockets have here. @internal */
export type Target = Exclude<SocketAddressLike, UnknownAddress>

/** A name that is yet to be looked up. @internal */
export interface HostName {
  readonly hostname: string
  readonly port: number
  /** 4 or 6; 0 for both. */
  readonly family: number
  readonly lookup: net.LookupFunction
}

/** What an error tells of an attempt to connect. @internal */
export function targetContext(target: Target | HostName): SystemErrorContext {
  if ('path' in target) return { path: target.path }
  return { address: 'hostname' in target ? target.hostname : target.address, port: target.port }
}

/**
 * Where an endpoint is: an address at once where it is numeric or a path, else the name to look up.
 *
 * @throws TypeError, RangeError for options that are none
 * @internal
 */
export function targetOf(endpoint: Endpoint, family = 0): Target | HostName {
  const port = integerOption(endpoint.port, 'port', 0, 65535, 0)
  const hostname = stringOption(endpoint.hostname, 'hostname', '127.0.0.1')
  const lookup = functionOption(endpoint.lookup, 'lookup') ?? lookUpInSystem
  if (endpoint.path !== undefined) return { path: stringOption(endpoint.path, 'path', '') }
  // dns.lookup answers the empty name with no address at all.
  if (hostname === '') throw outOfRange('hostname', 'a name or an address', hostname)
  if (net.isIP(hostname) !== 0) return { address: hostname, port }
  return { hostname, port, family, lookup }
}

/**
 * All addresses of a name, in the order in which they are to be tried.
 *
 * @throws (rejects) whatever the look-up failed with; `ENOTFOUND` where it found nothing
 * @internal
 */
export function lookUp({ hostname, port, family, lookup }: HostName): Promise<Target[]> {
  return new Promise((found, failed) => {
    // Node's option `verbatim` stays as the program has it (`dns.setDefaultResultOrder`).
    lookup(hostname, { all: true, family }, (error: Error | null, answer, answeredFamily) => {
      if (error !== null && (error as unknown) !== undefined) {
        failed(error)
        return
      }
      try {
        const addresses = numeric(answer, answeredFamily).filter(
          (address) => family === 0 || net.isIP(address) === family,
        )
        if (addresses.length === 0) throw notFound(hostname)
        found(interleaved(addresses).map((address) => ({ address, port })))
      } catch (refused) {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on
        failed(refused)
      }
    })
  })
}

function lookUpInSystem(...[hostname, options, callback]: Parameters<net.LookupFunction>): void {
  dns.lookup(hostname, options, callback)
}

/** What a look-up answered: a list as it was asked for, or one address from one that knows no better. */
function numeric(answer: unknown, family: unknown): string[] {
  const list: unknown[] = Array.isArray(answer) ? answer : [{ address: answer, family }]
  return list.map((entry) => {
    const address: unknown =
      typeof entry === 'object' && entry !== null && 'address' in entry ? entry.address : entry
    if (typeof address === 'string' && net.isIP(address) !== 0) return address
    throw codedError(
      new TypeError(
        `The "lookup" option must answer numeric addresses. Received ${shown(address)}`,
      ),
      'ERR_INVALID_ARG_TYPE',
    )
  })
}

/** Both families by turns, beginning with the first address's: RFC 8305, section 4. */
function interleaved(addresses: readonly string[]): string[] {
  const first = net.isIP(addresses[0] ?? '')
  const one = addresses.filter((address) => net.isIP(address) === first)
  const other = addresses.filter((address) => net.isIP(address) !== first)
  const length = Math.max(one.length, other.length)
  return Array.from({ length }, (_, i) => [one[i], other[i]])
    .flat()
    .filter((address) => address !== undefined)
}

/** As dns.lookup itself has it. */
function notFound(hostname: string): Error {
  const error = codedError(new Error(`getaddrinfo ENOTFOUND ${hostname}`), 'ENOTFOUND')
  return Object.assign(error, { syscall: 'getaddrinfo', hostname })
}

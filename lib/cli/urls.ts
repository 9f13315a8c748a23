import { networkInterfaces } from 'node:os'

/** Where something listens. */
export interface Address {
  readonly port: number | undefined
  readonly hostname: string | undefined
}

/** `tcp://127.0.0.1:7000`; an IPv6 address stands in brackets. */
export function url(scheme: string, { hostname = '', port = 0 }: Address): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return `${scheme}://${host}:${String(port)}`
}

/**
 * The URLs by which other machines reach what listens on all addresses, a line each; nothing for one address, which
 * is its own name. Link-local addresses are left out: a browser takes none with a zone.
 */
export function urlsElsewhere(scheme: string, { hostname, port }: Address): string {
  const families = hostname === '::' ? ['IPv4', 'IPv6'] : hostname === '0.0.0.0' ? ['IPv4'] : []
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, address }) => {
      return !internal && families.includes(family) && !/^fe[89ab]/i.test(address)
    })
    .map(({ address }) => `  also ${url(scheme, { hostname: address, port })}\n`)
    .join('')
}

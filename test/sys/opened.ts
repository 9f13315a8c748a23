import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'

const open: number[] = []

afterEach(() => {
  for (const fd of open.splice(0)) sys.close(fd)
})

/** Has a descriptor closed after the test. */
export function opened(fd: number): number {
  expect(fd).toBeGreaterThanOrEqual(0)
  open.push(fd)
  return fd
}

/** Closes a descriptor before the test ends. */
export function closed(fd: number): void {
  open.splice(open.indexOf(fd), 1)
  sys.close(fd)
}

export function socket(domain: number, type: number, protocol?: number): number {
  return opened(sys.socket(domain, type | constants.SOCK_CLOEXEC, protocol))
}

/** Two connected Unix sockets; non-blocking unless `type` is a plain one. */
export function pair(type = constants.SOCK_STREAM | constants.SOCK_NONBLOCK): [number, number] {
  const [one, other] = sys.socketpair(constants.AF_UNIX, type | constants.SOCK_CLOEXEC)
  return [opened(one), opened(other)]
}

/** A listening TCP socket on the loopback, non-blocking, and its address. */
export function listener(hostname = '127.0.0.1', backlog?: number) {
  const family = hostname.includes(':') ? constants.AF_INET6 : constants.AF_INET
  const fd = socket(family, constants.SOCK_STREAM | constants.SOCK_NONBLOCK)
  sys.bind(fd, { address: hostname, port: 0 })
  sys.listen(fd, backlog)
  const address = sys.getsockname(fd)
  if (address.family !== 'IPv4' && address.family !== 'IPv6') throw new Error(address.family)
  return { fd, address }
}

/** Both ends of a TCP connection over the loopback, non-blocking. */
export function connection(hostname?: string): { client: number; server: number } {
  const { fd, address } = listener(hostname)
  const family = address.family === 'IPv6' ? constants.AF_INET6 : constants.AF_INET
  const client = socket(family, constants.SOCK_STREAM)
  expect(sys.connect(client, address)).toBe(0)
  const server = opened(sys.accept4(fd, constants.SOCK_NONBLOCK | constants.SOCK_CLOEXEC))
  return { client, server }
}

/** A bound UDP socket on the loopback, non-blocking, and its address. */
export function udp(address = '127.0.0.1') {
  const family = address.includes(':') ? constants.AF_INET6 : constants.AF_INET
  const fd = socket(family, constants.SOCK_DGRAM | constants.SOCK_NONBLOCK)
  sys.bind(fd, { address, port: 0 })
  const name = sys.getsockname(fd)
  if (name.family !== 'IPv4' && name.family !== 'IPv6') throw new Error(name.family)
  return { fd, address: name }
}

export function descriptorCount(): number {
  return readdirSync('/proc/self/fd').length
}

/** C's struct timeval. */
export function timeval(seconds: bigint, microseconds = 0n): Uint8Array {
  return new Uint8Array(new BigInt64Array([seconds, microseconds]).buffer)
}

/** What a call throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Waits, generously, for something that the kernel does in its own time. */
export async function until(fact: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!fact()) {
    if (performance.now() > end) throw new Error('it has not come to pass in 20 s')
    await delay(1)
  }
}

/** The value of a call that did not block. */
export function arrived<T>(result: T | number): T {
  if (typeof result === 'number') throw new Error(`answered ${String(result)}`)
  return result
}

export const hasIPv6 = (() => {
  try {
    const fd = sys.socket(constants.AF_INET6, constants.SOCK_DGRAM)
    try {
      sys.bind(fd, { address: '::1', port: 0 })
      return true
    } finally {
      sys.close(fd)
    }
  } catch {
    return false
  }
})()

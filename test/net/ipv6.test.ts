import os from 'node:os'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { ListenOptions, Reactor, Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { thrown } from '../multiplexer/scene'
import { kinds } from '../reactor/kinds'
import { deferred, serve } from './peers'

/** An address of a link, which means nothing without its interface. */
const linkLocal = Object.entries(os.networkInterfaces())
  .flatMap(([name, addresses]) => (addresses ?? []).map((address) => ({ name, address })))
  .find(({ address }) => address.family === 'IPv6' && address.address.startsWith('fe80'))

let last = 20_000 + (process.pid % 4_000)
/** A port that nobody uses, for either family, nor has used lately. */
function untouched(): number {
  const { AF_INET, AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, SOCK_STREAM } = sys.constants
  const four = sys.socket(AF_INET, SOCK_STREAM)
  const six = sys.socket(AF_INET6, SOCK_STREAM)
  try {
    sys.setsockopt(six, IPPROTO_IPV6, IPV6_V6ONLY, true)
    const port = ++last
    sys.bind(four, { address: '0.0.0.0', port })
    sys.bind(six, { address: '::', port })
    return port
  } catch (error) {
    expect(error).toMatchObject({ code: 'EADDRINUSE' })
  } finally {
    sys.close(four)
    sys.close(six)
  }
  return untouched()
}

describe.each(kinds)('IPv6 on $name', (kind) => {
  const { trigger } = kind

  interface Met {
    readonly reactor: Reactor
    readonly port: number
    readonly listens: string | undefined
    readonly meet: (hostname: string) => Promise<Socket>
  }

  function server(options: Partial<ListenOptions>): Met {
    const accepted = deferred<Socket>()
    const { reactor, listener, port } = serve(
      kind,
      {
        open: (socket) => {
          accepted.resolve(socket)
        },
      },
      options,
    )
    const meet = async (hostname: string): Promise<Socket> => {
      await reactor.connect({ hostname, port, trigger, socket: {} })
      return accepted.promise
    }
    return { reactor, port, listens: listener.hostname, meet }
  }

  it('listens on ::1 and connects to it', async () => {
    const { listens, meet, port } = server({ hostname: '::1' })
    expect(listens).toBe('::1')
    const socket = await meet('::1')
    expect([socket.remoteAddress, socket.remoteFamily]).toEqual(['::1', 'IPv6'])
    expect([socket.localAddress, socket.localPort]).toEqual(['::1', port])
  })

  it('a listener on :: takes IPv4 too, under mapped addresses', async () => {
    const { listens, meet } = server({ hostname: '::' })
    expect(listens).toBe('::')
    const socket = await meet('127.0.0.1')
    expect(socket.remoteAddress).toBe('::ffff:127.0.0.1')
  })

  it('a listener on :: with ipv6Only takes no IPv4, and leaves its port to another', async () => {
    // Below those that the kernel gives out: a port that a connection was on can't be bound for minutes.
    const { reactor, port, meet } = server({ hostname: '::', ipv6Only: true, port: untouched() })
    const refused = reactor.connect({ hostname: '127.0.0.1', port, trigger, socket: {} })
    await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect((await meet('::1')).remoteFamily).toBe('IPv6')
    const other = reactor.listen({ hostname: '0.0.0.0', port, trigger, socket: {} })
    expect(other.port).toBe(port)
  })

  it('without ipv6Only the port is taken for both families', () => {
    const { reactor, port } = server({ hostname: '::' })
    const second = (): unknown => reactor.listen({ hostname: '0.0.0.0', port, trigger, socket: {} })
    expect(thrown(second)).toMatchObject({ code: 'EADDRINUSE' })
  })

  it('a zone that is no interface is refused with the address', async () => {
    const hostname = 'fe80::1%none-such-here'
    const { reactor } = server({})
    const listen = (): unknown => reactor.listen({ hostname, trigger, socket: {} })
    expect(thrown(listen)).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
    const attempt = reactor.connect({ hostname, port: 1, trigger, socket: {} })
    await expect(attempt).rejects.toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  })

  const title = 'a link-local address is one with its zone, by name or number'
  it.skipIf(linkLocal === undefined)(
    linkLocal === undefined ? `${title}: there is none on this machine` : title,
    async () => {
      const { name = '', address } = linkLocal ?? {}
      const { meet, reactor, port } = server({ hostname: `${address?.address ?? ''}%${name}` })
      const byName = await meet(`${address?.address ?? ''}%${name}`)
      expect(byName.remoteAddress).toBe(address?.address)
      const zone = address?.family === 'IPv6' ? address.scopeid : 0
      const hostname = `${address?.address ?? ''}%${String(zone)}`
      const byNumber = await reactor.connect({ hostname, port, trigger, socket: {} })
      expect(byNumber.remoteAddress).toBe(address?.address)
    },
  )
})

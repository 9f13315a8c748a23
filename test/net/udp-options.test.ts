import { describe, expect, it } from 'vitest'
import { constants } from '../../lib'
import { getsockopt, setsockopt } from '../../lib/sys'
import { make } from '../reactor/kinds'

describe('the options of a datagram socket', () => {
  it('are set on the descriptor', () => {
    const reactor = make('epoll')
    const { SOL_SOCKET, SO_BROADCAST, SO_REUSEADDR, SO_REUSEPORT, SO_RCVBUF, SO_SNDBUF } = constants
    const { fd } = reactor.udp({
      broadcast: true,
      reuseAddress: true,
      reusePort: true,
      receiveBufferSize: 50_000,
      sendBufferSize: 60_000,
    })
    for (const name of [SO_BROADCAST, SO_REUSEADDR, SO_REUSEPORT]) {
      expect(getsockopt(fd, SOL_SOCKET, name)).toBe(1)
    }
    expect(getsockopt(fd, SOL_SOCKET, SO_RCVBUF)).toBe(100_000)
    expect(getsockopt(fd, SOL_SOCKET, SO_SNDBUF)).toBe(120_000)
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, false)
  })
})

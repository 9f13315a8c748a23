import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { thrown } from '../multiplexer/scene'
import { backends, make } from '../reactor/kinds'
import { descriptors, dial } from './peers'

const { AF_INET, SOCK_STREAM } = sys.constants

/** A socket that listens, and the port that it listens on. */
function listenHere(): { fd: number; port: number } {
  const fd = sys.socket(AF_INET, SOCK_STREAM)
  sys.bind(fd, { address: '127.0.0.1', port: 0 })
  sys.listen(fd, 64)
  const address = sys.getsockname(fd)
  return { fd, port: 'port' in address ? address.port : 0 }
}

describe('an exclusive listener on epoll', () => {
  it('shares the connections of one socket with the reactors that have a copy of it', async () => {
    const { fd, port } = listenHere()
    const reactors = [make('epoll'), make('epoll')]
    let accepted = 0
    for (const reactor of reactors) {
      const socket = { open: () => accepted++ }
      reactor.listen({ fd: sys.dup(fd), exclusive: true, socket })
      void reactor.run()
    }
    const clients = Array.from({ length: 20 }, () => dial(port))
    await Promise.all(clients.map((client) => once(client, 'connect')))
    // Each is ended by its reactor once both have heard of its end.
    for (const client of clients) client.resume().end()
    await Promise.all(clients.map((client) => once(client, 'close')))
    expect(accepted).toBe(20)
    sys.close(fd)
  })

  it('leaves what comes to the other once its reactor is closed', async () => {
    const { fd, port } = listenHere()
    const open = (socket: Socket): void => {
      socket.end('here')
    }
    const [first, second] = [make('epoll'), make('epoll')]
    first.listen({ fd: sys.dup(fd), exclusive: true, socket: {} })
    second.listen({ fd, exclusive: true, socket: { open } })
    first.close()
    void second.run()
    const [chunk] = (await once(dial(port), 'data')) as [Buffer]
    expect(String(chunk)).toBe('here')
  })
})

describe.each(backends.filter((name) => name !== 'epoll'))('exclusive on %s', (backend) => {
  it('is refused, and the descriptor stays the caller’s', () => {
    const { fd } = listenHere()
    const before = descriptors()
    const error = thrown(() => make(backend).listen({ fd, exclusive: true, socket: {} }))
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED' })
    expect(descriptors()).toBe(before)
    sys.close(fd)
  })
})

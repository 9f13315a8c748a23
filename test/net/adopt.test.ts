// Connected descriptors from elsewhere on a reactor.

import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { kinds, make } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { opened, pair, thrownBy } from '../sys/opened'
import { note } from './notes'
import { deferred } from './peers'

describe.each(kinds)('adopt ($name)', (kind) => {
  expectNoLeak()

  it('calls open before it answers, makes it non-blocking and echoes', async () => {
    const reactor = make(kind.backend)
    const [mine, theirs] = sys.socketpair(constants.AF_UNIX, constants.SOCK_STREAM)
    const opens: Socket[] = []
    const socket = reactor.adopt(theirs, {
      trigger: kind.trigger,
      socket: {
        open: (self) => opens.push(self),
        data: (self, chunk) => self.write(chunk),
      },
    })
    expect(opens).toEqual([socket])
    expect(socket.fd).toBe(theirs)
    expect(sys.fcntl(theirs, constants.F_GETFL) & constants.O_NONBLOCK).not.toBe(0)
    const heard = deferred<string>()
    const other = reactor.adopt(mine, {
      trigger: kind.trigger,
      socket: {
        data: (_socket, chunk) => {
          heard.resolve(Buffer.from(chunk).toString())
        },
      },
    })
    other.write('there and back')
    void reactor.run()
    expect(await heard.promise).toBe('there and back')
  })

  it('refuses what is no connected stream, which stays the caller’s', () => {
    const reactor = make(kind.backend)
    const [datagrams] = pair(constants.SOCK_DGRAM)
    const listening = opened(sys.socket(constants.AF_INET, constants.SOCK_STREAM))
    sys.bind(listening, { address: '127.0.0.1', port: 0 })
    sys.listen(listening)
    const [stream] = pair()
    const adopt = (fd: number) =>
      thrownBy(() => reactor.adopt(fd, { trigger: kind.trigger, socket: {} }))
    expect(adopt(datagrams)).toMatchObject({ code: 'ENOTSUP' })
    expect(adopt(listening)).toMatchObject({ code: 'ENOTCONN' })
    expect(adopt(opened(note('x')))).toMatchObject({ code: 'ENOTSOCK' })
    expect(adopt(1_000_000)).toMatchObject({ code: 'EBADF' })
    expect(adopt(-1)).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    expect(adopt('0' as unknown as number)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    const registration = reactor.register(stream, { readable: true }, () => undefined)
    expect(adopt(stream)).toMatchObject({ code: 'EEXIST' })
    registration.close()
    reactor.close()
    expect(adopt(stream)).toMatchObject({ code: 'ERR_CLOSED' })
  })
})

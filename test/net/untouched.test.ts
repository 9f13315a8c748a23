// Where a handler hears of a connection, not a byte of it has been received: it may pass the descriptor on.

import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { kinds } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { opened } from '../sys/opened'
import { listening } from './peers'

describe.each(kinds)('a connection that speaks at once, on $name', (kind) => {
  expectNoLeak()

  it('is untouched in open, and its bytes are whoever has a copy of its descriptor', () => {
    const got = Buffer.alloc(16)
    let bytes = -1
    let heard = 0
    const { reactor, port, listener } = listening(kind, {
      open: (socket) => {
        const copy = opened(sys.dup(socket.fd))
        socket.destroy()
        bytes = sys.recv(copy, got)
      },
      data: () => {
        heard++
      },
    })
    const client = opened(sys.socket(constants.AF_INET, constants.SOCK_STREAM))
    expect(sys.connect(client, { address: '127.0.0.1', port })).toBe(0)
    expect(sys.send(client, Buffer.from('hello'))).toBe(5)
    while (bytes < 0) reactor.turn(1000)
    reactor.turn(0)
    expect([got.toString('latin1', 0, bytes), heard]).toEqual(['hello', 0])
    listener.close()
    reactor.turn(0)
  })

  it('has its bytes told in the same turn where there is no such handler', () => {
    const heard: string[] = []
    const { reactor, port, listener } = listening(kind, {
      data: (socket, chunk) => {
        heard.push(Buffer.from(chunk).toString('latin1'))
        socket.destroy()
      },
    })
    const client = opened(sys.socket(constants.AF_INET, constants.SOCK_STREAM))
    expect(sys.connect(client, { address: '127.0.0.1', port })).toBe(0)
    expect(sys.send(client, Buffer.from('hello'))).toBe(5)
    reactor.turn(1000)
    expect(heard).toEqual(['hello'])
    listener.close()
    reactor.turn(0)
  })
})

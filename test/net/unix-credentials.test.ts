// Who is at the other end of a Unix socket.

import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { Credentials } from '../../lib'
import { kinds } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { deferred, dial, listening, serve } from './peers'

const self = { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() }

describe.each(kinds)('peerCredentials ($name)', (kind) => {
  expectNoLeak()

  it('tells process, user and group of both ends', async () => {
    const known = deferred<Credentials | undefined>()
    const { reactor, listener } = listening(
      kind,
      {
        open: (socket) => {
          known.resolve(socket.peerCredentials())
        },
      },
      { path: `\0edgeloop-credentials-${String(process.pid)}` },
    )
    void reactor.run()
    const path = listener.path ?? ''
    const socket = await reactor.connect({ path, socket: {}, trigger: kind.trigger })
    expect(await known.promise).toEqual(self)
    expect(socket.peerCredentials()).toEqual(self)
    socket.destroy()
    expect(socket.peerCredentials()).toBeUndefined()
  })

  it('are unknown of a TCP peer', async () => {
    const known = deferred<Credentials | undefined>()
    const { port } = serve(kind, {
      open: (socket) => {
        known.resolve(socket.peerCredentials())
      },
    })
    dial(port)
    expect(await known.promise).toBeUndefined()
  })
})

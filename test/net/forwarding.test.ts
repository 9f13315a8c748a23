// What a data handler was given may be written to any socket, however long it is: it is overwritten by the
// next turn of the reactor that received it.

import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { kinds, make } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { deferred, dial, gather, pattern, serve } from './peers'

const MIB = 1024 * 1024
/** Above this a chunk is kept by reference. */
const LARGEST_COPY = 64 * 1024

describe.each(kinds)('forwarding on $name', (kind) => {
  expectNoLeak()

  const targets: readonly [string, boolean, number][] = [
    ['of the same reactor', false, 0],
    ['of the same reactor, behind a chunk that is kept', false, 200_000],
    ['of another reactor', true, 0],
    ['of another reactor, behind a chunk that is kept', true, 200_000],
  ]
  // A reactor on select or poll waits for the whole thread: no other runs beside it.
  it.each(targets.filter(([, apart]) => !apart || kind.backend === 'epoll'))(
    'to a socket %s loses and changes nothing',
    async (_name, apart, before) => {
      const target = deferred<Socket>()
      const far = serve(kind, {
        open: (socket) => {
          if (before > 0) socket.write(pattern(before, 9))
          target.resolve(socket)
        },
      })
      const reader = dial(far.port)
      const heard = gather(reader)
      reader.pause()
      const to = await target.promise
      let longest = 0
      const near = apart ? make(kind.backend) : far.reactor
      const listener = near.listen({
        port: 0,
        trigger: kind.trigger,
        socket: {
          data: (_socket, chunk) => {
            longest = Math.max(longest, chunk.length)
            to.write(chunk)
          },
          end: (socket) => {
            socket.end()
            to.end()
          },
        },
      })
      if (apart) void near.run()
      const writer = dial(listener.port ?? 0)
      const bytes = pattern(12 * MIB)
      writer.end(bytes)

      await once(writer, 'finish')
      reader.resume()
      expect((await heard).equals(Buffer.concat([pattern(before, 9), bytes]))).toBe(true)
      expect(longest).toBeGreaterThan(LARGEST_COPY)
    },
  )
})

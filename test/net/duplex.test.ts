// A Duplex over a reactor's socket: what streams promise, in both directions.

import { once } from 'node:events'
import type net from 'node:net'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type DuplexOptions, type SocketDuplex, toDuplex } from '../../lib'
import { kinds, type Kind, make } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { thrownBy } from '../sys/opened'
import { deferred, dial, gather, pattern, peerServer, pieces, receive, serve } from './peers'

const MIB = 1024 * 1024

/** A connection: a Duplex on a reactor of the kind, and node:net as its peer. */
async function joined(
  kind: Kind,
  options: DuplexOptions = {},
): Promise<{ duplex: SocketDuplex; peer: net.Socket }> {
  const made = deferred<SocketDuplex>()
  const { port } = serve(kind, {
    open: (socket) => {
      made.resolve(toDuplex(socket, options))
    },
  })
  const peer = dial(port)
  if (peer.connecting) await once(peer, 'connect')
  return { peer, duplex: await made.promise }
}

/** Reads all, a little at a time, and with pauses. */
async function readSlowly(from: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  // Left to itself a loop over a Duplex destroys it at the end, whatever is still being written.
  for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    if (chunks.length % 16 === 0) await delay(1)
  }
  return Buffer.concat(chunks)
}

describe.each(kinds)('toDuplex ($name)', (kind) => {
  expectNoLeak()

  it('carries megabytes both ways at once, byte for byte, with slow readers', async () => {
    // Whichever direction ends first, the other goes on.
    const { duplex, peer } = await joined(kind, { allowHalfOpen: true })
    const there = pattern(4 * MIB, 1)
    const back = pattern(4 * MIB, 2)
    const [heard, told] = await Promise.all([
      readSlowly(duplex),
      readSlowly(peer),
      pipeline(Readable.from(pieces(there, 100_000)), peer),
      pipeline(Readable.from(pieces(back, 100_000)), new PassThrough(), duplex, { end: true }),
    ])
    expect(heard.equals(there)).toBe(true)
    expect(told.equals(back)).toBe(true)
  })

  it('echoes through pipeline()', async () => {
    const { duplex, peer } = await joined(kind, { allowHalfOpen: true })
    const bytes = pattern(2 * MIB)
    const heard = gather(peer)
    peer.end(bytes)
    await pipeline(duplex, duplex)
    expect((await heard).equals(bytes)).toBe(true)
  })

  it('reads no further ahead than its high-water mark', async () => {
    const { duplex, peer } = await joined(kind, { readableHighWaterMark: 1000 })
    peer.write(pattern(8 * MIB))
    await once(duplex, 'readable')
    await delay(20)
    // One turn brings 256 KiB of a socket, two may be on their way when it pauses.
    expect(duplex.readableLength).toBeLessThanOrEqual(3 * 262144)
    expect(duplex.bytesRead).toBe(duplex.readableLength)
  })

  it('answers false and calls back late while the peer does not read', async () => {
    const { duplex, peer } = await joined(kind)
    const order: string[] = []
    const bytes = pattern(16 * MIB)
    expect(
      duplex.write(bytes, () => {
        order.push('written')
      }),
    ).toBe(false)
    await delay(20)
    expect(order).toEqual([])
    expect(duplex.bytesWritten).toBe(bytes.length)
    const heard = receive(peer, bytes.length)
    await once(duplex, 'drain')
    expect(order).toEqual(['written'])
    expect((await heard).equals(bytes)).toBe(true)
  })

  it('sends what was corked, in order, strings and bytes', async () => {
    const { duplex, peer } = await joined(kind)
    duplex.cork()
    duplex.write('ein ')
    duplex.write(Buffer.from('zwei '))
    duplex.write('drei', 'latin1')
    expect(duplex.bytesWritten).toBe(13)
    const first = once(peer, 'data')
    duplex.uncork()
    expect(String((await first)[0])).toBe('ein zwei drei')
    expect(duplex.bytesWritten).toBe(13)
  })

  it('ends itself after the peer unless it may stay half open', async () => {
    const { duplex, peer } = await joined(kind)
    const heard = gather(peer)
    duplex.resume()
    const closed = once(duplex, 'close')
    peer.end()
    await heard
    await closed
    expect(duplex.writableFinished).toBe(true)
    expect(duplex.errored).toBe(null)
  })

  it('goes on writing to a peer that has sent all, with allowHalfOpen', async () => {
    const { duplex, peer } = await joined(kind, { allowHalfOpen: true })
    const heard = gather(peer)
    duplex.resume()
    peer.end()
    await once(duplex, 'end')
    expect(duplex.readyState).toBe('writeOnly')
    const closed = once(duplex, 'close')
    duplex.write('one ')
    duplex.end('two')
    expect(String(await heard)).toBe('one two')
    expect(await closed).toEqual([false])
  })

  it('ends its own side and reads on', async () => {
    const { duplex, peer } = await joined(kind)
    peer.resume()
    duplex.end('bye')
    await Promise.all([once(peer, 'end'), once(duplex, 'finish')])
    expect(duplex.readyState).toBe('readOnly')
    const heard = readSlowly(duplex)
    peer.end('and bye')
    expect(String(await heard)).toBe('and bye')
  })

  it('finishes only once the kernel has everything', async () => {
    const { duplex, peer } = await joined(kind)
    let finished = false
    const told = once(duplex, 'finish').then(() => (finished = true))
    const bytes = pattern(16 * MIB)
    for (const piece of pieces(bytes, 60_000)) duplex.write(piece)
    duplex.end()
    await delay(20)
    expect(finished).toBe(false)
    expect((await gather(peer)).equals(bytes)).toBe(true)
    await told
  })

  it('closes the connection when it is destroyed, with its error', async () => {
    const { duplex, peer } = await joined(kind)
    const order: unknown[] = []
    duplex.on('error', (error) => order.push(error.message))
    duplex.on('close', (hadError: boolean) => order.push(hadError))
    peer.on('error', () => undefined)
    const over = once(peer, 'close')
    peer.resume().once('end', () => peer.end())
    duplex.destroy(new Error('enough'))
    await over
    await expect.poll(() => order).toEqual(['enough', true])
  })

  it('destroys an unfinished write with its callback', async () => {
    const { duplex, peer } = await joined(kind)
    peer.on('error', () => undefined)
    const failed = deferred<unknown>()
    duplex.write(pattern(16 * MIB), (error) => {
      failed.resolve(error)
    })
    duplex.destroy()
    expect(await failed.promise).toMatchObject({ code: 'ERR_STREAM_DESTROYED' })
    expect(await once(duplex, 'close')).toEqual([false])
  })

  it('fails with the code of the connection that broke', async () => {
    const { duplex, peer } = await joined(kind)
    duplex.resume()
    const closed = deferred<unknown>()
    duplex.once('close', closed.resolve)
    const failed = once(duplex, 'error')
    peer.resetAndDestroy()
    expect(await failed).toMatchObject([{ code: 'ECONNRESET', syscall: 'read' }])
    expect(await closed.promise).toBe(true)
  })

  it('resets the connection with resetAndDestroy()', async () => {
    const { duplex, peer } = await joined(kind)
    const failed = once(peer, 'error')
    duplex.resetAndDestroy()
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
  })

  it('sends what is queued before destroySoon() takes effect', async () => {
    const { duplex, peer } = await joined(kind)
    const bytes = pattern(4 * MIB)
    const heard = gather(peer)
    duplex.write(bytes)
    const closed = once(duplex, 'close')
    duplex.destroySoon()
    expect((await heard).equals(bytes)).toBe(true)
    expect(await closed).toEqual([false])
    expect(duplex.destroyed).toBe(true)
  })

  it('emits timeout when nothing comes or goes, once', async () => {
    const { duplex, peer } = await joined(kind)
    const begun = performance.now()
    let calls = 0
    duplex.setTimeout(500, () => calls++)
    expect(duplex.timeout).toBe(500)
    await delay(100)
    peer.write('activity')
    await once(duplex.resume(), 'data')
    await once(duplex, 'timeout')
    expect(performance.now() - begun).toBeGreaterThanOrEqual(595)
    expect(calls).toBe(1)
    duplex.setTimeout(0)
    expect(duplex.destroyed).toBe(false)
  })

  it('knows its addresses as net.Socket does', async () => {
    const { duplex, peer } = await joined(kind)
    expect(duplex.remotePort).toBe(peer.localPort)
    expect(duplex.localPort).toBe(peer.remotePort)
    expect(duplex).toMatchObject({
      remoteAddress: '127.0.0.1',
      remoteFamily: 'IPv4',
      localAddress: '127.0.0.1',
      localFamily: 'IPv4',
      connecting: false,
      pending: false,
      readyState: 'open',
    })
    expect(duplex.address()).toEqual({
      address: '127.0.0.1',
      family: 'IPv4',
      port: peer.remotePort,
    })
    expect(duplex.setNoDelay().setKeepAlive(true, 1000)).toBe(duplex)
    duplex.destroy()
    expect(duplex).toMatchObject({ pending: true, readyState: 'closed' })
  })

  it('is there at once over a promise, and keeps what is written until it is connected', async () => {
    const heard = deferred<Buffer>()
    const port = await peerServer((peer) => {
      void gather(peer).then(heard.resolve)
      peer.resume().once('end', () => peer.end('back'))
    })
    const reactor = make(kind.backend)
    const duplex = toDuplex(reactor.connect({ port, socket: {}, trigger: kind.trigger }))
    const events: string[] = []
    for (const name of ['connect', 'ready']) duplex.once(name, () => events.push(name))
    expect(duplex).toMatchObject({ connecting: true, pending: true, readyState: 'opening' })
    duplex.setNoDelay()
    duplex.write('kept ')
    duplex.end('until then')
    expect(duplex.bytesWritten).toBe(15)
    void reactor.run()
    expect(String(await readSlowly(duplex))).toBe('back')
    expect(String(await heard.promise)).toBe('kept until then')
    expect(events).toEqual(['connect', 'ready'])
  })

  it('fails as the promise does', async () => {
    const reactor = make(kind.backend)
    const path = '/nowhere/at/all'
    const duplex = toDuplex(reactor.connect({ path, socket: {}, trigger: kind.trigger }))
    const written = deferred<unknown>()
    duplex.write('x', (error) => {
      written.resolve(error)
    })
    expect(await once(duplex, 'error')).toMatchObject([{ code: 'ENOENT', path }])
    expect(await written.promise).toMatchObject({ code: 'ENOENT' })
  })

  it('destroyed before the promise is kept, closes the connection that comes', async () => {
    const over = deferred()
    const port = await peerServer((peer) => {
      peer.resume().once('close', () => {
        over.resolve()
      })
      peer.once('end', () => peer.end())
    })
    const reactor = make(kind.backend)
    const duplex = toDuplex(reactor.connect({ port, socket: {}, trigger: kind.trigger }))
    const closed = once(duplex, 'close')
    duplex.destroy()
    void reactor.run()
    await Promise.all([closed, over.promise])
  })

  it('tells the handlers nothing more', async () => {
    const made = deferred<SocketDuplex>()
    const { port } = serve(kind, {
      open: (socket) => {
        made.resolve(toDuplex(socket))
      },
      data: () => {
        throw new Error('not diverted')
      },
      close: () => {
        throw new Error('not diverted')
      },
    })
    const peer = dial(port)
    const heard = gather(peer)
    peer.end('all')
    expect(String(await readSlowly(await made.promise))).toBe('all')
    await heard
  })

  it('takes over a socket amid its data', async () => {
    const made = deferred<SocketDuplex>()
    const { port } = serve(kind, {
      data: (socket, chunk) => {
        expect(Buffer.from(chunk).toString()).toBe('STARTTLS')
        made.resolve(toDuplex(socket))
        socket.write('go')
      },
    })
    const peer = dial(port)
    peer.write('STARTTLS')
    await once(peer, 'data')
    peer.end('the rest')
    expect(String(await readSlowly(await made.promise))).toBe('the rest')
  })

  it('closes when its reactor is closed', async () => {
    const served = deferred<SocketDuplex>()
    const { reactor, port } = serve(kind, {
      open: (socket) => {
        served.resolve(toDuplex(socket))
      },
    })
    dial(port).on('error', () => undefined)
    const duplex = await served.promise
    const over = pipeline(duplex, new Writable({ write: (_chunk, _encoding, done) => done() }))
    reactor.close()
    await expect(over).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  it('over a socket that is closed is closed too', async () => {
    const { reactor, port } = serve(kind, {})
    const socket = await reactor.connect({ port, socket: {}, trigger: kind.trigger })
    socket.destroy()
    const duplex = toDuplex(socket)
    expect(await once(duplex, 'close')).toEqual([false])
  })

  it('refuses a timeout that is none', async () => {
    const { duplex } = await joined(kind)
    for (const value of [NaN, -1, Infinity, 2 ** 31]) {
      expect(thrownBy(() => duplex.setTimeout(value))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    }
    expect(thrownBy(() => duplex.setTimeout('1' as unknown as number))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })
})

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { constants, type DatagramSource } from '../../lib'
import { bind, close, recv, socket as open } from '../../lib/sys'
import { kinds } from '../reactor/kinds'
import { bound, Collected, talk, text } from './datagram-peers'
import { pattern } from './peers'

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-udp-'))
let names = 0
const fresh = (): string => path.join(folder, String(names++))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe.each(kinds)('Unix datagrams on $name', (kind) => {
  it.each(['a path', 'an abstract name', 'a name of the kernel’s choice'])(
    'with %s tell their senders, and are answered',
    async (which) => {
      const name = (): string =>
        which === 'a path' ? fresh() : which === 'an abstract name' ? `\0edgeloop ${fresh()}` : ''
      const heard = new Collected<DatagramSource>()
      const { reactor, socket: server } = talk(kind, {
        path: name(),
        data(bytes, rinfo, socket) {
          expect([rinfo.address, rinfo.port, rinfo.path]).toEqual(['', 0, client.path])
          heard.add(rinfo.copy())
          socket.send(bytes, rinfo)
          socket.send('copy', rinfo.copy())
          socket.send('path', rinfo.path)
        },
      })
      const answers = new Collected<string>()
      const client = reactor.udp({
        path: name(),
        trigger: kind.trigger,
        data(bytes) {
          answers.add(text(bytes))
        },
      })
      expect([server.family, server.address, server.port]).toEqual(['Unix', undefined, undefined])
      client.send('hello', server.path)
      expect(await answers.reaches(3)).toEqual(['hello', 'copy', 'path'])
      expect(heard.all).toEqual([
        {
          family: 'Unix',
          address: '',
          port: 0,
          path: client.path,
          size: 5,
          truncated: false,
          dropped: 0,
        },
      ])
    },
  )

  it('of an unnamed sender have an empty path, also after one with a name', async () => {
    const heard = new Collected<string | undefined>()
    const errors = new Collected<Error>()
    const { reactor, socket: server } = talk(kind, {
      path: fresh(),
      data(bytes, rinfo, socket) {
        heard.add(rinfo.path)
        if (rinfo.path === '') socket.send(bytes, rinfo)
      },
      error: errors.add,
    })
    const named = reactor.udp({ path: fresh() })
    named.send('x', server.path)
    await heard.reaches(1)
    const fd = open(constants.AF_UNIX, constants.SOCK_DGRAM)
    const unnamed = reactor.udp({ fd })
    unnamed.send('x', server.path)
    expect(await heard.reaches(2)).toEqual([named.path, ''])
    expect(await errors.reaches(1)).toEqual([expect.objectContaining({ code: 'ENOTCONN' })])
  })

  it('up to 64 KiB come whole, longer ones cut off', async () => {
    const heard = new Collected<[number, number, boolean]>()
    const { reactor, socket: server } = talk(kind, {
      path: '',
      data(bytes, rinfo) {
        heard.add([
          bytes.length,
          rinfo.size,
          pattern(100_000).subarray(0, bytes.length).equals(bytes),
        ])
      },
    })
    const client = reactor.udp({ path: '', trigger: kind.trigger })
    for (const size of [65_536, 65_537, 100_000, 0, 7]) {
      client.send(pattern(100_000).subarray(0, size), server.path)
    }
    expect(await heard.reaches(5)).toEqual([
      [65_536, 65_536, true],
      [65_536, 65_537, true],
      [65_536, 100_000, true],
      [0, 0, true],
      [7, 7, true],
    ])
  })

  it('tell what cannot be sent, with its path', async () => {
    const errors = new Collected<Error>()
    const { reactor, socket } = talk(kind, { path: '', error: errors.add })
    const missing = fresh()
    socket.send('x', missing)
    const gone = reactor.udp({ path: '' })
    const { path: goneFrom } = gone
    gone.close()
    socket.send('x', goneFrom)
    socket.send(Buffer.alloc(10_000_000), missing)
    const [first, second, third] = await errors.reaches(3)
    expect(first).toMatchObject({ code: 'ENOENT', syscall: 'send', path: missing })
    expect(second).toMatchObject({ code: 'ECONNREFUSED', path: goneFrom })
    expect(third).toHaveProperty('path', missing)
  })

  it('tell that a connected peer is gone', async () => {
    const errors = new Collected<Error>()
    const { reactor, socket } = talk(kind, { path: '', error: errors.add })
    const peer = reactor.udp({ path: '' })
    await socket.connect(peer.path ?? '')
    peer.close()
    socket.send('x')
    expect(await errors.reaches(1)).toEqual([
      expect.objectContaining({ code: 'ECONNREFUSED', path: peer.path }),
    ])
  })

  it('leave no file behind, unless it was somebody else’s', () => {
    const { reactor, socket } = bound(kind, { path: fresh() })
    const own = socket.path ?? ''
    expect(existsSync(own)).toBe(true)
    expect(() => reactor.udp({ path: own })).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE', path: own }) as Error,
    )
    expect(existsSync(own)).toBe(true)
    socket.close()
    expect(existsSync(own)).toBe(false)

    const fd = open(constants.AF_UNIX, constants.SOCK_DGRAM)
    const theirs = fresh()
    bind(fd, { path: theirs })
    const taken = reactor.udp({ fd })
    expect(taken.path).toBe(theirs)
    taken.close()
    expect(existsSync(theirs)).toBe(true)

    const third = reactor.udp({ path: fresh() })
    reactor.close()
    expect(existsSync(third.path ?? '')).toBe(false)
  })

  it('reach a plain socket of the kernel’s', async () => {
    const fd = open(constants.AF_UNIX, constants.SOCK_DGRAM | constants.SOCK_NONBLOCK)
    const plain = fresh()
    bind(fd, { path: plain })
    const { socket } = talk(kind, { path: '' })
    socket.send('hello', plain)
    const bytes = new Uint8Array(16)
    let length = -1
    while (length < 0) {
      await new Promise((resolve) => setImmediate(resolve))
      length = recv(fd, bytes)
    }
    expect(text(bytes.subarray(0, length))).toBe('hello')
    close(fd)
  })
})

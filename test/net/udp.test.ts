import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { DatagramInfo, DatagramSource } from '../../lib'
import { kinds } from '../reactor/kinds'
import { bound, Collected, Peer, talk, text, turnUntil } from './datagram-peers'
import { deferred, pattern } from './peers'

describe.each(kinds)('datagrams on $name', (kind) => {
  it('come one by one, in order, empty ones too', async () => {
    const heard = new Collected<string>()
    const { port } = talk(kind, {
      data(bytes) {
        heard.add(text(bytes))
      },
    })
    const peer = await Peer.bind()
    for (const word of ['one', '', 'three']) await peer.say(word, port)
    expect(await heard.reaches(3)).toEqual(['one', '', 'three'])
  })

  it('tell where they are from', async () => {
    const heard = new Collected<DatagramSource>()
    const { port } = talk(kind, {
      data(_, rinfo) {
        heard.add({ ...rinfo.copy(), family: rinfo.family, port: rinfo.port, size: rinfo.size })
      },
    })
    const peer = await Peer.bind()
    await peer.say('hello', port)
    expect(await heard.reaches(1)).toEqual([
      {
        family: 'IPv4',
        address: '127.0.0.1',
        port: peer.port,
        size: 5,
        truncated: false,
        dropped: 0,
      },
    ])
  })

  it('tell their senders apart within one batch', async () => {
    const heard = new Collected<[string, string, number]>()
    const { reactor, port } = bound(kind, {
      data(bytes, rinfo) {
        heard.add([text(bytes), rinfo.address, rinfo.port])
      },
    })
    const one = await Peer.bind()
    const two = await Peer.bind('127.0.0.2')
    await one.say('a', port)
    await two.say('b', port)
    await one.say('c', port)
    turnUntil(reactor, () => heard.all.length === 3)
    expect(heard.all).toEqual([
      ['a', '127.0.0.1', one.port],
      ['b', '127.0.0.2', two.port],
      ['c', '127.0.0.1', one.port],
    ])
  })

  it('are answered by rinfo, with its own bytes and with others', async () => {
    const { port } = talk(kind, {
      data(bytes, rinfo, socket) {
        socket.send(bytes, rinfo)
        socket.send(bytes.subarray(1, 3), rinfo)
        socket.send('Grüße', rinfo)
        socket.send(new Uint8Array([65, 66]), rinfo.port, rinfo.address)
        socket.send('copied', rinfo.copy())
        socket.send('', rinfo)
      },
    })
    const peer = await Peer.bind()
    await peer.say('hello', port)
    expect(await peer.hears(6)).toEqual(['hello', 'el', 'Grüße', 'AB', 'copied', ''])
    expect(new Set(peer.heard.map((one) => one.port))).toEqual(new Set([port]))
  })

  it('of every size up to the largest come whole', async () => {
    const heard = new Collected<Buffer>()
    const { port } = talk(kind, {
      receiveBufferSize: 2_000_000,
      data(bytes, rinfo) {
        expect(rinfo.truncated).toBe(false)
        heard.add(Buffer.from(bytes.slice()))
      },
    })
    const peer = await Peer.bind()
    const sizes = [1, 2047, 2048, 2049, 4096, 9000, 65506, 65507]
    for (const [i, size] of sizes.entries()) {
      await peer.say(pattern(size, size), port)
      await heard.reaches(i + 1)
    }
    // Small and large ones in one batch, too.
    const mixed = [10, 65507, 20, 3000, 30]
    for (const size of mixed) await peer.say(pattern(size, size), port)
    const all = await heard.reaches(sizes.length + mixed.length)
    for (const [i, size] of [...sizes, ...mixed].entries()) {
      expect(all[i]?.equals(pattern(size, size)), String(size)).toBe(true)
    }
  })

  it.each([1, 100, 2048, 2049, 5000])(
    'longer than maxDatagramSize, here %i, are cut off, and say so',
    async (most) => {
      const heard = new Collected<[boolean, number, boolean]>()
      const { port } = talk(kind, {
        maxDatagramSize: most,
        data(bytes, rinfo) {
          const whole = pattern(6000).subarray(0, bytes.length)
          heard.add([rinfo.truncated, rinfo.size, whole.equals(bytes)])
        },
      })
      const peer = await Peer.bind()
      await peer.say(pattern(6000), port)
      await peer.say(pattern(most), port)
      expect(await heard.reaches(2)).toEqual([
        [true, 6000, true],
        [false, most, true],
      ])
    },
  )

  it.each([1, 3, 64])('more than a turn takes come all, in order, %i a call', async (batch) => {
    const heard = new Collected<number>()
    const { reactor, port } = bound(kind, {
      receiveBufferSize: 4_000_000,
      batch,
      data(bytes) {
        heard.add(Number(text(bytes)))
      },
    })
    const peer = await Peer.bind()
    // As many as the kernel's smallest limit of a receive buffer holds.
    const count = 250
    for (let i = 0; i < count; i++) await peer.say(String(i), port)
    void reactor.run()
    expect(await heard.reaches(count)).toEqual(Array.from({ length: count }, (_, i) => i))
  })

  it('come through turn() as well, and a turn with none counts none', async () => {
    const heard: string[] = []
    const { reactor, port } = bound(kind, {
      data(bytes) {
        heard.push(text(bytes))
      },
    })
    expect(reactor.turn(0)).toBe(0)
    const peer = await Peer.bind()
    await peer.say('one', port)
    expect(reactor.turn(1000)).toBe(1)
    expect(heard).toEqual(['one'])
    expect(reactor.turn(0)).toBe(0)
  })

  it('of IPv6 tell its addresses, and are answered', async () => {
    const heard = new Collected<string>()
    const { port } = talk(kind, {
      hostname: '::1',
      data(bytes, rinfo, socket) {
        heard.add(`${rinfo.family} ${rinfo.address} ${String(rinfo.port)}`)
        socket.send(bytes, rinfo)
        socket.send('again', rinfo.port)
      },
    })
    const peer = await Peer.bind('::1')
    await peer.say('hello', port, '::1')
    expect(await peer.hears(2)).toEqual(['hello', 'again'])
    expect(heard.all).toEqual([`IPv6 ::1 ${String(peer.port)}`])
  })

  it('of IPv4 come to a socket on :: too, unless it is ipv6Only', async () => {
    const heard = new Collected<string>()
    const { reactor, port } = talk(kind, {
      hostname: '::',
      data(bytes, rinfo, socket) {
        heard.add(rinfo.address)
        socket.send(bytes, rinfo.port, '127.0.0.1')
      },
    })
    const peer = await Peer.bind()
    await peer.say('hello', port)
    expect(await peer.hears(1)).toEqual(['hello'])
    expect(heard.all).toEqual(['::ffff:127.0.0.1'])

    const other = reactor.udp({ hostname: '::', ipv6Only: true })
    peer.socket.connect(other.port ?? 0)
    const refused = new Promise((resolve) => peer.socket.once('error', resolve))
    peer.socket.once('connect', () => {
      peer.socket.send('hello')
    })
    expect(await refused).toHaveProperty('code', 'ECONNREFUSED')
  })

  it.each(['127.0.0.1', '::1'])('with packetInfo tell what they were sent to, %s', async (own) => {
    const heard = new Collected<[string | undefined, number | undefined]>()
    const six = own === '::1'
    const { port } = talk(kind, {
      hostname: six ? '::' : '0.0.0.0',
      packetInfo: true,
      data(_, rinfo) {
        heard.add([rinfo.localAddress, rinfo.interface])
        expect(rinfo.copy()).toMatchObject({
          localAddress: rinfo.localAddress,
          interface: rinfo.interface,
        })
      },
    })
    const peer = await Peer.bind(own)
    await peer.say('hello', port, own)
    if (!six) await peer.say('hello', port, '127.0.0.5')
    await heard.reaches(six ? 1 : 2)
    expect(heard.all[0]).toEqual([own, 1])
    if (!six) expect(heard.all[1]).toEqual(['127.0.0.5', 1])
  })

  it('without packetInfo tell nothing of it', async () => {
    const heard = new Collected<unknown>()
    const { port } = talk(kind, {
      data(_, rinfo) {
        heard.add([rinfo.localAddress, rinfo.interface, rinfo.path, rinfo.dropped])
      },
    })
    await (await Peer.bind()).say('hello', port)
    expect(await heard.reaches(1)).toEqual([[undefined, undefined, undefined, 0]])
  })

  it('that overflow the receive queue are counted', async () => {
    const heard = new Collected<number>()
    const { reactor, socket, port } = bound(kind, {
      receiveBufferSize: 1,
      dropCounter: true,
      data(_, rinfo) {
        heard.add(rinfo.dropped)
      },
    })
    const peer = await Peer.bind()
    for (let i = 0; i < 100; i++) await peer.say(Buffer.alloc(500), port)
    void reactor.run()
    await heard.reaches(1)
    expect(heard.all[0]).toBe(0)
    const { dropped } = socket.stats()
    expect(dropped).toBeGreaterThan(50)
    const before = heard.all.length
    await peer.say('later', port)
    await heard.reaches(before + 1)
    expect(heard.all.at(-1)).toBe(dropped)
    expect(socket.stats().received).toBe(100 - dropped + 1)
  })

  it('leave rinfo behind: it throws once the handler has returned', async () => {
    const kept = deferred<DatagramInfo>()
    const { socket, port } = talk(kind, {
      data(_, rinfo) {
        kept.resolve(rinfo)
      },
    })
    await (await Peer.bind()).say('hello', port)
    const rinfo = await kept.promise
    const expired = expect.objectContaining({ code: 'ERR_DATAGRAM_INFO_EXPIRED' }) as Error
    expect(() => rinfo.address).toThrow(expired)
    expect(() => rinfo.size).toThrow(expired)
    expect(() => rinfo.copy()).toThrow(expired)
    expect(() => socket.send('late', rinfo)).toThrow(expired)
  })

  it('are delivered in the async context of udp()', async () => {
    const storage = new AsyncLocalStorage<string>()
    const heard = new Collected<string | undefined>()
    const { socket, port } = storage.run('mine', () =>
      talk(kind, {
        open: () => {
          heard.add(storage.getStore())
        },
        data: () => {
          heard.add(storage.getStore())
        },
        close: () => {
          heard.add(storage.getStore())
        },
      }),
    )
    await (await Peer.bind()).say('hello', port)
    await heard.reaches(2)
    socket.close()
    expect(await heard.reaches(3)).toEqual(['mine', 'mine', 'mine'])
  })
})

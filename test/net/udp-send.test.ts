import { describe, expect, it } from 'vitest'
import { constants, type SystemError } from '../../lib'
import { setsockopt } from '../../lib/sys'
import { kinds } from '../reactor/kinds'
import { bound, Collected, Peer, talk, text, turnUntil } from './datagram-peers'
import { deferred, pattern } from './peers'

function systemError(code: string, rest: object = {}): unknown {
  return expect.objectContaining({ name: 'SystemError', code, syscall: 'send', ...rest })
}

/** Node 20 has no `transfer()`; later ones refuse to clone memory of a native addon by moving it. */
function transferAway(memory: ArrayBufferLike & { transfer?: () => ArrayBuffer }): void {
  if (memory.transfer) memory.transfer()
  else structuredClone(memory, { transfer: [memory as ArrayBuffer] })
}

describe.each(kinds)('sending datagrams on $name', (kind) => {
  it('keeps the order, to several peers, outside of handlers too', async () => {
    const { socket } = talk(kind)
    const one = await Peer.bind()
    const two = await Peer.bind('127.0.0.2')
    for (let i = 0; i < 10; i++) {
      expect(socket.send(`to one ${String(i)}`, one.port, '127.0.0.1')).toBe(true)
      expect(socket.send(`to two ${String(i)}`, two.port, '127.0.0.2')).toBe(true)
    }
    const words = (to: string): string[] =>
      Array.from({ length: 10 }, (_, i) => `to ${to} ${String(i)}`)
    expect(await one.hears(10)).toEqual(words('one'))
    expect(await two.hears(10)).toEqual(words('two'))
  })

  it('copies what is sent: the memory is the caller’s again', async () => {
    const { socket } = talk(kind)
    const peer = await Peer.bind()
    const bytes = Buffer.from('before')
    socket.send(bytes, peer.port)
    bytes.write('after!')
    const large = Buffer.alloc(65_000, 'b')
    socket.send(large, peer.port)
    large.fill('a')
    expect(await peer.hears(2)).toEqual(['before', 'b'.repeat(65_000)])
  })

  it('sends more in one turn than slab and commands hold', async () => {
    const peer = await Peer.bind()
    peer.socket.setRecvBufferSize(4_000_000)
    const heard = new Collected<number>()
    const { reactor, socket, port } = talk(kind, {
      receiveBufferSize: 4_000_000,
      data(bytes) {
        heard.add(bytes.length)
      },
    })
    const sender = reactor.udp({ trigger: kind.trigger })
    for (let i = 0; i < 5000; i++) sender.send('', 9, '127.0.0.1')
    for (let i = 0; i < 40; i++) sender.send(pattern(20_000 + i), 9, '127.0.0.1')
    sender.send('the last', port)
    expect(await heard.reaches(1)).toEqual([8])
    expect(sender.stats()).toMatchObject({ sent: 5041, refused: 0 })
    expect(socket.stats().received).toBe(1)
  })

  it('of one turn leaves in one call', async () => {
    const { reactor, port } = bound(kind, {
      data(bytes, rinfo, socket) {
        for (let i = 0; i < 20; i++) socket.send(bytes, rinfo)
      },
    })
    const peer = await Peer.bind()
    await peer.say('x', port)
    reactor.turn(1000)
    expect((await peer.hears(20)).length).toBe(20)
  })

  it('tells a datagram that is too long, with its address, and sends the others', async () => {
    const errors = new Collected<Error>()
    const { socket } = talk(kind, { error: errors.add })
    const peer = await Peer.bind()
    socket.send('before', peer.port)
    socket.send(Buffer.alloc(65_508), peer.port)
    socket.send('between', peer.port)
    socket.send(Buffer.alloc(70_000), peer.port)
    socket.send('x'.repeat(70_000), peer.port)
    socket.send('after', peer.port)
    expect(await peer.hears(3)).toEqual(['before', 'between', 'after'])
    const tooLong = systemError('EMSGSIZE', { address: '127.0.0.1', port: peer.port })
    expect(await errors.reaches(3)).toEqual([tooLong, tooLong, tooLong])
    expect(socket.stats()).toMatchObject({ sent: 3, refused: 3, bytesSent: 18 })
  })

  it('tells ENOBUFS where the send buffer is too small for all fragments', async () => {
    const errors = new Collected<Error>()
    const { socket } = talk(kind, { hostname: '::1', sendBufferSize: 1, error: errors.add })
    const peer = await Peer.bind('::1')
    // The loopback carries 65,536 bytes: what is longer with its headers goes in fragments.
    socket.send(Buffer.alloc(65_527), peer.port)
    socket.send('after', peer.port)
    expect(await peer.hears(1)).toEqual(['after'])
    expect(await errors.reaches(1)).toEqual([
      systemError('ENOBUFS', { address: '::1', port: peer.port }),
    ])
  })

  it('tells what has no address to go to', async () => {
    const errors = new Collected<Error>()
    const { socket } = talk(kind, { error: errors.add })
    expect(socket.send('nowhere')).toBe(true)
    expect(await errors.reaches(1)).toEqual([systemError('EDESTADDRREQ')])
  })

  it('tells a broadcast that is not allowed, and what belongs to another family', async () => {
    const errors = new Collected<Error>()
    const { socket } = talk(kind, { error: errors.add })
    socket.send('x', 9, '255.255.255.255')
    socket.send('x', 9, '::1')
    const [first, second] = await errors.reaches(2)
    expect(first).toEqual(systemError('EACCES', { address: '255.255.255.255', port: 9 }))
    expect(second).toHaveProperty('syscall', 'send')
    expect(second).toHaveProperty('address', '::1')
  })

  it('on a connected socket tells each refusal by ICMP, and loses nothing for it', async () => {
    const errors = new Collected<Error>()
    const { socket } = talk(kind, { hostname: '127.0.0.1', error: errors.add })
    const gone = await Peer.bind()
    const { port } = gone
    await socket.connect(port)
    expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', port])
    socket.send('heard')
    await gone.hears(1)
    await gone.close()
    const refused = systemError('ECONNREFUSED', { address: '127.0.0.1', port })
    for (let i = 0; i < 5; i++) socket.send(`refused ${String(i)}`)
    expect(await errors.reaches(5)).toEqual(Array.from({ length: 5 }, () => refused))
    socket.send('alone')
    expect(await errors.reaches(6)).toContainEqual(refused)
    // The errors belonged to datagrams that did leave.
    expect(socket.stats()).toMatchObject({ sent: 7, refused: 0 })
  })

  it('on a connected socket hears the peer alone, until it is disconnected', async () => {
    const heard = new Collected<string>()
    const { socket, port } = talk(kind, {
      data(bytes) {
        heard.add(text(bytes))
      },
    })
    const peer = await Peer.bind()
    const other = await Peer.bind()
    await socket.connect(peer.port, 'localhost')
    await other.say('not heard', port)
    await peer.say('heard', port)
    expect(await heard.reaches(1)).toEqual(['heard'])
    socket.send('to the peer')
    socket.send('to the other', other.port)
    expect(await peer.hears(1)).toEqual(['to the peer'])
    expect(await other.hears(1)).toEqual(['to the other'])
    socket.disconnect()
    expect(socket.remotePort).toBeUndefined()
    await other.say('now it is', port)
    expect(await heard.reaches(2)).toEqual(['heard', 'now it is'])
  })

  it('rejects a connect that fails', async () => {
    const { socket } = talk(kind)
    await expect(socket.connect(9, 'no such name.invalid')).rejects.toMatchObject({
      syscall: 'getaddrinfo',
    })
    await expect(socket.connect(9, '255.255.255.255')).rejects.toMatchObject({
      code: 'EACCES',
      address: '255.255.255.255',
      port: 9,
    })
    await expect(socket.connect(0)).rejects.toThrow(RangeError)
    socket.close()
    await expect(socket.connect(9)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  it.each([
    ['a number as data', [1], TypeError],
    ['no data', [undefined], TypeError],
    ['an array as data', [[1, 2]], TypeError],
    ['port 0', ['x', 0], RangeError],
    ['port 65536', ['x', 65536], RangeError],
    ['a negative port', ['x', -1], RangeError],
    ['a fraction as port', ['x', 1.5], RangeError],
    ['NaN as port', ['x', Number.NaN], RangeError],
    ['a bigint as port', ['x', 7n], TypeError],
    ['a name', ['x', 9, 'localhost'], RangeError],
    ['an empty address', ['x', 9, ''], RangeError],
    ['a number as address', ['x', 9, 5], TypeError],
    ['an object without an address', ['x', {}], TypeError],
    ['a port as text in an object', ['x', { address: '127.0.0.1', port: '9' }], TypeError],
    ['a path too long', ['x', '/'.repeat(200)], RangeError],
  ] as const)('refuses %s', (_, args, type) => {
    const { socket } = bound(kind)
    const send = socket.send.bind(socket) as unknown as (...args: unknown[]) => boolean
    expect(() => send(...args)).toThrow(type)
    expect(socket.stats()).toMatchObject({ sent: 0, refused: 0 })
  })

  it('refuses memory that was transferred away, and takes what is shared', async () => {
    const { socket } = talk(kind, {})
    const peer = await Peer.bind()
    const bytes = new Uint8Array(8)
    structuredClone(bytes, { transfer: [bytes.buffer] })
    expect(() => socket.send(bytes, peer.port)).toThrow(TypeError)
    socket.send(new Uint8Array(new SharedArrayBuffer(3)).fill(65), peer.port)
    expect(await peer.hears(1)).toEqual(['AAA'])
  })

  it('goes on receiving after a chunk’s memory was transferred away', async () => {
    const heard = new Collected<string>()
    const { port } = talk(kind, {
      data(bytes) {
        heard.add(text(bytes))
        transferAway(bytes.buffer)
      },
    })
    const peer = await Peer.bind()
    await peer.say('one', port)
    await heard.reaches(1)
    await peer.say('two', port)
    expect(await heard.reaches(2)).toEqual(['one', 'two'])
  })
})

describe.each(kinds)('a full queue on $name', (kind) => {
  // Of a Unix socket the receiver's queue can be full; UDP over the loopback never waits.
  it('takes what highWaterMark allows, refuses the rest, and tells when it is empty', async () => {
    const drained = deferred()
    const { reactor, socket: sender } = bound(kind, {
      path: '',
      highWaterMark: 10_000,
      drain: () => {
        drained.resolve()
      },
    })
    const heard: number[] = []
    const receiver = reactor.udp({
      path: '',
      trigger: kind.trigger,
      data(bytes) {
        heard.push(Number(text(bytes)))
      },
    })
    await sender.connect(receiver.path ?? '')
    let sent = 0
    while (sender.send(String(sent).padStart(100, '0'))) sent++
    expect(sent).toBeGreaterThan(90)
    expect(sender.send('lost')).toBe(false)
    await expect(sender.connect('/nowhere')).rejects.toMatchObject({ code: 'EBUSY' })
    expect(() => {
      sender.disconnect()
    }).toThrow(expect.objectContaining({ code: 'EBUSY' }) as Error)
    void reactor.run()
    await drained.promise
    while (heard.length < sent) await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toEqual(Array.from({ length: sent }, (_, i) => i))
    expect(sender.stats()).toMatchObject({ sent, refused: 2 })
    expect(sender.send('again')).toBe(true)
  })

  it('of an unconnected sender is told as EAGAIN: nothing would announce room', () => {
    const errors = new Collected<Error>()
    const { reactor, socket: sender } = bound(kind, { path: '', error: errors.add })
    const receiver = reactor.udp({ path: '', trigger: kind.trigger })
    const path = receiver.path ?? ''
    for (let i = 0; i < 2000; i++) sender.send('x', path)
    turnUntil(reactor, () => errors.all.length > 0)
    expect(errors.all[0]).toEqual(systemError('EAGAIN', { path }))
    const other = reactor.udp({ path: '', trigger: kind.trigger })
    sender.send('y', other.path)
    turnUntil(reactor, () => other.stats().received === 1)
  })

  it('is sent at close as far as the kernel takes it, and the rest counts as refused', async () => {
    const { reactor, socket: sender } = bound(kind, { path: '' })
    const receiver = reactor.udp({ path: '', trigger: kind.trigger })
    await sender.connect(receiver.path ?? '')
    let taken = 0
    while (sender.send('x'.repeat(1000))) taken++
    sender.close()
    const { sent, refused } = sender.stats()
    expect(sent + refused).toBe(taken + 1)
    expect(refused).toBeGreaterThan(1)
    turnUntil(reactor, () => receiver.stats().received === sent)
  })

  it('waits for its own send buffer, connected or not', async () => {
    const heard = new Collected<number>()
    const errors: Error[] = []
    const { reactor, socket: sender } = bound(kind, {
      path: '',
      sendBufferSize: 1,
      highWaterMark: 1_000_000,
      error: (error) => errors.push(error),
    })
    const receiver = reactor.udp({
      path: '',
      trigger: kind.trigger,
      data(bytes) {
        heard.add(bytes.length)
      },
    })
    for (let i = 0; i < 10; i++) expect(sender.send(Buffer.alloc(1500), receiver.path)).toBe(true)
    void reactor.run()
    await heard.reaches(10)
    expect(errors).toEqual([])
  })
})

describe('sending to oneself', () => {
  it('reports an error once, however the option was set beforehand', async () => {
    const errors = new Collected<Error>()
    const kind = kinds[2]
    if (kind === undefined) throw new Error('no such kind')
    const { socket } = talk(kind, { error: errors.add })
    // IP_RECVERR without a connection: the caller's own choice.
    setsockopt(socket.fd, constants.IPPROTO_IP, constants.IP_RECVERR, true)
    const gone = await Peer.bind()
    const { port } = gone
    await gone.close()
    socket.send('x', port)
    const [error] = await errors.reaches(1)
    expect((error as SystemError).code).toBe('ECONNREFUSED')
  })
})

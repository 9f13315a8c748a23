import os from 'node:os'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { arrived, closed, connection, hasIPv6, pair, socket, thrownBy, udp } from './opened'

const { AF_INET, AF_UNIX, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, SOCK_DGRAM, SOCK_STREAM } = constants
const { EAGAIN } = os.constants.errno

const bytes = (text: string) => Buffer.from(text)

describe('recv', () => {
  it('answers -EAGAIN when there is nothing, 0 at the end', () => {
    const [one, other] = pair()
    expect(sys.recv(one, new Uint8Array(8))).toBe(-EAGAIN)
    closed(other)
    expect(sys.recv(one, new Uint8Array(8))).toBe(0)
  })

  it('does not block with MSG_DONTWAIT on a socket that would', () => {
    const [one] = pair(SOCK_STREAM)
    expect(sys.recv(one, new Uint8Array(8), MSG_DONTWAIT)).toBe(-EAGAIN)
  })

  it('fills its part of a larger memory and nothing beside it', () => {
    const [one, other] = pair()
    const memory = new Uint8Array(8).fill(0x2e)
    sys.send(other, bytes('abcdef'))
    expect(sys.recv(one, memory.subarray(2, 6))).toBe(4)
    expect(Buffer.from(memory).toString()).toBe('..abcd..')
  })

  it('takes an empty buffer', () => {
    const [one, other] = pair()
    sys.send(other, bytes('x'))
    expect(sys.recv(one, new Uint8Array(0))).toBe(0)
    expect(sys.recv(one, new Uint8Array(2))).toBe(1)
  })

  it('leaves what it reads in place with MSG_PEEK', () => {
    const [one, other] = pair()
    sys.send(other, bytes('peek'))
    const buffer = new Uint8Array(4)
    expect(sys.recv(one, buffer, MSG_PEEK)).toBe(4)
    expect(sys.recv(one, buffer.fill(0))).toBe(4)
    expect(Buffer.from(buffer).toString()).toBe('peek')
  })

  it('cuts a datagram to the buffer and loses the rest', () => {
    const [one, other] = pair(SOCK_DGRAM | constants.SOCK_NONBLOCK)
    sys.send(other, bytes('truncated'))
    sys.send(other, bytes('whole'))
    const buffer = new Uint8Array(5)
    expect(sys.recv(one, buffer)).toBe(5)
    expect(Buffer.from(buffer).toString()).toBe('trunc')
    expect(sys.recv(one, buffer)).toBe(5)
    expect(Buffer.from(buffer).toString()).toBe('whole')
  })

  it('answers the true length of a datagram with MSG_TRUNC', () => {
    const [one, other] = pair(SOCK_DGRAM | constants.SOCK_NONBLOCK)
    sys.send(other, bytes('truncated'))
    expect(sys.recv(one, new Uint8Array(5), MSG_TRUNC | MSG_PEEK)).toBe(9)
    expect(sys.recv(one, new Uint8Array(0), MSG_TRUNC)).toBe(9)
  })

  it('reads the urgent byte of TCP with MSG_OOB', () => {
    const { client, server } = connection()
    sys.send(client, bytes('!'), constants.MSG_OOB)
    const buffer = new Uint8Array(1)
    expect(sys.recv(server, buffer, constants.MSG_OOB)).toBe(1)
    expect(Buffer.from(buffer).toString()).toBe('!')
  })

  it('throws ENOTCONN, EBADF and ENOTSOCK', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    const buffer = new Uint8Array(1)
    expect(thrownBy(() => sys.recv(fd, buffer))).toMatchObject({
      code: 'ENOTCONN',
      syscall: 'recv',
      fd,
    })
    closed(fd)
    expect(() => sys.recv(fd, buffer)).toThrow('EBADF')
  })
})

describe('send', () => {
  it('answers -EAGAIN once the peer reads nothing more, and goes on when it does', () => {
    const [one, other] = pair()
    const chunk = new Uint8Array(65536)
    let sent = 0
    let result = sys.send(one, chunk)
    for (; result > 0; result = sys.send(one, chunk)) sent += result
    expect(result).toBe(-EAGAIN)
    let received = 0
    for (;;) {
      const count = sys.recv(other, chunk)
      if (count < 0) break
      received += count
    }
    expect(received).toBe(sent)
    expect(sys.send(one, chunk)).toBeGreaterThan(0)
  })

  it('answers -EAGAIN with MSG_DONTWAIT on a socket that would block', () => {
    const [one] = pair(SOCK_STREAM)
    const chunk = new Uint8Array(65536)
    let result = 1
    while (result > 0) result = sys.send(one, chunk, MSG_DONTWAIT)
    expect(result).toBe(-EAGAIN)
  })

  it('throws EPIPE when the peer is gone, and no signal kills the process', () => {
    const [one, other] = pair()
    closed(other)
    const calls = {
      send: () => sys.send(one, bytes('x')),
      sendto: () => sys.sendto(one, bytes('x'), 0, null),
      sendmsg: () => sys.sendmsg(one, { buffers: [bytes('x')] }),
      sendmmsg: () => sys.sendmmsg(one, [bytes('x')]),
      writev: () => sys.writev(one, [bytes('x')]),
    }
    for (const [syscall, call] of Object.entries(calls)) {
      expect(thrownBy(call)).toMatchObject({ code: 'EPIPE', syscall, fd: one })
    }
  })

  it('throws EMSGSIZE for a datagram that is too long', () => {
    const server = udp()
    const client = udp()
    sys.connect(client.fd, server.address)
    expect(() => sys.send(client.fd, new Uint8Array(65508))).toThrow('EMSGSIZE')
    expect(sys.send(client.fd, new Uint8Array(65507))).toBe(65507)
  })

  it('sends an empty datagram', () => {
    const [one, other] = pair(SOCK_DGRAM | constants.SOCK_NONBLOCK)
    expect(sys.send(one, new Uint8Array(0))).toBe(0)
    expect(sys.recv(other, new Uint8Array(1))).toBe(0)
    expect(sys.recv(other, new Uint8Array(1))).toBe(-EAGAIN)
  })

  it('throws ECONNREFUSED once the datagram before has come back', () => {
    const server = udp()
    const client = udp()
    sys.connect(client.fd, server.address)
    closed(server.fd)
    expect(sys.send(client.fd, bytes('x'))).toBe(1)
    expect(() => sys.recv(client.fd, new Uint8Array(1))).toThrow('ECONNREFUSED')
  })
})

describe('recvfrom and sendto', () => {
  function exchange(host: string): void {
    const server = udp(host)
    const client = udp(host)
    const buffer = new Uint8Array(16)
    expect(sys.recvfrom(server.fd, buffer)).toBe(-EAGAIN)
    expect(sys.sendto(client.fd, bytes('ping'), 0, server.address)).toBe(4)
    const received = arrived(sys.recvfrom(server.fd, buffer))
    expect(received).toEqual({ bytes: 4, address: client.address })
    expect(Buffer.from(buffer.subarray(0, 4)).toString()).toBe('ping')
    expect(sys.sendto(server.fd, bytes('pong'), 0, client.address)).toBe(4)
    expect(sys.recvfrom(client.fd, buffer)).toEqual({ bytes: 4, address: server.address })
  }

  it('carry datagrams and their sender: UDP over IPv4', () => {
    exchange('127.0.0.1')
  })

  it.skipIf(!hasIPv6)('carry datagrams and their sender: UDP over IPv6 (needs ::1)', () => {
    exchange('::1')
  })

  it('tell how long a truncated datagram was', () => {
    const server = udp()
    const client = udp()
    sys.sendto(client.fd, new Uint8Array(100), 0, server.address)
    expect(sys.recvfrom(server.fd, new Uint8Array(10), MSG_TRUNC)).toEqual({
      bytes: 100,
      address: client.address,
    })
  })

  it('carry datagrams between Unix sockets; one without a name has no address', () => {
    const path = `\0edgeloop-dgram-${String(process.pid)}`
    const server = socket(AF_UNIX, SOCK_DGRAM)
    sys.bind(server, { path })
    const named = socket(AF_UNIX, SOCK_DGRAM)
    sys.bind(named, { path: `${path}\0client` })
    const buffer = new Uint8Array(4)
    expect(sys.sendto(named, bytes('a'), 0, { path })).toBe(1)
    expect(sys.recvfrom(server, buffer)).toEqual({
      bytes: 1,
      address: { family: 'Unix', path: `${path}\0client` },
    })
    expect(sys.sendto(socket(AF_UNIX, SOCK_DGRAM), bytes('bc'), 0, { path })).toBe(2)
    expect(sys.recvfrom(server, buffer)).toEqual({ bytes: 2, address: null })
  })

  it('name nobody on a connected stream', () => {
    const { client, server } = connection()
    sys.sendto(client, bytes('x'), 0, null)
    expect(sys.recvfrom(server, new Uint8Array(1))).toEqual({ bytes: 1, address: null })
  })

  it('throw with the address that was not reached', () => {
    const fd = socket(AF_UNIX, SOCK_DGRAM)
    const path = `\0edgeloop-nobody-${String(process.pid)}`
    expect(thrownBy(() => sys.sendto(fd, bytes('x'), 0, { path }))).toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'sendto',
      fd,
      path,
    })
    const { fd: client } = udp()
    const broadcast = { address: '255.255.255.255', port: 9 }
    expect(thrownBy(() => sys.sendto(client, bytes('x'), 0, broadcast))).toMatchObject({
      code: expect.stringMatching(/^(EACCES|ENETUNREACH)$/) as string,
      ...broadcast,
    })
    expect(() => sys.sendto(client, bytes('x'), 0, null)).toThrow('EDESTADDRREQ')
  })
})

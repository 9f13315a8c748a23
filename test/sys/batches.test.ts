import os from 'node:os'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { arrived, pair, thrownBy, udp } from './opened'

const { EAGAIN } = os.constants.errno
const { MSG_TRUNC, SOCK_DGRAM, SOCK_NONBLOCK } = constants

describe('sendmmsg and recvmmsg', () => {
  it('carry 100 datagrams in two calls, each with its sender', () => {
    const server = udp()
    const client = udp()
    const messages = Array.from({ length: 100 }, (_, i) => ({
      buffer: new Uint8Array(i + 1).fill(i),
      address: server.address,
    }))
    expect(sys.sendmmsg(client.fd, messages)).toBe(100)
    const buffers = Array.from({ length: 120 }, () => new Uint8Array(128))
    const received = arrived(sys.recvmmsg(server.fd, buffers))
    expect(received).toHaveLength(100)
    received.forEach((message, i) => {
      expect(message).toEqual({ bytes: i + 1, address: client.address, flags: 0 })
      expect(buffers[i]?.subarray(0, message.bytes)).toEqual(messages[i]?.buffer)
    })
    expect(sys.recvmmsg(server.fd, buffers)).toBe(-EAGAIN)
  })

  it('send to the connected peer and receive into { buffer } objects', () => {
    const [one, other] = pair(SOCK_DGRAM | SOCK_NONBLOCK)
    expect(sys.sendmmsg(one, [Uint8Array.of(1), { buffer: Uint8Array.of(2, 3) }])).toBe(2)
    const messages = [{ buffer: new Uint8Array(4) }, { buffer: new Uint8Array(4) }]
    expect(sys.recvmmsg(other, messages)).toEqual([
      { bytes: 1, address: null, flags: 0 },
      { bytes: 2, address: null, flags: 0 },
    ])
    expect([...(messages[1]?.buffer ?? [])]).toEqual([2, 3, 0, 0])
  })

  it('send each message to its own address', () => {
    const servers = [udp(), udp()] as const
    const client = udp()
    const buffer = Uint8Array.of(7)
    const messages = servers.map(({ address }) => ({ buffer, address }))
    expect(sys.sendmmsg(client.fd, messages)).toBe(2)
    for (const { fd } of servers) expect(sys.recv(fd, new Uint8Array(2))).toBe(1)
  })

  it('flag a datagram that was cut off', () => {
    const [one, other] = pair(SOCK_DGRAM | SOCK_NONBLOCK)
    sys.sendmmsg(one, [new Uint8Array(9), new Uint8Array(2)])
    const received = arrived(sys.recvmmsg(other, [new Uint8Array(4), new Uint8Array(4)]))
    expect(received.map(({ bytes, flags }) => [bytes, flags])).toEqual([
      [4, MSG_TRUNC],
      [2, 0],
    ])
  })

  it('stop short where a later message fails, and throw where it is the first', () => {
    const server = udp()
    const client = udp()
    const good = { buffer: new Uint8Array(1), address: server.address }
    const bad = { buffer: new Uint8Array(65508), address: server.address }
    expect(sys.sendmmsg(client.fd, [good, bad, good])).toBe(1)
    expect(thrownBy(() => sys.sendmmsg(client.fd, [bad, good]))).toMatchObject({
      code: 'EMSGSIZE',
      syscall: 'sendmmsg',
      fd: client.fd,
    })
  })

  it('answer -EAGAIN when the first would block, else what went', () => {
    const [one] = pair(SOCK_DGRAM | SOCK_NONBLOCK)
    const many = Array.from({ length: 1024 }, () => new Uint8Array(1024))
    const sent = sys.sendmmsg(one, many)
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(1024)
    expect(sys.sendmmsg(one, many)).toBe(-EAGAIN)
  })

  it('answer nothing for nothing', () => {
    const { fd } = udp()
    expect(sys.sendmmsg(fd, [])).toBe(0)
    expect(sys.recvmmsg(fd, [])).toEqual([])
  })

  it('take at most 1024 messages of a call', () => {
    const many = Array.from({ length: 1500 }, () => new Uint8Array(0))
    const server = udp()
    sys.setsockopt(server.fd, constants.SOL_SOCKET, constants.SO_RCVBUF, 8 << 20)
    const client = udp()
    sys.connect(client.fd, server.address)
    expect(sys.sendmmsg(client.fd, many)).toBe(1024)
  })

  it('wait with MSG_WAITFORONE only for the first', () => {
    const [one, other] = pair(SOCK_DGRAM)
    sys.sendmmsg(one, [Uint8Array.of(1), Uint8Array.of(2)])
    const buffers = Array.from({ length: 8 }, () => new Uint8Array(1))
    expect(arrived(sys.recvmmsg(other, buffers, constants.MSG_WAITFORONE))).toHaveLength(2)
  })

  it('return with what has come once a message arrives after the timeout', () => {
    const [one, other] = pair(SOCK_DGRAM)
    sys.sendmmsg(one, [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)])
    const buffers = Array.from({ length: 8 }, () => new Uint8Array(1))
    expect(arrived(sys.recvmmsg(other, buffers, 0, 0))).toHaveLength(1)
    sys.sendmmsg(one, [Uint8Array.of(4)])
    expect(arrived(sys.recvmmsg(other, buffers.slice(0, 3), 0, Infinity))).toHaveLength(3)
  })

  it.each([NaN, -2])('refuse the timeout %d', (timeout) => {
    const { fd } = udp()
    expect(() => sys.recvmmsg(fd, [], 0, timeout)).toThrow(RangeError)
  })
})

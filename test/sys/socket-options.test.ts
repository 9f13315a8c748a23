import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { closed, connection, opened, pair, socket, thrownBy, timeval, udp } from './opened'

const { AF_INET, AF_UNIX, IPPROTO_IP, IPPROTO_TCP, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET } = constants

describe('getsockopt', () => {
  it('answers an int or a flag as a number', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_TYPE)).toBe(SOCK_STREAM)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_DOMAIN)).toBe(AF_INET)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_PROTOCOL)).toBe(IPPROTO_TCP)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_ERROR)).toBe(0)
    expect(sys.getsockopt(fd, IPPROTO_TCP, constants.TCP_NODELAY)).toBe(0)
  })

  it('answers a negative value as the value, not as an error', () => {
    const [fd] = pair()
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_PEEK_OFF)).toBe(-1)
  })

  it('fills a buffer with who is at the other end: SO_PEERCRED', () => {
    const [fd] = pair()
    const credentials = new Int32Array(3)
    const bytes = new Uint8Array(credentials.buffer)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_PEERCRED, bytes)).toBe(12)
    const { getuid, getgid } = process
    expect([...credentials]).toEqual([process.pid, getuid?.(), getgid?.()])
  })

  it('answers how many bytes of a longer buffer are filled, and leaves the rest', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    const buffer = new Uint8Array(32).fill(0xee)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_LINGER, buffer)).toBe(8)
    expect([...buffer.subarray(0, 8)]).toEqual(new Array(8).fill(0))
    expect(buffer.subarray(8).every((byte) => byte === 0xee)).toBe(true)
  })

  it('fills TCP_INFO, whose first byte is the state', () => {
    const { client } = connection()
    const info = new Uint8Array(512)
    expect(sys.getsockopt(client, IPPROTO_TCP, constants.TCP_INFO, info)).toBeGreaterThan(100)
    expect(info[0]).toBe(constants.TCP_ESTABLISHED)
  })

  it('refuses to make a number of an option that is more than one', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    for (const name of [constants.SO_LINGER, constants.SO_RCVTIMEO]) {
      const error = thrownBy(() => sys.getsockopt(fd, SOL_SOCKET, name))
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
      expect(String(error)).toContain(`Received ${String(name)}, whose value has`)
    }
  })

  it('throws ENOPROTOOPT, ENOTSOCK and EBADF with the descriptor', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    const [reader, writer] = sys.pipe2()
    opened(reader)
    opened(writer)
    expect(thrownBy(() => sys.getsockopt(fd, SOL_SOCKET, 9999))).toMatchObject({
      code: 'ENOPROTOOPT',
      syscall: 'getsockopt',
      fd,
    })
    expect(() => sys.getsockopt(reader, SOL_SOCKET, constants.SO_TYPE)).toThrow('ENOTSOCK')
    closed(fd)
    expect(() => sys.getsockopt(fd, SOL_SOCKET, constants.SO_TYPE)).toThrow('EBADF')
  })
})

describe('setsockopt', () => {
  it('takes a number and a boolean', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    const linger2 = () => sys.getsockopt(fd, IPPROTO_TCP, constants.TCP_LINGER2)
    sys.setsockopt(fd, IPPROTO_TCP, constants.TCP_LINGER2, 7)
    expect(linger2()).toBe(7)
    sys.setsockopt(fd, IPPROTO_TCP, constants.TCP_LINGER2, -1)
    expect(linger2()).toBe(-1)
    sys.setsockopt(fd, SOL_SOCKET, constants.SO_REUSEADDR, true)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_REUSEADDR)).toBe(1)
    sys.setsockopt(fd, SOL_SOCKET, constants.SO_REUSEADDR, false)
    expect(sys.getsockopt(fd, SOL_SOCKET, constants.SO_REUSEADDR)).toBe(0)
  })

  it('takes a string, and an empty one', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    const text = new Uint8Array(16)
    sys.setsockopt(fd, IPPROTO_TCP, constants.TCP_CONGESTION, 'reno')
    expect(sys.getsockopt(fd, IPPROTO_TCP, constants.TCP_CONGESTION, text)).toBeGreaterThan(4)
    expect(Buffer.from(text).toString()).toMatch(/^reno\0/)
    expect(() => {
      sys.setsockopt(fd, IPPROTO_TCP, constants.TCP_CONGESTION, 'nosuchalgorithm')
    }).toThrow('ENOENT')
    sys.setsockopt(fd, SOL_SOCKET, constants.SO_BINDTODEVICE, '')
  })

  it('takes the bytes of a structure', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    sys.setsockopt(fd, SOL_SOCKET, constants.SO_RCVTIMEO, timeval(3n, 500_000n))
    const limit = new BigInt64Array(2)
    sys.getsockopt(fd, SOL_SOCKET, constants.SO_RCVTIMEO, new Uint8Array(limit.buffer))
    expect([...limit]).toEqual([3n, 500_000n])
  })

  it('resets a connection that lingers for no time at all', () => {
    const { client, server } = connection()
    const noTime = new Uint8Array(new Int32Array([1, 0]).buffer)
    sys.setsockopt(client, SOL_SOCKET, constants.SO_LINGER, noTime)
    closed(client)
    expect(thrownBy(() => sys.recv(server, new Uint8Array(1)))).toMatchObject({
      code: 'ECONNRESET',
      syscall: 'recv',
      fd: server,
    })
  })

  it('joins a multicast group on the loopback', () => {
    const { fd, address } = udp('0.0.0.0')
    const membership = Uint8Array.of(239, 1, 2, 3, 127, 0, 0, 1)
    sys.setsockopt(fd, IPPROTO_IP, constants.IP_ADD_MEMBERSHIP, membership)
    const sender = udp()
    sys.setsockopt(sender.fd, IPPROTO_IP, constants.IP_MULTICAST_IF, Uint8Array.of(127, 0, 0, 1))
    const group = { address: '239.1.2.3', port: address.port }
    expect(sys.sendto(sender.fd, Buffer.from('all'), 0, group)).toBe(3)
    expect(sys.recv(fd, new Uint8Array(8))).toBe(3)
  })

  it('throws what the kernel says', () => {
    const fd = socket(AF_UNIX, SOCK_DGRAM)
    expect(
      thrownBy(() => {
        sys.setsockopt(fd, SOL_SOCKET, 9999, 1)
      }),
    ).toMatchObject({ code: 'ENOPROTOOPT', syscall: 'setsockopt', fd })
    expect(() => {
      sys.setsockopt(fd, SOL_SOCKET, constants.SO_REUSEADDR, new Uint8Array(2))
    }).toThrow('EINVAL')
  })
})

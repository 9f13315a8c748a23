import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import util from 'node:util'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants, SystemError } from '../../lib/sys'
import {
  closed,
  connection,
  descriptorCount,
  hasIPv6,
  listener,
  opened,
  pair,
  socket,
  thrownBy,
  timeval,
  udp,
  until,
} from './opened'

const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_SEQPACKET, SOCK_STREAM } = constants
const errno = os.constants.errno

const text = (bytes: Uint8Array, length: number) =>
  Buffer.from(bytes.subarray(0, length)).toString()

/** Sends both ways between two connected stream or seqpacket sockets. */
function converse(one: number, other: number): void {
  const buffer = new Uint8Array(16)
  expect(sys.send(one, Buffer.from('to there'))).toBe(8)
  expect(text(buffer, sys.recv(other, buffer, constants.MSG_WAITALL))).toBe('to there')
  expect(sys.send(other, Buffer.from('and back'))).toBe(8)
  expect(text(buffer, sys.recv(one, buffer.subarray(0, 8), constants.MSG_WAITALL))).toBe('and back')
}

describe('a TCP socket', () => {
  it('connects, is accepted and carries bytes both ways over IPv4', () => {
    const { client, server } = connection()
    sys.setsockopt(server, constants.SOL_SOCKET, constants.SO_RCVTIMEO, timeval(20n))
    converse(client, server)
    expect(sys.getpeername(client)).toEqual(sys.getsockname(server))
    expect(sys.getpeername(server)).toEqual(sys.getsockname(client))
  })

  it.skipIf(!hasIPv6)('does so over IPv6 (needs ::1)', () => {
    const { client, server } = connection('::1')
    converse(client, server)
    expect(sys.getpeername(client)).toEqual(sys.getsockname(server))
    expect(sys.getpeername(client)).toMatchObject({ family: 'IPv6', address: '::1' })
  })

  it('answers -EINPROGRESS while a connection is being made without blocking', async () => {
    const { fd, address } = listener()
    const client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)
    expect(sys.connect(client, address)).toBe(-errno.EINPROGRESS)
    let server = -errno.EAGAIN
    await until(() => (server = sys.accept4(fd)) >= 0)
    opened(server)
    expect(sys.getsockopt(client, constants.SOL_SOCKET, constants.SO_ERROR)).toBe(0)
    expect(sys.getpeername(client)).toEqual(address)
  })

  it('is neither connected nor in error while its connection waits for room', () => {
    const { address } = listener('127.0.0.1', 0)
    const first = socket(AF_INET, SOCK_STREAM)
    expect(sys.connect(first, address)).toBe(0)
    const second = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)
    expect(sys.connect(second, address)).toBe(-errno.EINPROGRESS)
    expect(sys.getsockopt(second, constants.SOL_SOCKET, constants.SO_ERROR)).toBe(0)
    expect(() => sys.getpeername(second)).toThrow('ENOTCONN')
    expect(() => sys.connect(second, address)).toThrow('EALREADY')
  })

  it('answers -EINPROGRESS when SO_SNDTIMEO passes during a blocking connect', () => {
    const { address } = listener('127.0.0.1', 0)
    const first = socket(AF_INET, SOCK_STREAM)
    expect(sys.connect(first, address)).toBe(0)
    const second = socket(AF_INET, SOCK_STREAM)
    sys.setsockopt(second, constants.SOL_SOCKET, constants.SO_SNDTIMEO, timeval(0n, 50_000n))
    expect(sys.connect(second, address)).toBe(-errno.EINPROGRESS)
  })

  it('learns by SO_ERROR, once, that its connection was refused', async () => {
    const { fd, address } = listener()
    closed(fd)
    const client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)
    expect(sys.connect(client, address)).toBe(-errno.EINPROGRESS)
    const pending = () => sys.getsockopt(client, constants.SOL_SOCKET, constants.SO_ERROR)
    let error = 0
    await until(() => (error = pending()) !== 0)
    expect(error).toBe(errno.ECONNREFUSED)
    expect(pending()).toBe(0)
  })

  it('throws when a blocking connect is refused, with address and port', () => {
    const { fd, address } = listener()
    closed(fd)
    const client = socket(AF_INET, SOCK_STREAM)
    const error = thrownBy(() => sys.connect(client, address))
    expect(error).toBeInstanceOf(SystemError)
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      fd: client,
      address: '127.0.0.1',
      port: address.port,
      message: `ECONNREFUSED: connection refused, connect 127.0.0.1:${String(address.port)}`,
    })
  })

  it('throws EISCONN when it is connected already', () => {
    const { client, server } = connection()
    const address = sys.getsockname(server)
    expect(() => sys.connect(client, address)).toThrow('EISCONN')
  })

  it('reads to the end and can still answer after the half-close of its peer', () => {
    const { client, server } = connection()
    const buffer = new Uint8Array(16)
    sys.send(client, Buffer.from('question'))
    sys.shutdown(client, constants.SHUT_WR)
    sys.setsockopt(server, constants.SOL_SOCKET, constants.SO_RCVLOWAT, 8)
    expect(text(buffer, sys.recv(server, buffer))).toBe('question')
    expect(sys.recv(server, buffer)).toBe(0)
    sys.send(server, Buffer.from('answer'))
    expect(text(buffer, sys.recv(client, buffer))).toBe('answer')
    expect(() => sys.send(client, buffer)).toThrow('EPIPE')
  })
})

describe('bind', () => {
  it('throws EADDRINUSE with address and port', () => {
    const { address } = listener()
    const fd = socket(AF_INET, SOCK_STREAM)
    const error = thrownBy(() => {
      sys.bind(fd, address)
    })
    expect(error).toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'bind',
      fd,
      address: '127.0.0.1',
      port: address.port,
    })
    if (!(error instanceof SystemError)) throw error
    expect(util.getSystemErrorName(error.errno)).toBe(error.code)
    expect(error).not.toHaveProperty('path')
  })

  it('throws with the path of a Unix socket', () => {
    const fd = socket(AF_UNIX, SOCK_STREAM)
    expect(
      thrownBy(() => {
        sys.bind(fd, { path: '/nonexistent/socket' })
      }),
    ).toMatchObject({ code: 'ENOENT', syscall: 'bind', path: '/nonexistent/socket' })
  })

  it('throws EADDRNOTAVAIL for an address of another machine', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    expect(() => {
      sys.bind(fd, { address: '192.0.2.1', port: 0 })
    }).toThrow('EADDRNOTAVAIL')
  })

  it('shares a port under SO_REUSEPORT', () => {
    const fds = [socket(AF_INET, SOCK_STREAM), socket(AF_INET, SOCK_STREAM)] as const
    for (const fd of fds) sys.setsockopt(fd, constants.SOL_SOCKET, constants.SO_REUSEPORT, true)
    sys.bind(fds[0], { address: '127.0.0.1', port: 0 })
    const name = sys.getsockname(fds[0])
    sys.bind(fds[1], name)
    expect(sys.getsockname(fds[1])).toEqual(name)
  })
})

describe('accept4', () => {
  it('answers -EAGAIN when nobody waits', () => {
    expect(sys.accept4(listener().fd)).toBe(-errno.EAGAIN)
  })

  it('throws EINVAL for a socket that does not listen', () => {
    const fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)
    expect(thrownBy(() => sys.accept4(fd))).toMatchObject({
      code: 'EINVAL',
      syscall: 'accept4',
      fd,
    })
  })

  it('makes the connection non-blocking only where asked', async () => {
    const { fd, address } = listener()
    const clients = [socket(AF_INET, SOCK_STREAM), socket(AF_INET, SOCK_STREAM)]
    for (const client of clients) expect(sys.connect(client, address)).toBe(0)
    let blocking = -1
    await until(() => (blocking = sys.accept4(fd)) >= 0)
    opened(blocking)
    let nonBlocking = -1
    await until(() => (nonBlocking = sys.accept4(fd, SOCK_NONBLOCK)) >= 0)
    opened(nonBlocking)
    expect(sys.recv(nonBlocking, new Uint8Array(1))).toBe(-errno.EAGAIN)
    sys.setsockopt(blocking, constants.SOL_SOCKET, constants.SO_RCVTIMEO, timeval(0n, 50_000n))
    const begun = performance.now()
    expect(sys.recv(blocking, new Uint8Array(1))).toBe(-errno.EAGAIN)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(45)
  })
})

describe('listen', () => {
  it('takes connections up to the backlog, SOMAXCONN unless told', () => {
    const { address } = listener()
    for (let i = 0; i < 64; i++) expect(sys.connect(socket(AF_INET, SOCK_STREAM), address)).toBe(0)
  })

  it('throws ENOTSUP for a datagram socket', () => {
    const { fd } = udp()
    expect(
      thrownBy(() => {
        sys.listen(fd)
      }),
    ).toMatchObject({ code: 'ENOTSUP', syscall: 'listen', fd })
  })
})

describe('a Unix socket', () => {
  it.each([
    ['stream', SOCK_STREAM],
    ['seqpacket', SOCK_SEQPACKET],
  ])('connects by path and carries bytes both ways: %s', (_, type) => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    try {
      const address = { family: 'Unix', path: path.join(directory, 'socket') } as const
      const server = socket(AF_UNIX, type)
      sys.bind(server, address)
      sys.listen(server)
      const client = socket(AF_UNIX, type)
      expect(sys.connect(client, address)).toBe(0)
      const accepted = opened(sys.accept4(server))
      expect(sys.getpeername(client)).toEqual(address)
      expect(sys.getpeername(accepted)).toEqual({ family: 'Unix', path: '' })
      if (type === SOCK_STREAM) {
        sys.setsockopt(accepted, constants.SOL_SOCKET, constants.SO_RCVTIMEO, timeval(1n))
        sys.send(client, Buffer.from('x'))
        expect(sys.recv(accepted, new Uint8Array(1))).toBe(1)
      } else {
        converse(client, accepted)
      }
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('connects by an abstract name with NULs in it', () => {
    const address = { path: `\0edgeloop\0${String(process.pid)}\0` }
    const server = socket(AF_UNIX, SOCK_STREAM)
    sys.bind(server, address)
    sys.listen(server)
    const client = socket(AF_UNIX, SOCK_STREAM)
    expect(sys.connect(client, address)).toBe(0)
    opened(sys.accept4(server))
    // The length counts: a name without the last NUL is another one.
    const other = socket(AF_UNIX, SOCK_STREAM)
    expect(thrownBy(() => sys.connect(other, { path: address.path.slice(0, -1) }))).toMatchObject({
      code: 'ECONNREFUSED',
      path: address.path.slice(0, -1),
    })
  })

  it('answers -EAGAIN where the backlog is full and it may not block', () => {
    const address = { path: `\0edgeloop-full-${String(process.pid)}` }
    const server = socket(AF_UNIX, SOCK_STREAM)
    sys.bind(server, address)
    sys.listen(server, 0)
    expect(sys.connect(socket(AF_UNIX, SOCK_STREAM), address)).toBe(0)
    const late = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)
    expect(sys.connect(late, address)).toBe(-errno.EAGAIN)
    opened(sys.accept4(server))
    expect(sys.connect(late, address)).toBe(0)
  })
})

describe('a UDP socket', () => {
  it('has one peer while connected and none once that is dissolved', () => {
    const server = udp()
    const client = udp()
    expect(sys.connect(client.fd, server.address)).toBe(0)
    expect(sys.getpeername(client.fd)).toEqual(server.address)
    expect(sys.send(client.fd, Buffer.from('hi'))).toBe(2)
    const nobody = {
      family: 'Unknown',
      domain: constants.AF_UNSPEC,
      data: new Uint8Array(14),
    } as const
    expect(sys.connect(client.fd, nobody)).toBe(0)
    expect(() => sys.getpeername(client.fd)).toThrow('ENOTCONN')
    expect(() => sys.send(client.fd, Buffer.from('hi'))).toThrow('EDESTADDRREQ')
  })
})

describe('socketpair', () => {
  it.each([
    ['stream', SOCK_STREAM],
    ['datagram', SOCK_DGRAM],
    ['seqpacket', SOCK_SEQPACKET],
  ])('makes two sockets that are connected to each other: %s', (_, type) => {
    const [one, other] = pair(type)
    const buffer = new Uint8Array(8)
    expect(sys.send(one, Buffer.from('there'))).toBe(5)
    expect(text(buffer, sys.recv(other, buffer))).toBe('there')
    expect(sys.send(other, Buffer.from('back'))).toBe(4)
    expect(text(buffer, sys.recv(one, buffer))).toBe('back')
  })

  it('throws ENOTSUP for TCP and leaves no descriptor', () => {
    const before = descriptorCount()
    expect(thrownBy(() => sys.socketpair(AF_INET, SOCK_STREAM))).toMatchObject({
      code: 'ENOTSUP',
      syscall: 'socketpair',
    })
    expect(descriptorCount()).toBe(before)
  })
})

describe('socket', () => {
  it('throws what the kernel says of an unknown domain, type or protocol', () => {
    expect(() => sys.socket(12345, SOCK_STREAM)).toThrow('EAFNOSUPPORT')
    expect(() => sys.socket(AF_INET, 15)).toThrow('EINVAL')
    expect(() => sys.socket(AF_INET, SOCK_STREAM, constants.IPPROTO_UDP)).toThrow('EPROTONOSUPPORT')
  })
})

describe('getsockname, getpeername and shutdown', () => {
  it('throw ENOTSOCK for what is no socket, EBADF for nothing at all', () => {
    const [reader, writer] = sys.pipe2()
    opened(reader)
    opened(writer)
    const calls = [
      sys.getsockname,
      sys.getpeername,
      (fd: number) => {
        sys.shutdown(fd, constants.SHUT_RD)
      },
    ]
    for (const call of calls) {
      expect(thrownBy(() => call(reader))).toMatchObject({ code: 'ENOTSOCK', fd: reader })
      expect(thrownBy(() => call(2 ** 31 - 1))).toMatchObject({ code: 'EBADF', fd: 2 ** 31 - 1 })
    }
  })

  it('throw ENOTCONN without a connection', () => {
    const fd = socket(AF_INET, SOCK_STREAM)
    expect(() => sys.getpeername(fd)).toThrow('ENOTCONN')
    expect(() => {
      sys.shutdown(fd, constants.SHUT_WR)
    }).toThrow('ENOTCONN')
  })

  it('throw EINVAL for an unknown direction', () => {
    const { client } = connection()
    expect(() => {
      sys.shutdown(client, 3)
    }).toThrow('EINVAL')
  })
})

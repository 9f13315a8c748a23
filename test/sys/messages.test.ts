import { readFileSync, readlinkSync } from 'node:fs'
import os from 'node:os'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { arrived, closed, descriptorCount, opened, pair, socket, thrownBy, udp } from './opened'

const { AF_UNIX, IPPROTO_IP, MSG_CTRUNC, MSG_TRUNC, SOCK_DGRAM, SOCK_NONBLOCK, SOL_SOCKET } =
  constants
const { EAGAIN } = os.constants.errno
const bytes = (text: string) => Buffer.from(text)

describe('sendmsg and recvmsg', () => {
  it('gather and scatter bytes', () => {
    const [one, other] = pair()
    expect(sys.sendmsg(one, { buffers: [bytes('ab'), new Uint8Array(0), bytes('cdef')] })).toBe(6)
    const buffers = [new Uint8Array(1), new Uint8Array(5)] as const
    expect(sys.recvmsg(other, { buffers })).toEqual({
      bytes: 6,
      flags: 0,
      address: null,
      fds: [],
      credentials: null,
      control: [],
    })
    expect(buffers.map((part) => Buffer.from(part).toString())).toEqual(['a', 'bcdef'])
  })

  it('carry addresses', () => {
    const server = udp()
    const client = udp()
    expect(sys.sendmsg(client.fd, { buffers: [bytes('hi')], address: server.address })).toBe(2)
    const message = arrived(sys.recvmsg(server.fd, { buffers: [new Uint8Array(4)] }))
    expect(message.bytes).toBe(2)
    expect(message.address).toEqual(client.address)
  })

  it('answer -EAGAIN when they would block', () => {
    const [one] = pair()
    expect(sys.recvmsg(one, { buffers: [new Uint8Array(1)] })).toBe(-EAGAIN)
    const big = { buffers: [new Uint8Array(65536)] }
    let result = 1
    while (result > 0) result = sys.sendmsg(one, big)
    expect(result).toBe(-EAGAIN)
  })

  it('tell that a datagram was cut off', () => {
    const [one, other] = pair(SOCK_DGRAM | SOCK_NONBLOCK)
    sys.sendmsg(one, { buffers: [bytes('long')] })
    sys.sendmsg(one, { buffers: [bytes('long')] })
    const buffers = [new Uint8Array(2)]
    expect(sys.recvmsg(other, { buffers })).toMatchObject({ bytes: 2, flags: MSG_TRUNC })
    expect(sys.recvmsg(other, { buffers, flags: MSG_TRUNC })).toMatchObject({
      bytes: 4,
      flags: MSG_TRUNC,
    })
  })

  it('keep the borders between records on a seqpacket socket', () => {
    const [one, other] = pair(constants.SOCK_SEQPACKET)
    sys.sendmsg(one, { buffers: [bytes('record')], flags: constants.MSG_EOR })
    sys.sendmsg(one, { buffers: [bytes('another')], flags: constants.MSG_EOR })
    const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(64)] }))
    expect(message.bytes).toBe(6)
  })

  it('throw with address and port', () => {
    const { fd } = udp()
    const address = { address: '127.0.0.1', port: 9 }
    const message = { buffers: [new Uint8Array(65508)], address }
    expect(thrownBy(() => sys.sendmsg(fd, message))).toMatchObject({
      code: 'EMSGSIZE',
      syscall: 'sendmsg',
      fd,
      ...address,
    })
  })

  it('throw EMSGSIZE for more than 1024 buffers', () => {
    const [one] = pair()
    const buffers = Array.from({ length: 1025 }, () => new Uint8Array(1))
    expect(() => sys.sendmsg(one, { buffers })).toThrow('EMSGSIZE')
    expect(() => sys.recvmsg(one, { buffers })).toThrow('EMSGSIZE')
  })
})

describe('descriptors in a message', () => {
  it('arrive as new descriptors of the same open file, which work', () => {
    const [one, other] = pair()
    const [reader, writer] = sys.pipe2()
    opened(reader)
    opened(writer)
    expect(sys.sendmsg(one, { buffers: [bytes('x')], fds: [writer] })).toBe(1)
    closed(writer)
    const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)], maxFds: 4 }))
    expect(message.fds).toHaveLength(1)
    expect(message.flags).toBe(0)
    expect(message.control).toEqual([])
    const [received = -1] = message.fds
    opened(received)
    expect(sys.write(received, bytes('through'))).toBe(7)
    const buffer = new Uint8Array(7)
    expect(sys.read(reader, buffer)).toBe(7)
    expect(Buffer.from(buffer).toString()).toBe('through')
    closed(received)
    expect(sys.read(reader, buffer)).toBe(0)
  })

  it('arrive in order, 253 at once', () => {
    const [one, other] = pair()
    const [reader, writer] = sys.pipe2()
    opened(reader)
    opened(writer)
    const before = descriptorCount()
    const fds = Array.from({ length: 253 }, (_, i) => (i % 2 === 0 ? reader : writer))
    sys.sendmsg(one, { buffers: [bytes('x')], fds })
    const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)], maxFds: 253 }))
    expect(message.fds).toHaveLength(253)
    const modes = message.fds.map((fd) => readlinkSync(`/proc/self/fd/${String(fd)}`))
    expect(new Set(modes).size).toBe(1)
    expect(() => sys.write(message.fds[0] ?? -1, bytes('x'))).toThrow('EBADF')
    expect(sys.write(message.fds[1] ?? -1, bytes('x'))).toBe(1)
    expect(descriptorCount()).toBe(before + 253)
    message.fds.forEach(sys.close)
    expect(() => sys.sendmsg(one, { buffers: [bytes('x')], fds: [...fds, reader] })).toThrow(
      'EINVAL',
    )
    expect(descriptorCount()).toBe(before)
  })

  it('are close-on-exec', () => {
    const [one, other] = pair()
    sys.sendmsg(one, { buffers: [bytes('x')], fds: [one] })
    const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)], maxFds: 1 }))
    const [received = -1] = message.fds
    opened(received)
    const flags = /flags:\s*(\d+)/.exec(
      readFileSync(`/proc/self/fdinfo/${String(received)}`, 'utf8'),
    )?.[1]
    const O_CLOEXEC = 0o2000000
    expect(parseInt(flags ?? '0', 8) & O_CLOEXEC).toBe(O_CLOEXEC)
  })

  it.each([
    [3, 1],
    [2, 1], // padding leaves room for the second
    [7, 4],
    [5, 0],
  ])('beyond maxFds are closed, and flagged: %i sent, %i accepted', (sent, maxFds) => {
    const [one, other] = pair()
    const before = descriptorCount()
    const fds = new Array<number>(sent).fill(one)
    sys.sendmsg(one, { buffers: [bytes('x')], fds })
    const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)], maxFds }))
    expect(message.fds).toHaveLength(maxFds)
    expect(message.flags & MSG_CTRUNC).toBe(MSG_CTRUNC)
    expect(descriptorCount()).toBe(before + maxFds)
    message.fds.forEach(sys.close)
    expect(descriptorCount()).toBe(before)
  })

  it('are not let in by the room for other control data', () => {
    const [one, other] = pair()
    const before = descriptorCount()
    sys.sendmsg(one, { buffers: [bytes('x')], fds: [one, one] })
    const message = arrived(
      sys.recvmsg(other, { buffers: [new Uint8Array(1)], controlLength: 256 }),
    )
    expect(message.fds).toEqual([])
    expect(message.flags & MSG_CTRUNC).toBe(MSG_CTRUNC)
    expect(descriptorCount()).toBe(before)
  })

  it('never leak, however often', () => {
    const [one, other] = pair()
    const before = descriptorCount()
    for (let i = 0; i < 500; i++) {
      sys.sendmsg(one, { buffers: [bytes('x')], fds: [one, other, one] })
      const maxFds = i % 4
      const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)], maxFds }))
      expect(message.fds).toHaveLength(maxFds)
      message.fds.forEach(sys.close)
    }
    expect(descriptorCount()).toBe(before)
  })

  it('throw EBADF where one of them is not open', () => {
    const [one] = pair()
    const message = { buffers: [bytes('x')], fds: [one, 2 ** 31 - 1] }
    expect(thrownBy(() => sys.sendmsg(one, message))).toMatchObject({
      code: 'EBADF',
      syscall: 'sendmsg',
      fd: one,
    })
  })

  it('may be none', () => {
    const [one] = pair()
    expect(sys.sendmsg(one, { buffers: [bytes('x')], fds: [], control: [] })).toBe(1)
  })
})

describe('control data', () => {
  it('tells who sent the message, under SO_PASSCRED', () => {
    const [one, other] = pair()
    sys.setsockopt(other, SOL_SOCKET, constants.SO_PASSCRED, true)
    sys.sendmsg(one, { buffers: [bytes('x')], fds: [one] })
    const message = arrived(
      sys.recvmsg(other, { buffers: [new Uint8Array(1)], maxFds: 1, controlLength: 32 }),
    )
    message.fds.forEach(opened)
    const { getuid, getgid } = process
    expect(message.credentials).toEqual({
      pid: process.pid,
      uid: getuid?.(),
      gid: getgid?.(),
    })
    expect(message.fds).toHaveLength(1)
    expect(message.control).toEqual([])
    expect(message.flags).toBe(0)
  })

  it('is sent too: SCM_CREDENTIALS', () => {
    const [one, other] = pair()
    sys.setsockopt(other, SOL_SOCKET, constants.SO_PASSCRED, true)
    const { getuid, getgid } = process
    const credentials = new Int32Array([process.pid, getuid?.() ?? 0, getgid?.() ?? 0])
    const control = [
      {
        level: SOL_SOCKET,
        type: constants.SCM_CREDENTIALS,
        data: new Uint8Array(credentials.buffer),
      },
    ]
    expect(sys.sendmsg(one, { buffers: [bytes('x')], control })).toBe(1)
    const message = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)], controlLength: 32 }))
    expect(message.credentials).toMatchObject({ pid: process.pid })
  })

  it('is flagged where there was no room for it', () => {
    const [one, other] = pair()
    sys.setsockopt(other, SOL_SOCKET, constants.SO_PASSCRED, true)
    sys.sendmsg(one, { buffers: [bytes('xy')] })
    const tooShort = arrived(
      sys.recvmsg(other, { buffers: [new Uint8Array(1)], controlLength: 20 }),
    )
    expect(tooShort.flags & MSG_CTRUNC).toBe(MSG_CTRUNC)
    expect(tooShort.credentials).toBeNull()
    const none = arrived(sys.recvmsg(other, { buffers: [new Uint8Array(1)] }))
    expect(none.flags & MSG_CTRUNC).toBe(MSG_CTRUNC)
    expect(none.control).toEqual([])
  })

  it('stays as its bytes where it is of another kind: IP_PKTINFO, IP_TTL', () => {
    const server = udp()
    const client = udp()
    sys.setsockopt(server.fd, IPPROTO_IP, constants.IP_PKTINFO, true)
    sys.setsockopt(server.fd, IPPROTO_IP, constants.IP_RECVTTL, true)
    sys.sendmsg(client.fd, {
      buffers: [bytes('x')],
      address: server.address,
      control: [
        {
          level: IPPROTO_IP,
          type: constants.IP_TTL,
          data: new Uint8Array(new Int32Array([33]).buffer),
        },
      ],
    })
    const { control, flags } = arrived(
      sys.recvmsg(server.fd, { buffers: [new Uint8Array(1)], controlLength: 128 }),
    )
    expect(flags).toBe(0)
    const of = (type: number) => control.find((one) => one.type === type)
    expect(control.every((one) => one.level === IPPROTO_IP)).toBe(true)
    const pktinfo = of(constants.IP_PKTINFO)
    expect(pktinfo?.data).toHaveLength(12)
    expect([...(pktinfo?.data.subarray(8) ?? [])]).toEqual([127, 0, 0, 1])
    expect([...(of(constants.IP_TTL)?.data ?? [])]).toEqual([33, 0, 0, 0])
  })

  it('throws what the kernel says of nonsense', () => {
    const [one] = pair()
    const control = [{ level: SOL_SOCKET, type: 4711, data: new Uint8Array(4) }]
    expect(() => sys.sendmsg(one, { buffers: [bytes('x')], control })).toThrow('EINVAL')
    const long = [{ level: SOL_SOCKET, type: constants.SCM_RIGHTS, data: new Uint8Array(1 << 19) }]
    expect(() => sys.sendmsg(one, { buffers: [bytes('x')], control: long })).toThrow(
      /ENOBUFS|EINVAL/,
    )
  })

  it('is at most 1 MiB in all', () => {
    const [one] = pair()
    const part = { level: SOL_SOCKET, type: 1, data: new Uint8Array(1 << 19) }
    expect(() => sys.sendmsg(one, { buffers: [bytes('x')], control: [part, part] })).toThrow(
      RangeError,
    )
    expect(() => sys.recvmsg(one, { buffers: [], controlLength: (1 << 20) + 1 })).toThrow(
      '"controlLength"',
    )
    expect(() => sys.recvmsg(one, { buffers: [], maxFds: 254 })).toThrow('"maxFds"')
  })

  it('carries a message from an unnamed Unix datagram socket as from nobody', () => {
    const path = `\0edgeloop-msg-${String(process.pid)}`
    const server = socket(AF_UNIX, SOCK_DGRAM)
    sys.bind(server, { path })
    sys.sendmsg(socket(AF_UNIX, SOCK_DGRAM), { buffers: [bytes('x')], address: { path } })
    const message = arrived(sys.recvmsg(server, { buffers: [new Uint8Array(1)] }))
    expect(message.address).toBeNull()
  })
})

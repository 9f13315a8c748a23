import util from 'node:util'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { constants } from '../../lib/sys'
import { descriptorCount, pair, socket, thrownBy } from './opened'

const { AF_INET, AF_UNIX, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR } = constants

type Call = (...args: never[]) => unknown
interface Case {
  name: string
  call: Call
  /** Good arguments; each is replaced by every bad value of its kind in turn. */
  args: unknown[]
  kinds: (readonly [argument: string, bad: unknown[]])[]
}

const notNumbers = ['1', true, null, {}, [], 1n, Symbol('s'), () => 1]
const notInts = [NaN, Infinity, -Infinity, 1.5, 2 ** 31, -(2 ** 31) - 1, 1e300]
const badFds = [...notNumbers, ...notInts, -1, undefined]
const badInts = [...notNumbers, ...notInts]

function detached(): Uint8Array {
  const bytes = new Uint8Array(8)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  return bytes
}

const badBuffers = [
  undefined,
  null,
  'text',
  8,
  {},
  [1, 2],
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  new Int32Array(2),
  new Proxy(new Uint8Array(8), {}),
  new Uint8Array(new SharedArrayBuffer(8)),
  detached(),
]
const huge: unknown[] = []
huge.length = 2 ** 32 - 1
const badLists = [
  undefined,
  null,
  'text',
  {},
  new Uint8Array(8),
  new Set(),
  new Proxy([new Uint8Array(1)], {}),
  new Array(65537).fill(new Uint8Array(1)),
  huge,
]
const badElements = badBuffers.map((bad) => [new Uint8Array(1), bad])

const address = { address: '127.0.0.1', port: 1 }
const bytes = () => new Uint8Array(8)
const fd: readonly [string, unknown[]] = ['fd', badFds]
const flags: readonly [string, unknown[]] = ['flags', badInts]
const buffer: readonly [string, unknown[]] = ['buffer', badBuffers]
const buffers: readonly [string, unknown[]] = ['buffers', [...badLists, ...badElements]]
const messages: readonly [string, unknown[]] = [
  'messages',
  // An object's "buffer" is asked for, and a Proxy around a typed array throws when asked.
  [
    ...badLists,
    ...badElements.filter((list) => !util.types.isProxy(list[1])),
    [{}],
    [{ buffer: detached() }],
    [null],
    [1],
  ],
]
const int = (name: string): readonly [string, unknown[]] => [name, badInts]
const domain = [int('domain'), int('type'), int('protocol')]

const cases: Case[] = [
  { name: 'socket', call: sys.socket, args: [AF_INET, SOCK_STREAM, 0], kinds: domain },
  { name: 'socketpair', call: sys.socketpair, args: [AF_UNIX, SOCK_STREAM, 0], kinds: domain },
  { name: 'bind', call: sys.bind, args: [0, address], kinds: [fd] },
  {
    name: 'listen',
    call: sys.listen,
    args: [0, 1],
    kinds: [fd, ['backlog', [...badInts, -1]]],
  },
  { name: 'accept4', call: sys.accept4, args: [0, 0], kinds: [fd, flags] },
  { name: 'connect', call: sys.connect, args: [0, address], kinds: [fd] },
  { name: 'getsockname', call: sys.getsockname, args: [0], kinds: [fd] },
  { name: 'getpeername', call: sys.getpeername, args: [0], kinds: [fd] },
  { name: 'shutdown', call: sys.shutdown, args: [0, 0], kinds: [fd, int('how')] },
  {
    name: 'getsockopt',
    call: sys.getsockopt,
    args: [0, SOL_SOCKET, SO_REUSEADDR, bytes()],
    kinds: [fd, int('level'), int('name'), ['buffer', badBuffers.slice(1)]],
  },
  {
    name: 'setsockopt',
    call: sys.setsockopt,
    args: [0, SOL_SOCKET, SO_REUSEADDR, 1],
    kinds: [
      fd,
      int('level'),
      int('name'),
      [
        'value',
        [
          undefined,
          null,
          {},
          [1],
          1n,
          NaN,
          1.5,
          2 ** 32,
          -(2 ** 31) - 1,
          'a\0b',
          new Int32Array(1),
          detached(),
          new Uint8Array(new SharedArrayBuffer(4)),
        ],
      ],
    ],
  },
  { name: 'recv', call: sys.recv, args: [0, bytes(), 0], kinds: [fd, buffer, flags] },
  { name: 'send', call: sys.send, args: [0, bytes(), 0], kinds: [fd, buffer, flags] },
  { name: 'recvfrom', call: sys.recvfrom, args: [0, bytes(), 0], kinds: [fd, buffer, flags] },
  {
    name: 'sendto',
    call: sys.sendto,
    args: [0, bytes(), 0, address],
    kinds: [fd, buffer, flags, ['address', ['127.0.0.1', 1, {}, { path: 1 }]]],
  },
  { name: 'readv', call: sys.readv, args: [0, [bytes()]], kinds: [fd, buffers] },
  { name: 'writev', call: sys.writev, args: [0, [bytes()]], kinds: [fd, buffers] },
  {
    name: 'sendmmsg',
    call: sys.sendmmsg,
    args: [0, [bytes()], 0],
    kinds: [
      fd,
      ['messages', [...messages[1], [{ buffer: bytes(), address: { address: 'x', port: 1 } }]]],
      flags,
    ],
  },
  {
    name: 'recvmmsg',
    call: sys.recvmmsg,
    args: [0, [bytes()], 0, 1],
    kinds: [fd, messages, flags, ['timeout', ['1', true, {}, 1n, NaN, -2, -Infinity]]],
  },
  { name: 'sendmsg', call: sys.sendmsg, args: [0, { buffers: [] }], kinds: [fd] },
  { name: 'recvmsg', call: sys.recvmsg, args: [0, { buffers: [] }], kinds: [fd] },
]

function expectRefusal(error: unknown, argument: string): void {
  expect(error instanceof TypeError || error instanceof RangeError, String(error)).toBe(true)
  expect(error).toHaveProperty('code', expect.stringMatching(/^ERR_[A-Z_]+$/))
  expect(String(error)).toContain(`"${argument}`)
}

describe('arguments that are none are refused by name, before the kernel sees anything', () => {
  for (const { name, call, args, kinds } of cases) {
    kinds.forEach(([argument, bad], index) => {
      it(`${name}: ${argument}`, () => {
        const before = descriptorCount()
        for (const value of bad) {
          const given = args.with(index, value)
          expectRefusal(
            thrownBy(() => Reflect.apply(call, undefined, given)),
            argument,
          )
        }
        expect(descriptorCount()).toBe(before)
      })
    })
  }

  const one = bytes()
  it.each([
    ['buffers', [...badLists, ...badElements]],
    ['address', ['127.0.0.1', 1, {}]],
    ['flags', badInts],
    ['fds', ['1', 1, {}, [-1], ['0'], [NaN], [2 ** 31], [undefined], new Int32Array(1)]],
    [
      'control',
      [
        1,
        {},
        [1],
        [null],
        [{}],
        [{ level: 1, type: 1 }],
        [{ level: 1.5, type: 1, data: one }],
        [{ level: 1, type: '1', data: one }],
        [{ level: 1, type: 1, data: 'x' }],
        [{ level: 1, type: 1, data: detached() }],
      ],
    ],
  ] as [string, unknown[]][])('sendmsg: %s', (key, bad) => {
    for (const value of bad) {
      const message = { buffers: [one], [key]: value }
      expectRefusal(
        thrownBy(() => Reflect.apply(sys.sendmsg, undefined, [0, message])),
        key,
      )
    }
  })

  it.each([
    ['buffers', [...badLists, ...badElements]],
    ['flags', badInts],
    ['maxFds', [...badInts, -1, 254]],
    ['controlLength', [...badInts, -1, 2 ** 20 + 1]],
  ] as [string, unknown[]][])('recvmsg: %s', (key, bad) => {
    for (const value of bad) {
      const message = { buffers: [one], [key]: value }
      expectRefusal(
        thrownBy(() => Reflect.apply(sys.recvmsg, undefined, [0, message])),
        key,
      )
    }
  })
})

describe('a getter that runs while arguments are read', () => {
  /** An array whose second element, once read, has done something to the first. */
  function trap(first: Uint8Array, act: () => void): Uint8Array[] {
    const list = [first, new Uint8Array(4)]
    Object.defineProperty(list, 1, {
      get() {
        act()
        return new Uint8Array(4)
      },
    })
    return list
  }

  it.each([
    ['readv', (fd: number, list: Uint8Array[]) => sys.readv(fd, list)],
    ['writev', (fd: number, list: Uint8Array[]) => sys.writev(fd, list)],
    ['sendmmsg', (fd: number, list: Uint8Array[]) => sys.sendmmsg(fd, list)],
    ['recvmmsg', (fd: number, list: Uint8Array[]) => sys.recvmmsg(fd, list)],
    ['sendmsg', (fd: number, list: Uint8Array[]) => sys.sendmsg(fd, { buffers: list })],
    ['recvmsg', (fd: number, list: Uint8Array[]) => sys.recvmsg(fd, { buffers: list })],
  ])('may detach a buffer that was looked at: %s refuses it', (_, call) => {
    const [fd, other] = pair()
    sys.send(other, new Uint8Array(8))
    const first = new Uint8Array(4096)
    const list = trap(first, () => {
      structuredClone(first, { transfer: [first.buffer] })
    })
    expect(thrownBy(() => call(fd, list))).toMatchObject({ code: 'ERR_INVALID_STATE' })
    expect(sys.recv(fd, new Uint8Array(16))).toBe(8)
  })

  it('may shrink a buffer: no byte is read or written beyond it', () => {
    const [fd, other] = pair()
    const memory: unknown = Reflect.construct(ArrayBuffer, [4096, { maxByteLength: 4096 }])
    if (!(memory instanceof ArrayBuffer)) throw new Error('no resizable ArrayBuffer')
    const first = new Uint8Array(memory)
    const resize: unknown = Reflect.get(memory, 'resize')
    if (typeof resize !== 'function') throw new Error('no resizable ArrayBuffer')
    const list = trap(first, () => {
      Reflect.apply(resize, memory, [3])
    })
    expect(sys.writev(fd, list)).toBe(3 + 4)
    expect(sys.recv(other, new Uint8Array(64))).toBe(7)
  })

  it('may detach the buffer from within the address: sendto refuses it', () => {
    const fd = socket(AF_INET, constants.SOCK_DGRAM)
    const buffer = new Uint8Array(4096)
    const sly = {
      address: '127.0.0.1',
      get port() {
        structuredClone(buffer, { transfer: [buffer.buffer] })
        return 9
      },
    }
    expect(thrownBy(() => sys.sendto(fd, buffer, 0, sly))).toMatchObject({
      code: 'ERR_INVALID_STATE',
    })
  })

  it('may detach control data and the bytes of an address', () => {
    const [fd] = pair()
    const data = new Uint8Array(4096)
    const control = [
      { level: SOL_SOCKET, type: 1, data },
      {
        level: SOL_SOCKET,
        type: 1,
        get data() {
          structuredClone(data, { transfer: [data.buffer] })
          return new Uint8Array(4)
        },
      },
    ]
    expect(thrownBy(() => sys.sendmsg(fd, { buffers: [], control }))).toMatchObject({
      code: 'ERR_INVALID_STATE',
    })
  })

  it('may shorten the list that is being read', () => {
    const [fd] = pair()
    const list: Uint8Array[] = trap(new Uint8Array(4), () => {
      list.length = 1
    })
    list.push(new Uint8Array(4))
    expect(thrownBy(() => sys.writev(fd, list))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })

  it('may throw, and what it throws comes through', () => {
    const [fd] = pair()
    const mine = new Error('mine')
    const list = trap(new Uint8Array(4), () => {
      throw mine
    })
    expect(thrownBy(() => sys.writev(fd, list))).toBe(mine)
    expect(thrownBy(() => sys.recvmmsg(fd, list))).toBe(mine)
    const message = {
      get buffer(): Uint8Array {
        throw mine
      },
    }
    expect(thrownBy(() => sys.sendmmsg(fd, [message]))).toBe(mine)
  })

  it('may close the descriptor: the kernel says so', () => {
    const [one, other] = sys.socketpair(AF_UNIX, SOCK_STREAM)
    sys.close(other)
    const list = trap(new Uint8Array(4), () => {
      sys.close(one)
    })
    expect(() => sys.writev(one, list)).toThrow('EBADF')
  })
})

import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bind, close, constants, getsockname, sendto, recvfrom } from '../../lib/sys'
import * as sys from '../../lib/sys'
import { arrived, hasIPv6, socket, thrownBy, udp } from './opened'

const { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, SOCK_DGRAM, SOCK_RAW } = constants

/** Binds a new socket to an address and asks the kernel for it. */
function there(domain: number, address: sys.SocketAddressLike): sys.SocketAddress {
  const fd = sys.socket(domain, SOCK_DGRAM)
  try {
    bind(fd, address)
    return getsockname(fd)
  } finally {
    close(fd)
  }
}

// Abstract names are the whole machine's: another run of this file must not meet ours.
const mine = `edgeloop${String(process.pid)}`

function unlessInUse(check: () => void): void {
  try {
    check()
  } catch (error) {
    if (error instanceof sys.SystemError && error.code === 'EADDRINUSE') fc.pre(false)
    throw error
  }
}

describe('IPv4 addresses', () => {
  it('come back from the kernel as they went in, whatever address and port', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(octet, octet, octet, fc.integer({ min: 1024, max: 65535 }), (b, c, d, port) => {
        fc.pre(!(b === 0 && c === 0 && d === 0) && !(b === 255 && c === 255 && d === 255))
        const address = { family: 'IPv4', address: `127.${[b, c, d].join('.')}`, port } as const
        unlessInUse(() => {
          expect(there(AF_INET, address)).toEqual(address)
        })
      }),
    )
  })

  it('need no family', () => {
    expect(there(AF_INET, { address: '127.0.0.1', port: 0 })).toMatchObject({
      family: 'IPv4',
      address: '127.0.0.1',
    })
  })
})

describe.skipIf(!hasIPv6)('IPv6 addresses (need ::1)', () => {
  it('come back from the kernel as they went in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 65535 }), (port) => {
        const address = { family: 'IPv6', address: '::1', port } as const
        unlessInUse(() => {
          expect(there(AF_INET6, address)).toEqual(address)
        })
      }),
    )
  })

  it('need no family', () => {
    expect(there(AF_INET6, { address: '::', port: 0 })).toMatchObject({ family: 'IPv6' })
  })

  it('take a zone by name, by number and as scopeid', () => {
    const lo = { address: 'ff02::1', port: 0, scopeid: 1 }
    for (const address of [
      lo,
      { address: 'ff02::1%lo', port: 0 },
      { address: 'ff02::1%1', port: 0 },
      { address: 'ff02::1%lo', port: 0, scopeid: 1 },
    ]) {
      expect(there(AF_INET6, address)).toMatchObject({ address: 'ff02::1', scopeid: 1 })
    }
  })

  it('hold their flow information in the machine order of bytes', () => {
    const { fd, address } = udp('::1')
    const client = socket(AF_INET6, SOCK_DGRAM)
    sys.setsockopt(client, constants.IPPROTO_IPV6, constants.IPV6_FLOWINFO_SEND, true)
    sys.connect(client, { ...address, flowinfo: 0x0abcde })
    expect(sys.getpeername(client)).toEqual({ ...address, flowinfo: 0x0abcde })
    sys.send(client, new Uint8Array(1))
    expect(arrived(recvfrom(fd, new Uint8Array(1))).bytes).toBe(1)
  })

  it.each([
    ['an unknown interface', 'fe80::1%nosuchinterface'],
    ['an empty zone', 'fe80::1%'],
    ['the zone 0', 'fe80::1%0'],
    ['a zone too large for a number', 'fe80::1%99999999999'],
  ])('refuse %s', (_, address) => {
    const fd = socket(AF_INET6, SOCK_DGRAM)
    const error = thrownBy(() => {
      bind(fd, { address, port: 0 })
    })
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    expect(String(error)).toContain(`'${address}'`)
  })

  it('refuse a zone that contradicts scopeid', () => {
    const fd = socket(AF_INET6, SOCK_DGRAM)
    expect(() => {
      bind(fd, { address: 'ff02::1%1', port: 0, scopeid: 2 })
    }).toThrow(/agrees with "scopeid"/)
  })
})

describe('Unix addresses', () => {
  it('may be paths', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    try {
      const address = { family: 'Unix', path: path.join(directory, 'sockét') } as const
      expect(there(AF_UNIX, address)).toEqual(address)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('may be paths of 107 bytes and no more', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    try {
      const longest = path.join(directory, 'x'.repeat(106 - directory.length))
      expect(longest).toHaveLength(107)
      expect(there(AF_UNIX, { path: longest })).toEqual({ family: 'Unix', path: longest })
      const error = thrownBy(() => there(AF_UNIX, { path: `${longest}x` }))
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
      expect(String(error)).toContain('at most 107 bytes')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('count bytes, not characters', () => {
    expect(() => there(AF_UNIX, { path: 'é'.repeat(54) })).toThrow(/at most 107 bytes/)
  })

  it('may be abstract names of 108 bytes, more NULs among them', () => {
    for (const name of [`\0${mine}\0\0test\0`, `\0${mine.padEnd(107, 'n')}`]) {
      expect(there(AF_UNIX, { path: name })).toEqual({ family: 'Unix', path: name })
    }
    expect(() => there(AF_UNIX, { path: `\0${'n'.repeat(108)}` })).toThrow(/at most 108 bytes/)
  })

  it('come back as they went in, whatever bytes an abstract name has, and reach their socket', () => {
    const sender = socket(AF_UNIX, SOCK_DGRAM)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 80 }), (random) => {
        const bytes = new Uint8Array([0, ...Buffer.from(mine), ...random])
        const fd = sys.socket(AF_UNIX, SOCK_DGRAM | constants.SOCK_NONBLOCK)
        try {
          bind(fd, { path: '', bytes })
          const name = getsockname(fd)
          if (name.family !== 'Unix') throw new Error(name.family)
          expect(Buffer.from(name.bytes ?? Buffer.from(name.path))).toEqual(Buffer.from(bytes))
          expect(name.path).toBe(Buffer.from(bytes).toString())
          expect(sendto(sender, random, 0, name)).toBe(random.length)
          expect(arrived(recvfrom(fd, new Uint8Array(200))).bytes).toBe(random.length)
        } finally {
          close(fd)
        }
      }),
    )
  })

  it('come back as they went in, whatever text an abstract name has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const address = { family: 'Unix', path: `\0${mine}${text}` } as const
        expect(there(AF_UNIX, address)).toEqual(address)
      }),
    )
  })

  it('have bytes beside the path only where the name is no UTF-8', () => {
    const bytes = new Uint8Array([0, ...Buffer.from(mine), 0xff])
    expect(there(AF_UNIX, { path: '', bytes })).toEqual({
      family: 'Unix',
      path: `\0${mine}\ufffd`,
      bytes,
    })
  })

  it('are empty for a socket without a name', () => {
    expect(getsockname(socket(AF_UNIX, SOCK_DGRAM))).toEqual({ family: 'Unix', path: '' })
  })

  it('are chosen by the kernel where the path is empty', () => {
    const name = there(AF_UNIX, { path: '' })
    expect(name).toMatchObject({ family: 'Unix' })
    expect(name).toHaveProperty('path', expect.stringMatching(/^\0[0-9a-f]{5}$/))
  })

  it('hold no NUL in a path', () => {
    expect(() => there(AF_UNIX, { path: 'a\0b' })).toThrow(/without NUL bytes/)
  })
})

describe('addresses of other families', () => {
  it('come as their number and bytes, and go back in', () => {
    const fd = socket(AF_NETLINK, SOCK_RAW)
    const unbound = getsockname(fd)
    expect(unbound).toEqual({
      family: 'Unknown',
      domain: AF_NETLINK,
      data: new Uint8Array(10),
    })
    bind(fd, unbound)
    const bound = getsockname(fd)
    expect(bound).not.toEqual(unbound)
    const other = socket(AF_NETLINK, SOCK_RAW)
    expect(() => {
      bind(other, bound)
    }).toThrow('EADDRINUSE')
  })

  it('are at most as long as any address', () => {
    const fd = socket(AF_NETLINK, SOCK_RAW)
    expect(() => {
      bind(fd, { family: 'Unknown', domain: AF_NETLINK, data: new Uint8Array(127) })
    }).toThrow(/at most 126 bytes/)
  })
})

describe('an address that is none', () => {
  class Thrower {
    get family(): string {
      throw new Error('from the getter')
    }
  }
  const cases: [what: string, address: unknown, type: unknown, text: string][] = [
    ['undefined', undefined, TypeError, '"address" argument must be a socket address'],
    ['null', null, TypeError, 'Received null'],
    ['text', '127.0.0.1:80', TypeError, "Received '127.0.0.1:80'"],
    ['a symbol', Symbol('a'), TypeError, 'a symbol'],
    ['an empty object', {}, TypeError, '"address.address" argument must be a string'],
    ['an unknown family', { family: 'IPv5' }, RangeError, "Received 'IPv5'"],
    ['a numeric family', { family: 2 }, TypeError, '"address.family"'],
    ['a host name', { address: 'localhost', port: 1 }, RangeError, "Received 'localhost'"],
    ['an empty address', { address: '', port: 1 }, RangeError, "Received ''"],
    ['a short address', { address: '127.1', port: 1 }, RangeError, "Received '127.1'"],
    ['an address with a NUL', { address: '127.0.0.1\0', port: 1 }, RangeError, 'numeric'],
    ['no IPv6 address', { address: '::g', port: 1 }, RangeError, "Received '::g'"],
    [
      'IPv6 where IPv4 is said',
      { family: 'IPv4', address: '::1', port: 1 },
      RangeError,
      "numeric IPv4 address. Received '::1'",
    ],
    [
      'IPv4 where IPv6 is said',
      { family: 'IPv6', address: '127.0.0.1', port: 1 },
      RangeError,
      'numeric IPv6 address',
    ],
    ['a number as address', { address: 1, port: 1 }, TypeError, '"address.address"'],
    ['no port', { address: '127.0.0.1' }, TypeError, '"address.port"'],
    ['text as port', { address: '127.0.0.1', port: '80' }, TypeError, "Received '80'"],
    ['port -1', { address: '127.0.0.1', port: -1 }, RangeError, 'from 0 to 65535. Received -1'],
    ['port 65536', { address: '127.0.0.1', port: 65536 }, RangeError, 'Received 65536'],
    ['port 1.5', { address: '127.0.0.1', port: 1.5 }, RangeError, 'Received 1.5'],
    ['port NaN', { address: '127.0.0.1', port: NaN }, RangeError, 'Received NaN'],
    ['a flowinfo of text', { address: '::1', port: 1, flowinfo: 'a' }, TypeError, 'flowinfo'],
    ['a negative scopeid', { address: '::1', port: 1, scopeid: -1 }, RangeError, 'scopeid'],
    ['a numeric path', { path: 1 }, TypeError, '"address.path" argument must be a string'],
    ['no path', { family: 'Unix' }, TypeError, '"address.path"'],
    ['text as bytes', { path: '', bytes: 'x' }, TypeError, '"address.bytes"'],
    ['no domain', { family: 'Unknown', data: new Uint8Array(1) }, TypeError, 'address.domain'],
    ['no data', { family: 'Unknown', domain: 1 }, TypeError, '"address.data"'],
    ['a getter that throws', new Thrower(), Error, 'from the getter'],
  ]
  it.each(cases)('is refused by name and value: %s', (_, address, type, text) => {
    const fd = socket(AF_INET, SOCK_DGRAM)
    const error = thrownBy(() => {
      Reflect.apply(bind, undefined, [fd, address])
    })
    expect(error).toBeInstanceOf(type)
    expect(String(error)).toContain(text)
    expect(getsockname(fd)).toMatchObject({ port: 0 })
  })
})

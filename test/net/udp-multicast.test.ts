import { describe, expect, it } from 'vitest'
import { constants } from '../../lib'
import { getsockopt } from '../../lib/sys'
import { kinds } from '../reactor/kinds'
import { bound, Collected, talk, text } from './datagram-peers'

const { IPPROTO_IP, IPPROTO_IPV6 } = constants

describe.each(kinds)('multicast and broadcast on $name', (kind) => {
  it.each(['lo', 1, '127.0.0.1'])('comes to a member of the group, by interface %s', async (by) => {
    const heard = new Collected<string>()
    const { socket, port } = talk(kind, {
      hostname: '0.0.0.0',
      packetInfo: true,
      data(bytes, rinfo) {
        heard.add(`${text(bytes)} to ${String(rinfo.localAddress)}`)
      },
    })
    socket.addMembership('239.1.2.3', by).setMulticastInterface(by).setMulticastTTL(0)
    socket.send('joined', port, '239.1.2.3')
    expect(await heard.reaches(1)).toEqual(['joined to 239.1.2.3'])
    socket.dropMembership('239.1.2.3', by)
    socket.send('left', port, '239.1.2.3')
    socket.send('alone', port)
    expect(await heard.reaches(2)).toEqual(['joined to 239.1.2.3', 'alone to 127.0.0.1'])
  })

  it('comes from one source only, where that was asked for', async () => {
    const heard = new Collected<string>()
    const { reactor, socket, port } = talk(kind, {
      hostname: '0.0.0.0',
      data(bytes) {
        heard.add(text(bytes))
      },
    })
    socket.addSourceSpecificMembership('127.0.0.2', '232.1.2.3', 'lo')
    for (const hostname of ['127.0.0.1', '127.0.0.2']) {
      const sender = reactor.udp({ hostname, trigger: kind.trigger })
      sender.setMulticastInterface('lo').send(hostname, port, '232.1.2.3')
    }
    expect(await heard.reaches(1)).toEqual(['127.0.0.2'])
    socket.dropSourceSpecificMembership('127.0.0.2', '232.1.2.3', 'lo')
  })

  // Not sent: few machines have a route for IPv6 multicast on the loopback.
  it('of IPv6 is joined and left as well', () => {
    const { socket } = bound(kind, { hostname: '::' })
    const code = (name: string): Error => expect.objectContaining({ code: name }) as Error
    socket.setMulticastInterface('lo').addMembership('ff11::1:2:3', 'lo')
    expect(getsockopt(socket.fd, IPPROTO_IPV6, constants.IPV6_MULTICAST_IF)).toBe(1)
    expect(() => socket.addMembership('ff11::1:2:3', '::1')).toThrow(code('EADDRINUSE'))
    socket.dropMembership('ff11::1:2:3', 1)
    expect(() => socket.dropMembership('ff11::1:2:3', 1)).toThrow(code('EADDRNOTAVAIL'))
    socket.addSourceSpecificMembership('::1', 'ff31::1:2:3', 'lo')
    socket.dropSourceSpecificMembership('::1', 'ff31::1:2:3', 'lo')
  })

  it('comes to all sockets of one port with reuseAddress', async () => {
    const heard = new Collected<string>()
    const { reactor, socket, port } = talk(kind, {
      hostname: '0.0.0.0',
      reuseAddress: true,
      data(bytes) {
        heard.add(`one ${text(bytes)}`)
      },
    })
    const other = reactor.udp({
      hostname: '0.0.0.0',
      port,
      reuseAddress: true,
      trigger: kind.trigger,
      data(bytes) {
        heard.add(`two ${text(bytes)}`)
      },
    })
    for (const one of [socket, other]) one.addMembership('239.1.2.3', 'lo')
    socket.setMulticastInterface('lo').send('x', port, '239.1.2.3')
    expect([...(await heard.reaches(2))].sort()).toEqual(['one x', 'two x'])
  })

  it('of a broadcast leaves once it is allowed', async () => {
    const errors = new Collected<Error>()
    const heard = new Collected<string>()
    const { socket, port } = talk(kind, {
      hostname: '0.0.0.0',
      error: errors.add,
      data(bytes) {
        heard.add(text(bytes))
      },
    })
    socket.send('refused', port, '127.255.255.255')
    expect(await errors.reaches(1)).toEqual([expect.objectContaining({ code: 'EACCES' })])
    socket.setBroadcast(true).send('allowed', port, '127.255.255.255')
    expect(await heard.reaches(1)).toEqual(['allowed'])
  })

  it('options are those of the family', () => {
    const { reactor, socket } = bound(kind)
    socket.setTTL(7).setMulticastTTL(8).setMulticastLoopback(false)
    expect(getsockopt(socket.fd, IPPROTO_IP, constants.IP_TTL)).toBe(7)
    expect(getsockopt(socket.fd, IPPROTO_IP, constants.IP_MULTICAST_TTL)).toBe(8)
    expect(getsockopt(socket.fd, IPPROTO_IP, constants.IP_MULTICAST_LOOP)).toBe(0)
    const six = reactor.udp({ hostname: '::1' })
    six.setTTL(7).setMulticastTTL(8).setMulticastLoopback(false)
    expect(getsockopt(six.fd, IPPROTO_IPV6, constants.IPV6_UNICAST_HOPS)).toBe(7)
    expect(getsockopt(six.fd, IPPROTO_IPV6, constants.IPV6_MULTICAST_HOPS)).toBe(8)
    expect(getsockopt(six.fd, IPPROTO_IPV6, constants.IPV6_MULTICAST_LOOP)).toBe(0)
  })

  it('refuses what is no group, no address and no interface', () => {
    const { socket } = bound(kind)
    const code = (name: string): Error => expect.objectContaining({ code: name }) as Error
    expect(() => socket.addMembership('127.0.0.1')).toThrow(code('EINVAL'))
    expect(() => socket.addMembership('a group')).toThrow(RangeError)
    expect(() => socket.addMembership(5 as unknown as string)).toThrow(TypeError)
    expect(() => socket.addMembership('239.1.2.3', 'none')).toThrow(code('ENODEV'))
    expect(() => socket.addMembership('239.1.2.3', 99_999)).toThrow(code('ENODEV'))
    expect(() => socket.addMembership('239.1.2.3', -1)).toThrow(RangeError)
    expect(() => socket.addMembership('239.1.2.3', Number.NaN)).toThrow(RangeError)
    expect(() => socket.addMembership('239.1.2.3', '192.0.2.77')).toThrow(code('ENODEV'))
    expect(() => socket.dropMembership('239.1.2.3')).toThrow(code('EADDRNOTAVAIL'))
    expect(() => socket.setTTL(0)).toThrow(code('EINVAL'))
    expect(() => socket.setMulticastTTL(256)).toThrow(code('EINVAL'))
  })
})

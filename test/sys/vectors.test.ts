import os from 'node:os'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { closed, pair, thrownBy } from './opened'

const { EAGAIN } = os.constants.errno
const bytes = (text: string) => Buffer.from(text)

describe('writev', () => {
  it('writes its buffers as if they were one, empty ones too', () => {
    const [one, other] = pair()
    const empty = new Uint8Array(0)
    expect(sys.writev(one, [empty, bytes('one'), empty, bytes('two'), empty])).toBe(6)
    const buffer = new Uint8Array(8)
    expect(sys.recv(other, buffer)).toBe(6)
    expect(Buffer.from(buffer.subarray(0, 6)).toString()).toBe('onetwo')
  })

  it('takes 1024 buffers; more are EINVAL, as the kernel has it', () => {
    const [one, other] = pair()
    const buffers = Array.from({ length: 1024 }, (_, i) => Uint8Array.of(i))
    expect(sys.writev(one, buffers)).toBe(1024)
    const received = new Uint8Array(2000)
    expect(sys.recv(other, received)).toBe(1024)
    expect(received[1023]).toBe(1023 & 0xff)
    buffers.push(bytes('x'))
    expect(thrownBy(() => sys.writev(one, buffers))).toMatchObject({
      code: 'EINVAL',
      syscall: 'writev',
      fd: one,
    })
  })

  it('may take only part, and answers -EAGAIN once full', () => {
    const [one] = pair()
    const buffers = [new Uint8Array(1 << 20), new Uint8Array(1 << 20)]
    const taken = sys.writev(one, buffers)
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(2 << 20)
    let result = 1
    while (result > 0) result = sys.writev(one, buffers)
    expect(result).toBe(-EAGAIN)
  })
})

describe('readv', () => {
  it('fills each buffer before the next and passes over empty ones', () => {
    const [one, other] = pair()
    sys.send(one, bytes('abcdefg'))
    const parts = [1, 0, 2, 8].map((length) => new Uint8Array(length).fill(0x2e))
    expect(sys.readv(other, parts)).toBe(7)
    expect(parts.map((part) => Buffer.from(part).toString())).toEqual(['a', '', 'bc', 'defg....'])
  })

  it('answers -EAGAIN when there is nothing, 0 at the end', () => {
    const [one, other] = pair()
    expect(sys.readv(one, [new Uint8Array(1)])).toBe(-EAGAIN)
    closed(other)
    expect(sys.readv(one, [new Uint8Array(1)])).toBe(0)
  })

  it('takes no buffers at all', () => {
    const [one] = pair()
    expect(sys.writev(one, [])).toBe(0)
    expect(sys.readv(one, [])).toBe(0)
  })

  it('throws EBADF with the descriptor', () => {
    const [one] = pair()
    closed(one)
    expect(thrownBy(() => sys.readv(one, [new Uint8Array(1)]))).toMatchObject({
      code: 'EBADF',
      syscall: 'readv',
      fd: one,
    })
  })
})

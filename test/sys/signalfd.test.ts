import { describe, expect, it } from 'vitest'
import {
  constants,
  decodeSignalfdSiginfo,
  eventfd,
  fcntl,
  read,
  signalfd,
  sigprocmask,
} from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

describe('signalfd', () => {
  expectNoLeak()
  const own = ownDescriptors()

  it('without signals is a descriptor from which nothing comes', () => {
    const fd = own(signalfd(-1, [], constants.SFD_NONBLOCK))
    expect(read(fd, Buffer.alloc(128))).toBe(-constants.EAGAIN)
    expect(fcntl(fd, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
    expectSystemError(() => read(fd, Buffer.alloc(127)), 'EINVAL', 'read')
  })

  it('throws EINVAL for another kind of descriptor, EBADF for none, and blocks nothing then', () => {
    const before = sigprocmask(constants.SIG_BLOCK, [])
    const other = own(eventfd())
    expect(expectSystemError(() => signalfd(other, ['SIGUSR2']), 'EINVAL', 'signalfd').fd).toBe(
      other,
    )
    expectSystemError(() => signalfd(2 ** 20, ['SIGUSR2']), 'EBADF', 'signalfd')
    expectSystemError(() => signalfd(-1, ['SIGUSR2'], 1), 'EINVAL', 'signalfd')
    expect(sigprocmask(constants.SIG_BLOCK, [])).toEqual(before)
  })

  it('refuses signals that a program may not take', () => {
    const refused = [
      'SIGKILL',
      'SIGSTOP',
      'SIGSEGV',
      'SIGBUS',
      'SIGFPE',
      'SIGILL',
      'SIGTRAP',
      'SIGSYS',
      'SIGABRT',
      'SIGPROF',
      32,
      33,
      0,
      -1,
      65,
      0.5,
      NaN,
      Infinity,
    ] as const
    for (const signal of refused) {
      expectRangeError(() => signalfd(-1, ['SIGUSR2', signal]), 'signals')
      expectRangeError(() => sigprocmask(constants.SIG_BLOCK, [signal]), 'signals')
    }
  })

  it('refuses names that are none', () => {
    for (const name of ['SIGNONE', 'USR1', 'sigusr1', '', 'SIG_BLOCK', 'EPOLLIN', 'toString']) {
      expect(() => signalfd(-1, [name as never])).toThrow(
        expect.objectContaining({ code: 'ERR_UNKNOWN_SIGNAL' }) as Error,
      )
    }
  })

  it('refuses what are no signals', () => {
    for (const signals of [null, undefined, 10, 'SIGUSR1', {}]) {
      expectTypeError(() => signalfd(-1, signals as never), 'signals')
    }
    for (const signal of [null, undefined, {}, 10n]) {
      expectTypeError(() => signalfd(-1, [signal as never]), 'signals')
    }
    expectRangeError(() => signalfd(-2, []), 'fd')
    expectTypeError(() => signalfd(null as never, []), 'fd')
    expectTypeError(() => signalfd(-1, [], '0' as never), 'flags')
  })

  it('takes any iterable', () => {
    own(signalfd(-1, new Set<number>()))
    own(signalfd(-1, (function* () {})()))
  })
})

describe('sigprocmask', () => {
  const { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGHUP, SIGUSR2, SIGRTMIN } = constants

  it('adds, takes off and replaces, and answers what was blocked before', () => {
    const before = sigprocmask(SIG_BLOCK, ['SIGUSR2', SIGRTMIN + 3])
    expect(before).not.toContain(SIGUSR2)
    expect(sigprocmask(SIG_UNBLOCK, ['SIGUSR2'])).toEqual(expect.arrayContaining([SIGUSR2]))
    expect(sigprocmask(SIG_BLOCK, [])).toContain(SIGRTMIN + 3)
    expect(sigprocmask(SIG_SETMASK, [SIGHUP])).not.toContain(SIGHUP)
    const now = sigprocmask(SIG_SETMASK, [])
    expect(now).toContain(SIGHUP)
    expect(now).not.toContain(SIGRTMIN + 3)
    expect(sigprocmask(SIG_BLOCK, [])).toEqual(before)
  })

  it('refuses another way', () => {
    expectRangeError(() => sigprocmask(3, []), 'how')
    expectTypeError(() => sigprocmask('SIG_BLOCK' as never, []), 'how')
  })
})

describe('decodeSignalfdSiginfo', () => {
  function record(): { bytes: Uint8Array; expected: object } {
    const words = new Uint32Array(32)
    for (let index = 0; index < 12; index++) words[index] = index + 1
    words[1] = words[2] = words[5] = words[10] = words[11] = 2 ** 32 - 5
    const wide = new BigUint64Array(words.buffer)
    wide[6] = 2n ** 64n - 1n
    wide[7] = 70n
    wide[8] = 80n
    wide[9] = 2n ** 63n
    const expected = {
      signo: 1,
      errno: -5,
      code: -5,
      pid: 4,
      uid: 5,
      fd: -5,
      tid: 7,
      band: 8,
      overrun: 9,
      trapno: 10,
      status: -5,
      int: -5,
      ptr: 2n ** 64n - 1n,
      utime: 70,
      stime: 80,
      addr: 2n ** 63n,
    }
    return { bytes: new Uint8Array(words.buffer), expected }
  }

  it('reads each field, of each record', () => {
    const { bytes, expected } = record()
    expect(decodeSignalfdSiginfo(bytes)).toEqual([expected])
    expect(decodeSignalfdSiginfo(Buffer.concat([bytes, bytes]))).toEqual([expected, expected])
    expect(decodeSignalfdSiginfo(new Uint8Array(0))).toEqual([])
  })

  it('refuses bytes cut off at any place but between records', () => {
    const { bytes } = record()
    const two = Buffer.concat([bytes, bytes])
    for (let length = 1; length < two.length; length++) {
      if (length === 128) continue
      expectRangeError(() => decodeSignalfdSiginfo(two.subarray(0, length)), 'bytes')
    }
  })

  it('refuses what are no bytes', () => {
    for (const bytes of [null, undefined, 'text', [1], new ArrayBuffer(128)]) {
      expectTypeError(() => decodeSignalfdSiginfo(bytes as never), 'bytes')
    }
  })
})

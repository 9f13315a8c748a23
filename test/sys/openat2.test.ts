import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { close, constants, fcntl, fstat, open, openat2 } from '../../lib/sys'
import { ownDescriptors, temporaryFolder } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

const { O_CREAT, O_DIRECTORY, O_PATH, O_RDONLY, O_WRONLY } = constants

describe('openat2', () => {
  expectNoLeak()
  const own = ownDescriptors()
  const temporary = temporaryFolder()
  const folder = (): number => own(open(temporary('.'), O_PATH | O_DIRECTORY))

  it('opens a file relative to a directory, close-on-exec', () => {
    fs.writeFileSync(temporary('file'), 'content')
    const fd = own(openat2(folder(), 'file', { flags: O_RDONLY }))
    expect(fstat(fd).size).toBe(7)
    expect(fcntl(fd, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
  })

  it('takes AT_FDCWD, and reads where nothing is said', () => {
    const fd = own(openat2(constants.AT_FDCWD, 'package.json'))
    expect(fstat(fd).ino).toBe(fs.statSync('package.json').ino)
  })

  it('creates a file with the mode told', () => {
    own(openat2(folder(), 'new', { flags: O_WRONLY | O_CREAT, mode: 0o600 }))
    expect(fs.statSync(temporary('new')).mode & 0o777).toBe(0o600)
  })

  it('stays beneath the directory: no dots, no absolute name, no link out of it', () => {
    const beneath = { resolve: constants.RESOLVE_BENEATH }
    fs.mkdirSync(temporary('inner'))
    fs.writeFileSync(temporary('outside'), '')
    fs.symlinkSync('../outside', temporary('inner/link'))
    const inner = own(open(temporary('inner'), O_PATH | O_DIRECTORY))
    for (const name of ['../outside', '/etc/passwd', 'link', '..']) {
      expect(expectSystemError(() => openat2(inner, name, beneath), 'EXDEV', 'openat2').path).toBe(
        name,
      )
    }
    own(openat2(folder(), 'inner/link', beneath))
  })

  it('follows no link where none is allowed', () => {
    fs.symlinkSync('file', temporary('link'))
    const resolve = constants.RESOLVE_NO_SYMLINKS
    expectSystemError(() => openat2(folder(), 'link', { resolve }), 'ELOOP', 'openat2')
  })

  it('throws what the kernel says of unknown flags and of a mode without O_CREAT', () => {
    expectSystemError(() => openat2(folder(), 'file', { resolve: 0x80000000 }), 'EINVAL', 'openat2')
    expectSystemError(() => openat2(folder(), 'file', { mode: 0o600 }), 'EINVAL', 'openat2')
    const closed = open(temporary('.'), O_PATH)
    close(closed)
    expectSystemError(() => openat2(closed, 'file'), 'EBADF', 'openat2')
  })

  it('refuses what is no descriptor, name, flag or mode', () => {
    expectRangeError(() => openat2(-101, 'file'), 'dirfd')
    expectRangeError(() => openat2(0, 'a\0b'), 'path')
    expectRangeError(() => openat2(0, 'file', { mode: 0o10000 }), 'mode')
    expectTypeError(() => openat2(0, 'file', { flags: '1' as unknown as number }), 'flags')
    expectTypeError(() => openat2(0, 5 as unknown as string), 'path')
  })
})

// A root and nothing outside of it, with the kernel's help and without.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Root } from '../../../lib/http/files/root'
import { close } from '../../../lib/sys'
import { temporaryFolder } from '../../sys/cleanup'
import { expectSystemError } from '../../sys/expectations'
import { expectNoLeak } from '../../sys/openDescriptors'

describe.each([
  ['resolved by the kernel', true],
  ['checked after opening', false],
])('a root, %s', (_, resolves) => {
  expectNoLeak()
  const at = temporaryFolder()
  let root: Root

  beforeAll(() => {
    fs.mkdirSync(at('root/inner'), { recursive: true })
    fs.writeFileSync(at('outside'), 'secret')
    fs.writeFileSync(at('root/file'), 'content')
    fs.symlinkSync('../file', at('root/inner/link'))
    fs.symlinkSync('../outside', at('root/escape'))
    fs.symlinkSync(at('outside'), at('root/absolute'))
    fs.symlinkSync('loop', at('root/loop'))
    fs.symlinkSync('/proc/self/root/etc', at('root/magic'))
    execFileSync('mkfifo', [at('root/fifo')])
    root = new Root(at('root'), resolves)
  })
  afterAll(() => {
    root.close()
  })

  const size = (name: string): number | undefined => {
    const file = root.open(name)
    if (file === undefined) return undefined
    close(file.fd)
    return file.stat.size
  }

  it('opens its files, links within it followed', () => {
    expect(size('file')).toBe(7)
    expect(size('inner/link')).toBe(7)
  })

  it('opens itself and its directories', () => {
    expect(size('')).toBeDefined()
    expect(size('inner')).toBeDefined()
  })

  it.each([
    '../outside',
    'inner/../../outside',
    'escape',
    'absolute',
    'loop',
    'magic/passwd',
    'missing',
    'file/below',
    'a'.repeat(300),
    'fifo',
  ])('does not open %s', (name) => {
    expect(size(name)).toBeUndefined()
  })

  it('does not open a socket', async () => {
    const server = net.createServer().listen(at('root/socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    expect(size('socket')).toBeUndefined()
    await new Promise((resolve) => server.close(resolve))
  })

  it('is the directory that its name means by then, where a file is not found', () => {
    fs.mkdirSync(at('site'))
    fs.writeFileSync(at('site/old'), 'old')
    const site = new Root(at('site'), resolves)
    const sizes = (...names: string[]): (number | undefined)[] =>
      names.map((name) => {
        const file = site.open(name)
        if (file !== undefined) close(file.fd)
        return file?.stat.size
      })
    fs.rmSync(at('site'), { recursive: true })
    expect(sizes('old', 'new')).toEqual([undefined, undefined])
    fs.mkdirSync(at('site'))
    fs.writeFileSync(at('site/new'), 'newer')
    fs.symlinkSync('../outside', at('site/escape'))
    expect(sizes('old', 'new', 'escape', '../outside')).toEqual([
      undefined,
      5,
      undefined,
      undefined,
    ])
    expect(site.path).toBe(at('site'))
    site.close()
    fs.rmSync(at('site'), { recursive: true })
  })

  it('must be a directory that exists', () => {
    expectSystemError(() => new Root(at('missing')), 'ENOENT', 'open')
    expectSystemError(() => new Root(at('root/file')), 'ENOTDIR', 'open')
  })
})

// Files from the page cache to the socket, whole and in order.

import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { close, constants, fstat, open } from '../../lib/sys'
import { thrown } from '../multiplexer/scene'
import { kinds } from '../reactor/kinds'
import { temporaryFolder } from '../sys/cleanup'
import { expectNoLeak } from '../sys/openDescriptors'
import { deferred, dial, gather, serve } from './peers'

const isOpen = (fd: number): boolean => {
  try {
    fstat(fd)
    return true
  } catch {
    return false
  }
}

describe.each(kinds)('sendFile on $name', (kind) => {
  expectNoLeak()
  const at = temporaryFolder()
  const content = randomBytes(3_500_000)
  const opened = (): number => open(at('file'), constants.O_RDONLY)

  beforeAll(() => {
    fs.writeFileSync(at('file'), content)
  })

  it('sends a file whole, in order with what is written around it, to a slow reader', async () => {
    const fd = opened()
    const { port } = serve(kind, {
      open(socket) {
        socket.write('before ')
        expect(socket.sendFile(fd, { length: content.length, autoClose: true })).toBe(false)
        socket.write(' between ')
        socket.sendFile(opened(), { offset: 3_000_000, length: 1000, autoClose: true })
        socket.end(' after')
        expect(socket.bytesWritten).toBe(content.length + 1000 + 22)
      },
    })
    const peer = dial(port)
    peer.pause()
    setTimeout(() => peer.resume(), 50)
    const received = await gather(peer)
    const expected = Buffer.concat([
      Buffer.from('before '),
      content,
      Buffer.from(' between '),
      content.subarray(3_000_000, 3_001_000),
      Buffer.from(' after'),
    ])
    expect(received.equals(expected)).toBe(true)
    expect(isOpen(fd)).toBe(false)
    peer.destroy()
  })

  it('calls drain once all of it has gone, and leaves a descriptor that is not its own', async () => {
    const fd = opened()
    const drained = deferred<number>()
    const { port } = serve(kind, {
      open(socket) {
        socket.sendFile(fd, { length: content.length })
      },
      drain(socket) {
        drained.resolve(socket.bufferedBytes)
        socket.end()
      },
    })
    const peer = dial(port)
    expect((await gather(peer)).equals(content)).toBe(true)
    expect(await drained.promise).toBe(0)
    close(fd)
    peer.destroy()
  })

  it('closes the descriptor of what is never sent', async () => {
    const fds = [opened(), opened(), opened(), opened()] as const
    const gone = deferred()
    const { port } = serve(kind, {
      open(socket) {
        socket.sendFile(fds[0], { length: content.length, autoClose: true })
        socket.sendFile(fds[1], { length: 1, autoClose: true })
        socket.sendFile(fds[2], { length: 0, autoClose: true })
        expect(isOpen(fds[1])).toBe(true)
        socket.destroy()
        expect(socket.sendFile(fds[3], { length: 1, autoClose: true })).toBe(false)
      },
      close() {
        gone.resolve()
      },
    })
    const peer = dial(port)
    peer.on('error', () => undefined)
    await gone.promise
    expect(fds.map(isOpen)).toEqual([false, false, false, false])
    peer.destroy()
  })

  it('closes the socket where the file turns out to be shorter', async () => {
    const failed = deferred<unknown>()
    const { port } = serve(kind, {
      open(socket) {
        const options = { offset: content.length - 5, length: 10, autoClose: true }
        socket.sendFile(opened(), options)
      },
      error(_socket, error) {
        failed.resolve(error)
      },
    })
    const peer = dial(port)
    expect(await gather(peer)).toEqual(content.subarray(-5))
    expect(await failed.promise).toMatchObject({ code: 'EIO', syscall: 'sendfile' })
    peer.destroy()
  })

  it('closes the socket where the file becomes shorter on the way', async () => {
    const name = at('shrinking')
    fs.writeFileSync(name, '')
    fs.truncateSync(name, 20_000_000)
    const fd = open(name, constants.O_RDONLY)
    const failed = deferred<unknown>()
    const { port } = serve(kind, {
      open(socket) {
        expect(socket.sendFile(fd, { length: 20_000_000, autoClose: true })).toBe(false)
        fs.truncateSync(name, 0)
      },
      error(_socket, error) {
        failed.resolve(error)
      },
    })
    const peer = dial(port)
    expect((await gather(peer)).length).toBeLessThan(20_000_000)
    expect(await failed.promise).toMatchObject({ code: 'EIO', syscall: 'sendfile' })
    expect(isOpen(fd)).toBe(false)
    peer.destroy()
  })

  it('closes the descriptor of a peer that goes on the way', async () => {
    const fd = opened()
    const gone = deferred()
    const { port } = serve(kind, {
      open(socket) {
        socket.sendFile(fd, { length: content.length, autoClose: true })
      },
      error() {},
      close() {
        gone.resolve()
      },
    })
    const peer = dial(port)
    peer.once('data', () => peer.resetAndDestroy())
    await gone.promise
    expect(isOpen(fd)).toBe(false)
  })

  it('knows how much is left while it goes on', async () => {
    const accepted = deferred<Socket>()
    const { port } = serve(kind, {
      open(socket) {
        socket.sendFile(opened(), { length: content.length, autoClose: true })
        socket.end('!')
        accepted.resolve(socket)
      },
    })
    const peer = dial(port).pause()
    const socket = await accepted.promise
    expect(socket.bufferedBytes).toBeGreaterThan(0)
    let received = 0
    peer.on('data', (data) => {
      received += data.length
      expect(socket.bufferedBytes).toBeLessThanOrEqual(content.length + 1 - received)
    })
    peer.resume()
    expect((await gather(peer)).length).toBe(content.length + 1)
    expect(socket.bufferedBytes).toBe(0)
    peer.destroy()
  })

  it('reports a descriptor that can not be sent', async () => {
    const failed = deferred<unknown>()
    const { port } = serve(kind, {
      open(socket) {
        socket.sendFile(open('/', constants.O_RDONLY), { length: 10, autoClose: true })
      },
      error(_socket, error) {
        failed.resolve(error)
      },
    })
    const peer = dial(port)
    peer.on('error', () => undefined)
    expect(await failed.promise).toMatchObject({ code: 'EINVAL', syscall: 'sendfile' })
    peer.destroy()
  })

  it('tells of one after the end, and refuses what is no part of a file', async () => {
    const late = deferred<unknown>()
    const { port } = serve(kind, {
      open(socket: Socket) {
        const wrong = (fd: unknown, options: object): unknown =>
          thrown(() => socket.sendFile(fd as number, options as { length: number }))
        expect(wrong('1', { length: 1 })).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
        expect(wrong(undefined, { length: 1 })).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
        expect(wrong(-1, { length: 1 })).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
        expect(wrong(1, {})).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
        expect(wrong(1, { length: -1 })).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
        expect(wrong(1, { length: NaN })).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
        expect(wrong(1, { length: 2, offset: Number.MAX_SAFE_INTEGER })).toMatchObject({
          code: 'ERR_OUT_OF_RANGE',
        })
        expect(wrong(1, { length: 2, offset: 0.5 })).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
        socket.end('bye')
        expect(socket.sendFile(0, { length: 1 })).toBe(false)
      },
      error(_socket, error) {
        late.resolve(error)
      },
    })
    const peer = dial(port)
    expect(String(await gather(peer))).toBe('bye')
    expect(await late.promise).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' })
    peer.end()
  })
})

// Descriptors that a process is born with: systemd's protocol, spoken to a child of our own.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it } from 'vitest'
import { type ListenFdsOptions, listenFds } from '../../lib'
import * as sys from '../../lib/sys'
import { keep, thrown } from '../multiplexer/scene'
import { kinds } from '../reactor/kinds'
import { gather } from './peers'

const { AF_INET, AF_INET6, AF_UNIX, SOCK_STREAM, SOCK_DGRAM } = sys.constants
const root = path.resolve(__dirname, '../..')

const prelude = `
  const { listenFds, Reactor } = require(${JSON.stringify(root)})
  const sys = require(${JSON.stringify(path.join(root, 'dist/sys/index.js'))})
`

interface Heard {
  readonly child: ChildProcess
  readonly line: Promise<unknown>
  readonly status: Promise<number | null>
}

const children = new Set<ChildProcess>()

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) {
    Reflect.deleteProperty(process.env, name)
  }
})

/** A child with `fds` from 3 on, told of them as systemd tells: the shell's process becomes node's. */
function child(script: string, fds: readonly number[], environment: NodeJS.ProcessEnv = {}): Heard {
  const started = spawn(
    '/bin/sh',
    ['-c', 'LISTEN_PID=${LISTEN_PID:-$$} exec "$0" -e "$1"', process.execPath, prelude + script],
    {
      stdio: ['ignore', 'pipe', 'inherit', ...fds],
      env: { ...process.env, LISTEN_FDS: String(fds.length), ...environment },
    },
  )
  children.add(started)
  const status = new Promise<number | null>((resolve) => {
    started.once('close', resolve)
  })
  const line = new Promise<unknown>((resolve, reject) => {
    let text = ''
    started.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))))
    })
    started.once('close', () => {
      reject(new Error(`no line came: ${text}`))
    })
  })
  return { child: started, line, status }
}

/** A socket that is bound; listening where asked for. */
function bound(
  domain: number,
  type: number,
  address: sys.SocketAddressLike,
  listens: boolean,
): number {
  const fd = keep(sys.socket(domain, type))
  sys.bind(fd, address)
  if (listens) sys.listen(fd)
  return fd
}

function portOf(fd: number): number {
  const address = sys.getsockname(fd)
  return 'port' in address ? address.port : 0
}

function set(environment: Record<string, string>): void {
  Object.assign(process.env, environment)
}

describe('listenFds', () => {
  it('tells the descriptors that a child was born with, by name, kind and address', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    try {
      const file = path.join(folder, 'socket')
      const tcp = bound(AF_INET, SOCK_STREAM, { address: '127.0.0.1', port: 0 }, true)
      const udp = bound(AF_INET6, SOCK_DGRAM, { address: '::1', port: 0 }, false)
      const unix = bound(AF_UNIX, SOCK_STREAM, { path: file }, true)
      const [pipe, other] = sys.pipe2(0)
      keep(pipe)
      keep(other)
      const { line, status } = child(
        `
        const inherited = listenFds({ unsetEnvironment: true })
        const cloexec = inherited.map(({ fd }) => sys.fcntl(fd, sys.constants.F_GETFD))
        const left = Object.keys(process.env).filter((name) => name.startsWith('LISTEN_'))
        console.log(JSON.stringify({ inherited, cloexec, left, again: listenFds() }))`,
        [tcp, udp, unix, pipe],
        { LISTEN_FDNAMES: 'web:dns:control:' },
      )
      const { FD_CLOEXEC } = sys.constants
      expect(await line).toEqual({
        inherited: [
          {
            fd: 3,
            name: 'web',
            type: 'stream',
            listening: true,
            address: { family: 'IPv4', address: '127.0.0.1', port: portOf(tcp) },
          },
          {
            fd: 4,
            name: 'dns',
            type: 'datagram',
            listening: false,
            address: { family: 'IPv6', address: '::1', port: portOf(udp) },
          },
          {
            fd: 5,
            name: 'control',
            type: 'stream',
            listening: true,
            address: { family: 'Unix', path: file },
          },
          { fd: 6, name: '', type: 'other', listening: false },
        ],
        cloexec: [FD_CLOEXEC, FD_CLOEXEC, FD_CLOEXEC, FD_CLOEXEC],
        left: [],
        again: [],
      })
      expect(await status).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('leaves the environment as it is unless told, and calls a nameless one unknown', async () => {
    const fd = bound(AF_INET, SOCK_STREAM, { address: '127.0.0.1', port: 0 }, true)
    const { line } = child(
      `console.log(JSON.stringify([listenFds().length, listenFds()[0].name, process.env.LISTEN_FDS]))`,
      [fd],
    )
    expect(await line).toEqual([1, 'unknown', '1'])
  })

  it('answers nothing in a process that the variables are not meant for', async () => {
    const fd = bound(AF_INET, SOCK_STREAM, { address: '127.0.0.1', port: 0 }, true)
    const { line } = child(
      `console.log(JSON.stringify([listenFds({ unsetEnvironment: true }), process.env.LISTEN_PID ?? null]))`,
      [fd],
      { LISTEN_PID: '1' },
    )
    expect(await line).toEqual([[], null])
  })

  it('answers nothing where nothing was passed', () => {
    expect(listenFds()).toEqual([])
    set({ LISTEN_PID: String(process.pid) })
    expect(listenFds()).toEqual([])
  })

  it.each([
    ['LISTEN_PID', { LISTEN_PID: 'x', LISTEN_FDS: '1' }],
    ['LISTEN_PID', { LISTEN_PID: '-1', LISTEN_FDS: '1' }],
    ['LISTEN_PID', { LISTEN_PID: '', LISTEN_FDS: '1' }],
    ['LISTEN_FDS', { LISTEN_PID: String(process.pid), LISTEN_FDS: '0' }],
    ['LISTEN_FDS', { LISTEN_PID: String(process.pid), LISTEN_FDS: '1.5' }],
    ['LISTEN_FDS', { LISTEN_PID: String(process.pid), LISTEN_FDS: '99999999999' }],
    ['LISTEN_FDNAMES', { LISTEN_PID: String(process.pid), LISTEN_FDS: '1', LISTEN_FDNAMES: 'a:b' }],
  ])('a %s that contradicts the protocol is refused: %o', (name, environment) => {
    set(environment)
    const error = thrown(() => listenFds({ unsetEnvironment: true }))
    expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
    expect(error.message).toContain(name)
    expect(process.env['LISTEN_PID']).toBeUndefined()
  })

  it('a descriptor that is not open is EBADF', async () => {
    const fd = bound(AF_INET, SOCK_STREAM, { address: '127.0.0.1', port: 0 }, true)
    const { line } = child(
      `try { listenFds() } catch (error) { console.log(JSON.stringify([error.code, error.syscall])) }`,
      [fd],
      { LISTEN_FDS: '9999' },
    )
    expect(await line).toEqual(['EBADF', 'fcntl'])
  })

  it.each([null, 1, 'x', { unsetEnvironment: 1 }])('refuses %o', (options) => {
    const error = thrown(() => listenFds(options as ListenFdsOptions))
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
  })
})

describe.each(kinds)('listen({ fd }) on $name', (kind) => {
  const serve = `
    const [{ fd }] = listenFds()
    const reactor = new Reactor({ backend: '${kind.backend}' })
    const listener = reactor.listen({
      fd,
      trigger: '${kind.trigger}',
      socket: { open: (socket) => socket.end(String(sys.getsockopt(socket.fd, 1, sys.constants.SO_TYPE))) },
    })
    console.log(JSON.stringify([listener.port, listener.path]))
    reactor.run()
    process.once('SIGTERM', () => reactor.close())`

  async function ask(where: net.NetConnectOpts): Promise<string> {
    return (await gather(net.connect(where))).toString()
  }

  it('serves on an inherited socket that listens, and on one that is only bound', async () => {
    for (const listens of [true, false]) {
      const fd = bound(AF_INET, SOCK_STREAM, { address: '127.0.0.1', port: 0 }, listens)
      const port = portOf(fd)
      const { child: server, line, status } = child(serve, [fd])
      expect(await line).toEqual([port, null])
      expect(await ask({ port, host: '127.0.0.1' })).toBe(String(SOCK_STREAM))
      server.kill('SIGTERM')
      expect(await status).toBe(0)
    }
  })

  it("leaves the file of an inherited Unix socket: it is its maker's", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
    try {
      const file = path.join(folder, 'socket')
      const fd = bound(AF_UNIX, SOCK_STREAM, { path: file }, true)
      const { child: server, line, status } = child(serve, [fd])
      expect(await line).toEqual([null, file])
      expect(await ask({ path: file })).toBe(String(SOCK_STREAM))
      server.kill('SIGTERM')
      expect(await status).toBe(0)
      expect(existsSync(file)).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('a socket of datagrams is refused, and stays its giver’s', async () => {
    const fd = bound(AF_INET, SOCK_DGRAM, { address: '127.0.0.1', port: 0 }, false)
    const { line } = child(
      `
      const reactor = new Reactor({ backend: '${kind.backend}' })
      try { reactor.listen({ fd: 3, socket: {} }) } catch (error) {
        console.log(JSON.stringify([error.code, sys.getsockname(3).port]))
      }`,
      [fd],
    )
    expect(await line).toEqual(['ENOTSUP', portOf(fd)])
  })
})

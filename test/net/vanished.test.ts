// Peers that are there no more: killed, deaf, or never reading. What the kernel finds out is told.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { afterEach, describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { kinds } from '../reactor/kinds'
import { deferred, descriptors, dial, serve, turnOfTheLoop } from './peers'

const children = new Set<ChildProcess>()

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

function start(program: string, words: string[]): ChildProcess {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.add(child)
  return child
}

/** A process with some connections that never reads; it says so once it has them all. */
async function peerProcess(port: number, connections: number): Promise<ChildProcess> {
  const child = start(process.execPath, [
    '-e',
    `
    process.stdin.resume() // paused connections alone would let it end
    let left = ${String(connections)}
    for (let i = left; i > 0; i--) {
      const peer = require('node:net').connect(${String(port)}, '127.0.0.1', () => {
        peer.write('here', () => { if (--left === 0) process.stdout.write('connected') })
      }).pause()
    }
    `,
  ])
  if (child.stdout !== null) await once(child.stdout, 'data')
  return child
}

/**
 * A process whose connection drops every packet that comes to it, once it is told to: acknowledgements
 * fail to come, as from a machine that lost its power. It is a filter of the socket's (socket(7),
 * SO_ATTACH_FILTER) that keeps nothing.
 */
async function deafPeer(port: number): Promise<{ goDeaf(): Promise<void> }> {
  const child = start('python3', [
    '-c',
    `
import ctypes, socket, struct, sys
peer = socket.create_connection(('127.0.0.1', ${String(port)}))
sys.stdin.readline()
nothing = ctypes.create_string_buffer(struct.pack('HBBI', 0x06, 0, 0, 0))
peer.setsockopt(socket.SOL_SOCKET, 26, struct.pack('HL', 1, ctypes.addressof(nothing)))
print('deaf', flush=True)
sys.stdin.readline()
`,
  ])
  await once(child, 'spawn')
  return {
    goDeaf: async () => {
      child.stdin?.write('\n')
      if (child.stdout !== null) await once(child.stdout, 'data')
    },
  }
}

describe.each(kinds)('a peer that vanishes, on $name', (kind) => {
  it('by SIGKILL, with nothing unread: end and close on each connection', async () => {
    const before = descriptors()
    const calls: string[] = []
    const over = deferred()
    const { port, listener } = serve(kind, {
      end: (socket) => {
        calls.push('end')
        socket.end()
      },
      close: (_, error) => {
        calls.push(`close ${String(error)}`)
        if (calls.length === 40) over.resolve()
      },
    })
    const child = await peerProcess(port, 20)
    child.kill('SIGKILL')
    await over.promise
    listener.close()
    expect(calls.filter((call) => call === 'end')).toHaveLength(20)
    expect(calls.filter((call) => call === 'close undefined')).toHaveLength(20)
    await turnOfTheLoop()
    // The child's own pipes may still be open.
    expect(descriptors()).toBeLessThanOrEqual(before + 5)
  })

  it('by SIGKILL, with much queued for it: error and close with ECONNRESET or EPIPE', async () => {
    const sockets: Socket[] = []
    const codes: unknown[] = []
    const over = deferred()
    const { port } = serve(kind, {
      open: (socket) => {
        sockets.push(socket)
        socket.write(Buffer.alloc(20_000_000))
      },
      error: (_, error) => codes.push((error as NodeJS.ErrnoException).code),
      close: () => {
        if (sockets.every(({ destroyed }) => destroyed)) over.resolve()
      },
    })
    const child = await peerProcess(port, 3)
    while (sockets.length < 3) await turnOfTheLoop()
    expect(sockets.every(({ bufferedBytes }) => bufferedBytes > 0)).toBe(true)
    child.kill('SIGKILL')
    await over.promise
    expect(codes).toHaveLength(3)
    expect(codes.every((code) => code === 'ECONNRESET' || code === 'EPIPE')).toBe(true)
    expect(sockets.map(({ bufferedBytes }) => bufferedBytes)).toEqual([0, 0, 0])
  })

  it('without a word: ETIMEDOUT once userTimeout has passed unacknowledged', async () => {
    const opened = deferred<Socket>()
    const calls: string[] = []
    const closed = deferred<Error | undefined>()
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          opened.resolve(socket)
        },
        end: () => calls.push('end'),
        error: () => calls.push('error'),
        close: (_, error) => {
          calls.push('close')
          closed.resolve(error)
        },
      },
      { userTimeout: 300 },
    )
    const peer = await deafPeer(port)
    const socket = await opened.promise
    await peer.goDeaf()
    const begun = performance.now()
    socket.write('does anybody hear?')
    expect(await closed.promise).toMatchObject({ code: 'ETIMEDOUT', syscall: 'read' })
    expect(performance.now() - begun).toBeGreaterThanOrEqual(290)
    expect(calls).toEqual(['error', 'close'])
  })

  it('without a word, nothing being sent: ETIMEDOUT from the probes of keepAlive', async () => {
    const opened = deferred()
    const closed = deferred<Error | undefined>()
    const { port } = serve(
      kind,
      {
        open: () => {
          opened.resolve()
        },
        close: (_, error) => {
          closed.resolve(error)
        },
      },
      { keepAlive: { idle: 1000, interval: 1000, count: 1 } },
    )
    const peer = await deafPeer(port)
    await opened.promise
    await peer.goDeaf()
    expect(await closed.promise).toMatchObject({ code: 'ETIMEDOUT', syscall: 'read' })
  })

  it('behind a full window: ETIMEDOUT once userTimeout has passed without room', async () => {
    const closed = deferred<Error | undefined>()
    const { port } = serve(
      kind,
      {
        open: (socket) => {
          socket.write(Buffer.alloc(20_000_000))
        },
        close: (_, error) => {
          closed.resolve(error)
        },
      },
      { userTimeout: 300 },
    )
    dial(port)
      .on('error', () => undefined)
      .pause()
    expect(await closed.promise).toMatchObject({ code: 'ETIMEDOUT' })
  })
})

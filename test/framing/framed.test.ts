// Messages over real sockets: what `framed` makes of handlers.

import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { delimited, framed, type FramedHandlers, lengthPrefixed, lines } from '../../lib/framing'
import { runScript } from '../multiplexer/child'
import { thrown } from '../multiplexer/scene'
import { deferred, dial, gather, pattern, pieces, serve } from '../net/peers'
import { kinds } from '../reactor/kinds'

type Handlers<Message> = FramedHandlers<Socket, Message>

describe.each(kinds)('framed on $name', (kind) => {
  it('echoes messages, however they were cut', async () => {
    const framing = lengthPrefixed('u16be')
    const lengths: number[] = []
    const { port } = serve(
      kind,
      framed(framing, {
        message(socket: Socket, message) {
          lengths.push(message.length)
          socket.write(framing.encode(message))
        },
      }),
    )
    const messages = pieces(pattern(300_000), 9000)
    const stream = Buffer.concat(messages.map((message) => framing.encode(message)))
    const peer = dial(port)
    const echoed = gather(peer)
    for (const piece of pieces(stream, 5000, 7)) peer.write(piece)
    peer.end()
    expect((await echoed).equals(stream)).toBe(true)
    expect(lengths).toEqual(messages.map((message) => message.length))
  })

  it('calls the other handlers as they are, and `end` behind the last line', async () => {
    const calls: string[] = []
    const over = deferred()
    const { port } = serve(
      kind,
      framed(lines(), {
        open: () => calls.push('open'),
        message: (_: Socket, line) => calls.push(line),
        end: (socket) => {
          calls.push('end')
          socket.end('bye')
        },
        close: (_, error) => {
          calls.push(`close ${String(error)}`)
          over.resolve()
        },
      }),
    )
    const peer = dial(port)
    const heard = gather(peer)
    peer.end('one\ntwo')
    expect((await heard).toString()).toBe('bye')
    await over.promise
    expect(calls).toEqual(['open', 'one', 'two', 'end', 'close undefined'])
  })

  it.each<[string, Buffer, string, string[]]>([
    ['too large a message', Buffer.from('ok\x00123456789'), 'ERR_MESSAGE_TOO_LARGE', ['ok']],
    ['an end amid a message', Buffer.from('ok\x00abc'), 'ERR_MESSAGE_TRUNCATED', ['ok']],
  ])('%s destroys the socket with that error', async (_, stream, code, expected) => {
    const messages: string[] = []
    const errors: unknown[] = []
    const over = deferred<Error | undefined>()
    const { port } = serve(
      kind,
      framed(delimited('\0', { maxSize: 8 }), {
        message: (_socket: Socket, message) => messages.push(Buffer.from(message).toString()),
        error: (_socket, error) => errors.push(error),
        end: () => errors.push('end was called'),
        close: (_socket, error) => {
          over.resolve(error)
        },
      }),
    )
    const peer = dial(port)
    peer.on('error', () => undefined)
    peer.end(stream)
    const error = await over.promise
    expect(error).toMatchObject({ code })
    expect(errors).toEqual([error])
    expect(messages).toEqual(expected)
  })

  it('no message comes after destroy in the handler of one', async () => {
    const messages: string[] = []
    const over = deferred()
    const { port } = serve(
      kind,
      framed(lines(), {
        message(socket: Socket, line) {
          messages.push(line)
          socket.destroy()
        },
        close: () => {
          over.resolve()
        },
      }),
    )
    const peer = dial(port)
    peer.on('error', () => undefined)
    peer.end('one\ntwo\nthree')
    await over.promise
    expect(messages).toEqual(['one'])
  })

  it('connections do not mix', async () => {
    const framing = lines()
    const { port } = serve(
      kind,
      framed(framing, {
        message(socket: Socket, line) {
          socket.write(framing.encode(`${line}!`))
        },
      }),
    )
    const heard = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        const peer = dial(port)
        const all = gather(peer)
        for (const part of [`${name}1`, `${name}2\n${name}`, `3\n`]) {
          await new Promise((sent) => peer.write(part, sent))
        }
        peer.end()
        return (await all).toString()
      }),
    )
    expect(heard).toEqual(['a1a2!\na3!\n', 'b1b2!\nb3!\n', 'c1c2!\nc3!\n'])
  })

  it('an exception in `message` goes to uncaughtException; the other messages and `end` come', async () => {
    const { output } = await runScript(`
      const net = require('net')
      const { Reactor } = require('edgeloop')
      const { framed, lines } = require('edgeloop/framing')
      const calls = []
      process.on('uncaughtException', (error) => calls.push('caught ' + error.message))
      const reactor = new Reactor({ backend: '${kind.backend}' })
      const { port } = reactor.listen({
        port: 0,
        trigger: '${kind.trigger}',
        socket: framed(lines(), {
          message(socket, line) {
            calls.push(line)
            if (line === 'two' || line === 'last') throw new Error(line)
          },
          end(socket) {
            calls.push('end')
            socket.end()
          },
          close: () => {
            setImmediate(() => {
              console.log(calls.join())
              reactor.close()
            })
          },
        }),
      })
      reactor.run()
      const peer = net.connect(port, '127.0.0.1')
      peer.resume()
      peer.end('one\\ntwo\\nthree\\nlast')`)
    const calls = output.split(',')
    expect(calls.filter((call) => !call.startsWith('caught'))).toEqual([
      'one',
      'two',
      'three',
      'last',
      'end',
    ])
    expect(calls.filter((call) => call.startsWith('caught'))).toEqual(['caught two', 'caught last'])
  })
})

describe('framed', () => {
  it.each([undefined, null, 1, {}, { message: 'x' }, { data: () => undefined }])(
    'refuses %o for handlers',
    (handlers) => {
      const error = thrown(() => framed(lines(), handlers as unknown as Handlers<string>))
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
    },
  )

  it('needs no addon: the entry loads without it', async () => {
    const { output } = await runScript(`
      const { lines } = require('edgeloop/framing')
      const loaded = Object.keys(module.constructor._cache).filter((file) => file.endsWith('.node'))
      console.log(lines().encode('x').length, loaded.length)`)
    expect(output).toBe('2 0')
  })
})

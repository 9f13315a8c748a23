import { describe, expect, it } from 'vitest'
import type { Socket } from '../../lib'
import { runScript } from '../multiplexer/child'
import { kinds, make } from '../reactor/kinds'
import { deferred, dial, gather, listening, peerServer, receive, serve } from './peers'

describe.each(kinds)('ref and unref on $name', (kind) => {
  it('an unreferenced listener lets run() end; referenced again it keeps it going', async () => {
    const { reactor, listener } = listening(kind, {})
    expect(reactor.stats().referenced).toBe(1)
    expect(listener.unref().unref()).toBe(listener)
    expect(reactor.stats().referenced).toBe(0)
    await reactor.run()
    expect(listener.ref().ref()).toBe(listener)
    expect(reactor.stats().referenced).toBe(1)
    const running = reactor.run()
    listener.unref()
    await running
    listener.close()
    listener.ref()
    expect(reactor.stats().referenced).toBe(0)
  })

  it('an unreferenced socket is served, and ends nothing when it closes', async () => {
    const opened = deferred<Socket>()
    const closed = deferred()
    const { reactor, port, listener } = serve(kind, {
      open: (socket) => {
        opened.resolve(socket.unref().unref())
      },
      data: (socket, chunk) => {
        socket.write(chunk)
      },
      close: () => {
        closed.resolve()
      },
    })
    const peer = dial(port)
    const socket = await opened.promise
    expect(reactor.stats()).toMatchObject({ referenced: 1, sockets: 1 })
    const answer = receive(peer, 2)
    peer.write('hi')
    expect((await answer).toString()).toBe('hi')
    socket.ref().ref()
    expect(reactor.stats().referenced).toBe(2)
    socket.unref()
    peer.end()
    await closed.promise
    expect(reactor.stats()).toMatchObject({ referenced: 1, sockets: 0 })
    socket.ref()
    socket.unref()
    socket.ref()
    expect(reactor.stats().referenced).toBe(1)
    listener.close()
    expect(reactor.stats().referenced).toBe(0)
  })

  it('a listener unreferenced before its name was found is not referenced afterwards', async () => {
    const reactor = make(kind.backend)
    const listener = reactor.listen({ hostname: 'localhost', trigger: kind.trigger, socket: {} })
    listener.unref()
    await listener.ready
    expect(reactor.stats().referenced).toBe(0)
    listener.ref()
    expect(reactor.stats().referenced).toBe(1)
  })

  it('a process with nothing but unreferenced ones ends', async () => {
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const [backend, trigger] = process.argv.slice(1)
      const reactor = new Reactor({ backend })
      const listener = reactor.listen({ port: 0, trigger, idleTimeout: 3600000, socket: {
        open(socket) { socket.unref() },
      } })
      const running = reactor.run()
      reactor.connect({ port: listener.port, trigger, socket: {} }).then((socket) => {
        socket.unref()
        listener.unref()
        return running
      }).then(() => console.log('over'))
      `,
      { args: [kind.backend, kind.trigger] },
    )
    expect(output).toBe('over')
  })

  it('readyState says which ways are open', async () => {
    const states: string[] = []
    const closed = deferred()
    const { port } = serve(kind, {
      open: (socket) => {
        states.push(socket.readyState)
      },
      end: (socket) => {
        states.push(socket.readyState)
        socket.end()
        states.push(socket.readyState)
      },
      close: (socket) => {
        states.push(socket.readyState)
        closed.resolve()
      },
    })
    const peer = dial(port)
    peer.end()
    peer.resume()
    await closed.promise
    expect(states).toEqual(['open', 'writeOnly', 'closed', 'closed'])
  })

  it('an ended socket whose peer still sends is readOnly', async () => {
    const port = await peerServer((peer) => {
      const all = gather(peer)
      void all.then(() => peer.end('late'))
    })
    const { reactor } = serve(kind, {})
    const states: string[] = []
    const closed = deferred()
    const socket = await reactor.connect({
      port,
      trigger: kind.trigger,
      socket: {
        data: (ended) => {
          states.push(ended.readyState)
        },
        close: () => {
          closed.resolve()
        },
      },
    })
    socket.end()
    await closed.promise
    expect(states).toEqual(['readOnly'])
  })
})

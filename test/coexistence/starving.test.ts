// The other way round: what keeps Node's loop busy leaves the reactor its go.

import type net from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { dial, peerServer, receive, serve } from '../net/peers'
import { kinds } from '../reactor/kinds'
import { loadEcho } from './load'

/** Round trips of a message and its echo, one after the other. */
async function roundTrips(peer: net.Socket, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    peer.write('message')
    expect((await receive(peer, 7)).toString()).toBe('message')
  }
}

/** Keeps the thread busy for a while. */
function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    // nothing but the clock
  }
}

const ROUND_TRIPS = 50

describe.each(kinds)('a server on $name is not starved by', (kind) => {
  async function whileServing(busy: (done: () => boolean) => unknown): Promise<void> {
    const { port } = serve(kind, {
      data(socket, chunk) {
        socket.write(chunk)
      },
    })
    const peer = dial(port)
    let over = false
    const going = busy(() => over)
    try {
      await roundTrips(peer, ROUND_TRIPS)
    } finally {
      over = true
      await going
    }
  }

  it('a chain of immediates that each take a millisecond', async () => {
    let links = 0
    await whileServing((over) => {
      const link = (): void => {
        if (over()) return
        links++
        burn(1)
        setImmediate(link)
      }
      link()
    })
    expect(links).toBeGreaterThan(ROUND_TRIPS / 2)
  })

  it('a chain of promises that lets the loop go round now and then', async () => {
    await whileServing(async (over) => {
      while (!over()) {
        for (let i = 0; i < 1000; i++) await Promise.resolve(i)
        await turn()
      }
    })
  })

  it('timers that are due all the time', async () => {
    await whileServing((over) => {
      const timers = Array.from({ length: 20 }, () =>
        setInterval(() => {
          burn(0.2)
          if (over()) for (const timer of timers) clearInterval(timer)
        }, 1),
      )
    })
  })

  it('a server of node:net under load in the same thread', { timeout: 60_000 }, async () => {
    const port = await peerServer((peer) => {
      peer.on('data', (chunk: Buffer) => peer.write(chunk))
    })
    await whileServing(async () => {
      const { faults, answers } = await loadEcho(port, '--duration', '0.5')
      expect(faults.total).toBe(0)
      expect(answers).toBeGreaterThan(0)
    })
  })

  it('a peer in the same thread that is fed as fast as it takes', async () => {
    const { port } = serve(kind, {
      data(socket, chunk) {
        socket.write(chunk)
      },
    })
    const flood = dial(port)
    const chunk = Buffer.alloc(64 * 1024, 'x')
    let over = false
    let back = 0
    flood.on('data', (bytes: Buffer) => (back += bytes.length))
    const pour = (): void => {
      while (!over && flood.write(chunk));
    }
    flood.on('drain', pour)
    pour()
    await roundTrips(dial(port), ROUND_TRIPS)
    over = true
    expect(back).toBeGreaterThan(0)
  })
})

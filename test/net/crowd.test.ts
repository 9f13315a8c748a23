// A thousand connections at once, of all characters: each gets its own bytes back, whole and in order.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { startScript } from '../multiplexer/child'
import { type Kind, kinds } from '../reactor/kinds'

/** Echoes under back-pressure: a peer that does not read is not read from. Tells what became of all. */
const server = `
  const { Reactor } = require('edgeloop')
  const fs = require('fs')
  const [backend, trigger] = process.argv.slice(1)
  const descriptors = () => fs.readdirSync('/proc/self/fd').length
  const counts = { opened: 0, ended: 0, closed: 0, reset: 0, other: [], most: 0, wrongDrains: 0 }
  const reactor = new Reactor({ backend })
  const listener = reactor.listen({ port: 0, backlog: 4096, trigger, highWaterMark: 16384, socket: {
    open(socket) { counts.opened++; socket.data = { waits: false } },
    data(socket, chunk) {
      const below = socket.write(chunk)
      counts.most = Math.max(counts.most, socket.bufferedBytes)
      if (below) return
      socket.data.waits = true
      socket.pause()
    },
    drain(socket) {
      if (!socket.data.waits || socket.bufferedBytes !== 0) counts.wrongDrains++
      socket.data.waits = false
      socket.resume()
    },
    end(socket) { counts.ended++; socket.end() },
    close(socket, error) {
      counts.closed++
      if (error?.code === 'ECONNRESET' || error?.code === 'EPIPE') counts.reset++
      else if (error !== undefined) counts.other.push(error.code)
    },
  } })
  let before = 0
  reactor.run()
  // Standard input and output have descriptors of their own by then.
  setTimeout(() => {
    before = descriptors()
    process.stdout.write(listener.port + '\\n')
  }, 10)
  process.stdin.resume().once('end', async () => {
    while (reactor.stats().referenced > 1) await new Promise((done) => setTimeout(done, 5))
    const { sockets, backlogBytes, queuedCommands } = reactor.stats()
    const left = { sockets, backlogBytes, queuedCommands, leaked: descriptors() > before }
    process.stdout.write(JSON.stringify({ ...counts, left }) + '\\n')
    reactor.close()
  })
`

/**
 * The peers: every tenth resets the connection amid its bytes, every fourth of the rest reads slowly, every
 * third ends as soon as it has written all; the rest once they have it back.
 */
const client = `
  const net = require('net')
  const [port, count] = process.argv.slice(1).map(Number)
  let seed = 1
  const random = (n) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n
  const all = Buffer.allocUnsafe(1 << 20)
  for (let i = 0; i < all.length; i++) all[i] = random(65536) >>> 8
  const results = { whole: 0, resets: 0, wrong: [] }
  const talk = (i) => new Promise((done) => {
    const length = 20000 + random(30000)
    const begin = random(all.length - length)
    const bytes = all.subarray(begin, begin + length)
    const resets = i % 10 === 0, slow = i % 4 === 1, endsFirst = i % 3 === 2
    const peer = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let at = 0, got = 0, ended = false
    const finish = () => {
      if (resets) results.resets++
      else if (ended && got === length) results.whole++
      else results.wrong.push(i + ' got ' + got + ' of ' + length)
      done()
    }
    const feed = () => {
      while (at < length) {
        const size = Math.min(length - at, 1 + random(random(4) === 0 ? 16384 : 700))
        at += size
        if (resets && at > length / 2) return void peer.resetAndDestroy()
        if (!peer.write(bytes.subarray(at - size, at))) return void peer.once('drain', feed)
        if (random(8) === 0) return void setImmediate(feed)
      }
      if (endsFirst) peer.end()
    }
    peer.on('connect', feed).on('close', finish)
    peer.on('error', (error) => { if (!resets) results.wrong.push(i + ' ' + error.code) })
    peer.on('data', (chunk) => {
      if (!chunk.equals(bytes.subarray(got, got + chunk.length))) results.wrong.push(i + ' differs at ' + got)
      got += chunk.length
      if (got >= length && !endsFirst) peer.end()
      if (slow) {
        peer.pause()
        setTimeout(() => peer.resume(), 1 + random(10))
      }
    })
    peer.on('end', () => { ended = true; peer.end() })
  })
  Promise.all(Array.from({ length: count }, (_, i) => talk(i))).then(() => {
    process.stdout.write(JSON.stringify(results) + '\\n')
  })
`

/** The next line that a process prints. */
async function line(child: ChildProcess): Promise<string> {
  let text = ''
  while (!text.includes('\n')) {
    const [chunk] = child.stdout === null ? [''] : ((await once(child.stdout, 'data')) as [Buffer])
    text += String(chunk)
  }
  return text.trim()
}

/** select goes up to descriptor 1,023, of which some are the process's own. */
const crowd = ({ backend }: Kind): number => (backend === 'select' ? 950 : 1000)

describe.each(kinds)('a crowd on $name', (kind) => {
  it('gets every byte back, among slow readers, half-closes and resets', async () => {
    const count = crowd(kind)
    const serving = startScript(server, { args: [kind.backend, kind.trigger] })
    const ended = once(serving, 'close')
    const port = await line(serving)
    const peers = startScript(client, { args: [port, String(count)] })
    try {
      const results: unknown = JSON.parse(await line(peers))
      serving.stdin?.end()
      const counts = JSON.parse(await line(serving)) as {
        reset: number
        ended: number
        most: number
      }
      const resets = count / 10
      expect(results).toEqual({ whole: count - resets, resets, wrong: [] })
      expect(counts).toMatchObject({
        opened: count,
        closed: count,
        ended: count - resets,
        other: [],
        wrongDrains: 0,
        left: { sockets: 0, backlogBytes: 0, queuedCommands: 0, leaked: false },
      })
      expect(counts.reset).toBeLessThanOrEqual(resets)
      // The mark, and what one turn may bring of one socket.
      expect(counts.most).toBeLessThanOrEqual(16384 + 262144)
      expect(await ended).toEqual([0, null])
    } finally {
      peers.kill()
      serving.kill()
    }
  })
})

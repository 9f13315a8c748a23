// Two thousand clients that send a head a byte at a time, or nothing: they delay nobody, and are cut off.

import { expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'

const SLOW = 2000

it('slow connections do not delay others, and are cut off at their limit', async () => {
  const { output } = await runScript(
    `
    const net = require('net')
    const { once } = require('events')
    const { Reactor } = require('edgeloop')
    const reactor = new Reactor()
    const limit = 4000
    const server = reactor.serve({
      headersTimeout: limit,
      handler: (req, res) => res.send('quick'),
    })
    reactor.run()
    let statuses = {}
    let earliest = Infinity
    const open = async (i) => {
      const begun = performance.now()
      const client = net.connect(server.port, '127.0.0.1')
      let heard = ''
      client.setEncoding('latin1').on('data', (text) => (heard += text)).on('error', () => {})
      client.ended = once(client, 'close').then(() => {
        earliest = Math.min(earliest, performance.now() - begun)
        const status = heard.slice(9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
      })
      await once(client, 'connect')
      if (i % 2 === 0) client.write('GET / HTTP/1.1\\r\\nHost: a\\r\\nX: ')
      return client
    }
    ;(async () => {
      const slow = []
      for (let i = 0; i < ${String(SLOW)}; i += 50) {
        slow.push(...await Promise.all(Array.from({ length: 50 }, (_, j) => open(i + j))))
      }
      const drip = setInterval(() => {
        for (let i = 0; i < slow.length; i += 2) if (!slow[i].destroyed) slow[i].write('x')
      }, 200)
      while (server.connections < ${String(SLOW)}) await new Promise(setImmediate)
      let answered = 0
      // Others are served all the while that the slow ones are there.
      while (server.connections >= ${String(SLOW)}) {
        const answer = await fetch('http://127.0.0.1:' + server.port)
        if (await answer.text() === 'quick') answered++
      }
      await Promise.all(slow.map(({ ended }) => ended))
      clearInterval(drip)
      const late = await (await fetch('http://127.0.0.1:' + server.port)).text()
      await server.close()
      console.log(JSON.stringify({ statuses, answered, early: earliest < limit, late }))
    })()
    `,
    { limit: 3 * SLOW },
  )
  const { answered, ...rest } = JSON.parse(output) as { answered: number }
  expect(rest).toEqual({ statuses: { 408: SLOW }, early: false, late: 'quick' })
  expect(answered).toBeGreaterThan(20)
})

// The same bytes to our server and to node's: what each makes of them is the same, or differs for a reason.

import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { request, serve, talkAndEnd } from './talk'
import { textOf, type Variation, variations } from './variations'

/** A request as a handler sees it, whole. */
interface Seen {
  method: string
  url: string
  version: string
  fields: string[]
  body: string
  whole: boolean
}

/**
 * Why one may have seen more of the bytes than the other. What both have seen is the same without exception.
 * `more` is who has seen more.
 */
const reasons: [why: string, more: 'ours' | "node's", applies: (made: Variation) => boolean][] = [
  ['a method is any token (RFC 9110 9.1)', 'ours', ({ method }) => /^(get|BREW)$/.test(method)],
  [
    'a minor above 1 is read as 1.1 (RFC 9110 2.5)',
    'ours',
    ({ version }) => version.endsWith('1.2'),
  ],
  [
    'white space around the parts of an extension is passed over (RFC 9112 7.1.1)',
    'ours',
    ({ body }) => /4( ;|; |;a =|;a= )\w/.test(body),
  ],
  [
    'a trailer frames nothing (RFC 9110 6.5.1)',
    'ours',
    ({ body }) => body.includes('0\r\nContent-L'),
  ],
  [
    'Upgrade is not taken, and what follows is read',
    'ours',
    ({ field }) => /^Conn.*\bUp/.test(field),
  ],
  [
    'an extension has a name, and a value behind = (RFC 9112 7.1.1)',
    "node's",
    ({ body }) => /4;(;|=|a=\r)/.test(body),
  ],
  ['a size has 16 digits at the most', "node's", ({ body }) => /\n0{16}4/.test(body)],
  [
    '1.0 has no Transfer-Encoding (RFC 9112 6.1)',
    "node's",
    ({ version, body }) => version.endsWith('1.0') && body.startsWith('Transfer-E'),
  ],
  ['* is for OPTIONS (RFC 9112 3.2.4)', "node's", ({ target }) => target === '*'],
  ['no fragment is part of a target (RFC 9112 3.2)', "node's", ({ target }) => target === '/a#b'],
  ['0.9 and 2.0 are 505 (RFC 9110 15.6.6)', "node's", ({ version }) => /0\.9|2/.test(version)],
  ['nothing is read behind a missing Host', "node's", ({ host }) => host === ''],
  ['two Hosts are 400 (RFC 9112 3.2)', "node's", ({ host }) => /\n./.test(host)],
  ['a Host that is none is 400 (RFC 9112 3.2)', "node's", ({ host }) => /a[ /@,]/.test(host)],
  ['gzip is 501 (RFC 9112 6.1)', "node's", ({ body }) => body.includes('gzip, chunked')],
  ['no empty coding (RFC 9112 6.1)', "node's", ({ body }) => /g: (,chunked)?\r/.test(body)],
]

let theirs: Seen[] = []
const node = http.createServer((req, res) => {
  const { method = '', url = '', httpVersion: version, rawHeaders: fields } = req
  const seen: Seen = { method, url, version, fields, body: '', whole: false }
  theirs.push(seen)
  req.setEncoding('latin1').on('data', (text: string) => (seen.body += text))
  req.on('end', () => {
    seen.whole = true
    res.end('ok')
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  node.closeAllConnections()
  node.close()
})

it("hundreds of requests are taken apart as node's own server does, or otherwise for a reason", async () => {
  let ours: Seen[] = []
  const { port } = serve('epoll', async (req, res) => {
    const { method, url, httpVersion: version } = req
    const fields = [...req.headers].flat()
    const seen: Seen = { method, url, version, fields, body: '', whole: false }
    ours.push(seen)
    seen.body = Buffer.from(await req.bytes()).toString('latin1')
    seen.whole = true
    res.send('ok')
  })
  const nodePort = (node.address() as AddressInfo).port
  const unexplained: unknown[] = []
  const unused = new Set(reasons.map(([why]) => why))
  let same = 0
  for (const made of variations(400)) {
    ours = []
    theirs = []
    // Where the message is thought to end shows in what is made of the one behind it.
    const text = textOf(made) + request('GET', '/next')
    await talkAndEnd(port, text)
    await talkAndEnd(nodePort, text)
    const [mine, nodes] = [ours.filter(isWhole), theirs.filter(isWhole)]
    if (mine.length === nodes.length) {
      expect(mine, JSON.stringify(text)).toEqual(nodes)
      same++
      continue
    }
    const more = mine.length > nodes.length ? 'ours' : "node's"
    const both = Math.min(mine.length, nodes.length)
    expect(mine.slice(0, both), JSON.stringify(text)).toEqual(nodes.slice(0, both))
    const explained = reasons.filter(([, who, applies]) => who === more && applies(made))
    for (const [why] of explained) unused.delete(why)
    if (explained.length === 0) unexplained.push({ text, mine, nodes })
  }
  expect(unexplained).toEqual([])
  expect(same).toBeGreaterThan(300)
  // Other versions of node agree with us in more.
  if (process.version.startsWith('v20.')) expect([...unused]).toEqual([])
})

function isWhole({ whole }: Seen): boolean {
  return whole
}

// `edgeloop http ROOT`: the files below a directory.

import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { text } from 'node:stream/consumers'
import zlib from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../sys/cleanup'
import { type Server, start } from './program'

const at = temporaryFolder()

beforeAll(() => {
  fs.mkdirSync(at('site/folder'), { recursive: true })
  fs.writeFileSync(at('site/index.html'), '<h1>home</h1>')
  fs.writeFileSync(at('site/start.html'), '<h1>start</h1>')
  fs.writeFileSync(at('site/folder/a.txt'), 'text')
  fs.writeFileSync(at('site/folder/a.txt.gz'), zlib.gzipSync('packed'))
  fs.writeFileSync(at('site/.hidden'), 'hidden')
  fs.writeFileSync(at('outside'), 'secret')
})

const address = ({ port }: Server): string => `http://127.0.0.1:${String(port)}`
const serveSite = (...words: string[]): Promise<Server> =>
  start(['http', at('site'), '--port', '0', ...words])

/** Status and body. */
async function ask(server: Server, target: string): Promise<[status: number, body: string]> {
  const answer = await fetch(address(server) + target)
  return [answer.status, await answer.text()]
}

/** The target as it stands: fetch would tidy it. */
async function askRaw(server: Server, target: string): Promise<string> {
  const client = net.connect(server.port, '127.0.0.1')
  client.end(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  return (await text(client)).split('\r\n', 1)[0] ?? ''
}

describe.each([
  ['alone', []],
  ['with two Workers', ['--workers', '2']],
])('edgeloop http ROOT, %s', (_how, words) => {
  it('serves the files below ROOT, and nothing outside of it', async () => {
    const server = await serveSite(...words)
    expect(await ask(server, '/')).toEqual([200, '<h1>home</h1>'])
    expect(await ask(server, '/folder/a.txt')).toEqual([200, 'text'])
    for (const [target, status] of [
      ['/folder/', 404],
      ['/none', 404],
      ['/.hidden', 404],
    ] as const) {
      expect(await ask(server, target)).toMatchObject([status, expect.any(String)])
    }
    for (const target of ['/../outside', '/%2e%2e/outside', '/..%2foutside', '/..\\outside']) {
      expect(await askRaw(server, target)).toMatch(/^HTTP\/1\.1 40[04] /)
    }
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
  })

  it('does as its options say', async () => {
    const options = ['--listing', '--no-index', '--dotfiles', 'deny', '--precompressed']
    const server = await serveSite(...words, ...options, '--cache-control', 'max-age=60')
    expect(await ask(server, '/')).toMatchObject([200, expect.stringContaining('start.html')])
    expect(await ask(server, '/.hidden')).toMatchObject([403, expect.any(String)])
    expect(await ask(server, '/folder/a.txt')).toEqual([200, 'packed'])
    const { headers } = await fetch(`${address(server)}/index.html`)
    expect(headers.get('cache-control')).toBe('max-age=60')
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
  })

  it('--log writes a line in the Common Log Format for each answer', async () => {
    const server = await serveSite(...words, '--log', '--index', 'start.html')
    const lines = server.lines(4)
    expect(await ask(server, '/')).toEqual([200, '<h1>start</h1>'])
    await ask(server, '/none')
    expect(await lines).toEqual([
      server.line,
      `serving ${at('site')}`,
      expect.stringMatching(/^127\.0\.0\.1 - - \[[^\]]+ \+0000\] "GET \/ HTTP\/1\.1" 200 14$/),
      expect.stringMatching(/ "GET \/none HTTP\/1\.1" 404 \d+$/),
    ])
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
  })
})

it('serves the working directory without ROOT, and says that it has no index', async () => {
  const server = await start(['http', '--port', '0'], {}, at('site/folder'))
  expect((await server.lines(3)).slice(1)).toEqual([
    `serving ${at('site/folder')}`,
    'no index.html there: --listing shows what is there instead',
  ])
  expect(await ask(server, '/a.txt')).toEqual([200, 'text'])
  expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
})

it('on all addresses it says by which URLs other machines find it', async () => {
  const server = await start(['http', at('site'), '--port', '0', '--host', '0.0.0.0'])
  const port = String(server.port)
  const others = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => `  also http://${address}:${port}`)
  expect(await server.lines(2 + others.length)).toEqual([
    `listening on http://0.0.0.0:${port} (epoll, edge)`,
    ...others,
    `serving ${at('site')}`,
  ])
  expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
})

it('edgeloop http --hello --log logs too', async () => {
  const server = await start(['http', '--hello', '--log', '--port', '0'])
  const lines = server.lines(2)
  expect(await ask(server, '/x')).toEqual([200, 'Hello, World!'])
  expect((await lines)[1]).toMatch(/"GET \/x HTTP\/1\.1" 200 13$/)
  expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
})

// The files below a directory, and nothing else.

import fs from 'node:fs'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHandler, serveStatic, type StaticHandler, type StaticOptions } from '../../../lib'
import { temporaryFolder } from '../../sys/cleanup'
import { expectSystemError } from '../../sys/expectations'
import { expectNoLeak } from '../../sys/openDescriptors'
import { type Answer, answersIn, request, serve, talk } from '../talk'

describe('serveStatic', () => {
  expectNoLeak()
  const at = temporaryFolder()
  const handlers: StaticHandler[] = []

  beforeAll(() => {
    fs.mkdirSync(at('root/folder/<b>'), { recursive: true })
    fs.mkdirSync(at('root/.git'))
    fs.mkdirSync(at('root/empty'))
    fs.writeFileSync(at('root/index.html'), '<h1>home</h1>')
    fs.writeFileSync(at('root/folder/a b.txt'), 'text')
    fs.writeFileSync(at('root/folder/über.svg'), '<svg/>')
    fs.writeFileSync(at('root/.git/config'), 'secret')
    fs.writeFileSync(at('root/app.js'), 'x'.repeat(1000))
    fs.writeFileSync(at('root/app.js.gz'), zlib.gzipSync('x'.repeat(1000)))
    fs.writeFileSync(at('root/app.js.br'), zlib.brotliCompressSync('x'.repeat(1000)))
    fs.writeFileSync(at('outside'), 'secret')
    fs.symlinkSync('../outside', at('root/escape'))
    fs.symlinkSync('folder', at('root/link'))
  })
  afterAll(() => {
    for (const handler of handlers) handler.close()
  })

  function files(options: StaticOptions = {}): HttpHandler {
    const handler = serveStatic(at('root'), options)
    handlers.push(handler)
    return handler
  }

  async function ask(
    target: string,
    {
      options,
      method = 'GET',
      lines = [],
    }: { options?: StaticOptions; method?: string; lines?: string[] } = {},
  ): Promise<Answer> {
    const { port } = serve('epoll', files(options))
    const text = await talk(port, request(method, target, { lines, close: true }))
    const [only] = answersIn(text, method === 'HEAD' ? [0] : [])
    if (only === undefined) throw new Error('No answer')
    return only
  }

  it('answers with files by their names, decoded once', async () => {
    expect(await ask('/folder/a%20b.txt')).toMatchObject({
      status: 200,
      body: 'text',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
    expect(await ask('/folder/%C3%BCber.svg?v=1')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/svg+xml' },
    })
    expect((await ask('/link/a%20b.txt')).body).toBe('text')
    expect((await ask('http://a/folder/a%20b.txt')).body).toBe('text')
  })

  it('answers a directory with its index', async () => {
    expect(await ask('/')).toMatchObject({
      status: 200,
      body: '<h1>home</h1>',
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })
    expect((await ask('/', { options: { index: false } })).status).toBe(404)
    expect((await ask('/', { options: { index: 'app.js' } })).body).toBe('x'.repeat(1000))
    expect((await ask('/empty/')).status).toBe(404)
  })

  it('redirects a directory to its slash, and never to another host', async () => {
    const location = async (target: string): Promise<string | undefined> => {
      const { status, headers } = await ask(target)
      expect(status).toBe(301)
      return headers['location']
    }
    expect(await location('/folder?q=1')).toBe('/folder/?q=1')
    expect(await location('//folder')).toBe('/folder/')
    expect(await location('/folder/%3Cb%3E')).toBe('/folder/%3Cb%3E/')
    // RFC 9110 section 15.4.2: with a link for who does not follow by itself.
    expect((await ask("/folder?a='<&")).body).toContain('<a href="/folder/?a=&#39;&lt;&amp;">')
  })

  it.each([
    '/../outside',
    '/%2e%2e/outside',
    '/%2E%2E%2Foutside',
    '/..%5coutside',
    '/folder/../../outside',
    '/folder/%252e%252e/%252e%252e/outside',
    '/%c0%ae%c0%ae/outside',
    '/outside%00.html',
    '/escape',
    '/.git/config',
    '/%2egit/config',
    '/index.html/',
    '/missing',
    '//etc/passwd',
    '/proc/self/environ',
  ])('does not answer %s with a file', async (target) => {
    const { status, body } = await ask(target)
    expect([400, 404]).toContain(status)
    expect(body).not.toContain('secret')
  })

  it('treats names with a dot in front as told', async () => {
    expect((await ask('/.git/config', { options: { dotfiles: 'allow' } })).body).toBe('secret')
    expect((await ask('/.git/config', { options: { dotfiles: 'deny' } })).status).toBe(403)
  })

  it('answers 405 to other methods, and OPTIONS with those there are', async () => {
    expect(await ask('/', { method: 'DELETE' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
    expect(await ask('/', { method: 'OPTIONS' })).toMatchObject({
      status: 204,
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '13' },
    })
  })

  it('lists a directory where it is told to, escaped, directories first, without dotfiles', async () => {
    const options = { listing: true, index: false } as const
    const { body, headers } = await ask('/folder/', { options })
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    const items = [...body.matchAll(/<li><a href="(.*?)">(.*?)<\/a>/g)].map(([, href, text]) => [
      href,
      text,
    ])
    expect(items).toEqual([
      ['./../', '../'],
      ['./%3Cb%3E/', '&lt;b&gt;/'],
      ['./a%20b.txt', 'a b.txt'],
      ['./%C3%BCber.svg', Buffer.from('über.svg').toString('latin1')],
    ])
    expect((await ask('/', { options })).body).not.toContain('.git')
    expect((await ask('/', { options: { listing: true } })).body).toBe('<h1>home</h1>')
  })

  it('lists sizes, in the order in which people count, and links what can be asked for', async () => {
    fs.mkdirSync(at('root/many'))
    for (const [name, size] of [
      ['b10', 10],
      ['b9', 1536],
      ['A', 20 * 1024 ** 2],
      ['back\\slash', 0],
    ] as const) {
      fs.writeFileSync(at(`root/many/${name}`), '')
      fs.truncateSync(at(`root/many/${name}`), size)
    }
    fs.writeFileSync(Buffer.from(`${at('root/many')}/latin\xe9`, 'latin1'), '')
    fs.symlinkSync('../../outside', at('root/many/out'))
    const { body } = await ask('/many/', { options: { listing: true } })
    const shown = [...body.matchAll(/<li><(a|span).*?>(.*?)<\/\1>(?: <small>(.*)<\/small>)?/g)]
    expect(shown.map(([, tag, name, size]) => [tag, name, size])).toEqual([
      ['a', '../', undefined],
      ['a', 'A', '20 MiB'],
      ['a', 'b9', '1.5 KiB'],
      ['a', 'b10', '10 B'],
      ['span', 'back\\slash', undefined],
      ['span', expect.stringMatching(/^latin/), undefined],
      ['a', 'out', undefined], // its size would be told of what lies outside
    ])
  })

  it('sends what lies precompressed to who takes it', async () => {
    const options = { precompressed: true }
    const coded = async (accept: string): Promise<[string | undefined, number]> => {
      const lines = accept === '' ? [] : [`Accept-Encoding: ${accept}`]
      const { headers, body } = await ask('/app.js', { options, lines })
      expect(headers['vary']).toBe('Accept-Encoding')
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
      return [headers['content-encoding'], body.length]
    }
    expect(await coded('gzip, br')).toEqual(['br', fs.statSync(at('root/app.js.br')).size])
    expect(await coded('gzip')).toEqual(['gzip', fs.statSync(at('root/app.js.gz')).size])
    expect(await coded('deflate')).toEqual([undefined, 1000])
    expect(await coded('')).toEqual([undefined, 1000])
    const plain = await ask('/app.js', { lines: ['Accept-Encoding: gzip'] })
    expect(plain.headers).not.toHaveProperty('content-encoding')
  })

  it('gives each coding a tag of its own', async () => {
    const tag = async (accept: string): Promise<string | undefined> =>
      (
        await ask('/app.js', {
          options: { precompressed: true },
          lines: [`Accept-Encoding: ${accept}`],
        })
      ).headers['etag']
    const tags = [await tag('br'), await tag('gzip'), await tag('identity')]
    expect(new Set(tags).size).toBe(3)
  })

  it('leaves what there is no file for to another handler', async () => {
    const options: StaticOptions = {
      otherwise: (req, response) => {
        response.status(404).send(`no ${req.path}`)
      },
    }
    expect(await ask('/missing', { options })).toMatchObject({ status: 404, body: 'no /missing' })
  })

  it('answers 404 once it is closed, and closes twice', async () => {
    const handler = serveStatic(at('root'))
    handler.close()
    handler.close()
    const { port } = serve('epoll', handler)
    const text = await talk(port, request('GET', '/index.html', { close: true }))
    expect(answersIn(text)[0]?.status).toBe(404)
  })

  it('refuses a root that is no directory, and options of the wrong kind', () => {
    expectSystemError(() => serveStatic(at('missing')), 'ENOENT', 'open')
    expectSystemError(() => serveStatic(at('outside')), 'ENOTDIR', 'open')
    const refused = (options: object, root: unknown = at('root')): unknown => {
      try {
        serveStatic(root as string, options)
        return undefined
      } catch (error) {
        return (error as NodeJS.ErrnoException).code
      }
    }
    expect(refused({ index: '../outside' })).toBe('ERR_INVALID_ARG_TYPE')
    expect(refused({ index: '' })).toBe('ERR_INVALID_ARG_TYPE')
    expect(refused({ index: 5 })).toBe('ERR_INVALID_ARG_TYPE')
    expect(refused({ dotfiles: 'maybe' })).toBe('ERR_INVALID_ARG_TYPE')
    expect(refused({}, 5)).toBe('ERR_INVALID_ARG_TYPE')
    expect(refused({ cacheControl: 'a\r\nb: c' })).toBe('ERR_INVALID_CHAR')
  })
})

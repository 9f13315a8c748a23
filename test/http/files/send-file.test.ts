// A file as an answer: whole, in part, under conditions, large, and gone.

import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FileOptions, HttpResponse } from '../../../lib'
import { backends } from '../../reactor/kinds'
import { temporaryFolder } from '../../sys/cleanup'
import { expectNoLeak } from '../../sys/openDescriptors'
import { type Answer, answersIn, request, serve, talk } from '../talk'

describe.each(backends)('sendFile on %s', (backend) => {
  expectNoLeak()
  const at = temporaryFolder()
  const large = randomBytes(2_000_000)
  const modified = new Date('2024-05-06T07:08:09.500Z')

  beforeAll(() => {
    fs.writeFileSync(at('text.txt'), '0123456789')
    fs.writeFileSync(at('empty.html'), '')
    fs.writeFileSync(at('large.bin'), large)
    fs.utimesSync(at('text.txt'), modified, modified)
  })

  async function answer(
    lines: string[] = [],
    {
      method = 'GET',
      file = 'text.txt',
      options,
      prepare,
    }: {
      method?: string
      file?: string
      options?: FileOptions
      prepare?: (response: HttpResponse) => unknown
    } = {},
  ): Promise<Answer> {
    const { server, port } = serve(backend, (_request, response) => {
      prepare?.(response)
      response.sendFile(at(file), options)
    })
    const text = await talk(port, request(method, '/', { lines, close: true }))
    await server.close() // select and poll run alone
    const [only, ...more] = answersIn(text, method === 'HEAD' ? [0] : [])
    if (only === undefined || more.length > 0) throw new Error(`Not one answer: ${text}`)
    return only
  }

  it('answers with the file, its type, length, tag and time', async () => {
    const { status, headers, body } = await answer()
    expect(status).toBe(200)
    expect(body).toBe('0123456789')
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '10',
      'last-modified': 'Mon, 06 May 2024 07:08:09 GMT',
      'accept-ranges': 'bytes',
    })
    expect(headers['etag']).toMatch(/^"[\w-]+"$/)
    expect(headers).not.toHaveProperty('cache-control')
  })

  it('sends a large file whole', async () => {
    const { headers, body } = await answer([], { file: 'large.bin' })
    expect(headers['content-length']).toBe('2000000')
    expect(headers['content-type']).toBe('application/octet-stream')
    expect(Buffer.from(body, 'latin1').equals(large)).toBe(true)
  })

  it('answers HEAD as GET, without the content', async () => {
    const { headers, body, status } = await answer([], { method: 'HEAD', file: 'large.bin' })
    expect({ status, body, length: headers['content-length'] }).toEqual({
      status: 200,
      body: '',
      length: '2000000',
    })
  })

  it('answers with an empty file', async () => {
    const { headers, body } = await answer([], { file: 'empty.html' })
    expect({ body, length: headers['content-length'], type: headers['content-type'] }).toEqual({
      body: '',
      length: '0',
      type: 'text/html; charset=utf-8',
    })
  })

  it('answers one range with 206', async () => {
    const { status, headers, body } = await answer(['Range: bytes=2-4'])
    expect({ status, body }).toEqual({ status: 206, body: '234' })
    expect(headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' })
    const tail = await answer(['Range: bytes=-70000'], { file: 'large.bin' })
    expect(Buffer.from(tail.body, 'latin1').equals(large.subarray(-70000))).toBe(true)
  })

  it('answers a range that is not there with 416, and several ranges whole', async () => {
    const beyond = await answer(['Range: bytes=10-'])
    expect(beyond).toMatchObject({
      status: 416,
      body: '',
      headers: { 'content-range': 'bytes */10', 'content-length': '0' },
    })
    expect(beyond.headers).not.toHaveProperty('content-type')
    expect((await answer(['Range: bytes=0-1,4-5'])).status).toBe(200)
    expect((await answer(['Range: bytes=2-4'], { options: { range: false } })).status).toBe(200)
  })

  it('knows no ranges for HEAD (RFC 9110 section 14.2)', async () => {
    for (const range of ['Range: bytes=2-4', 'Range: bytes=10-']) {
      const { status, headers } = await answer([range], { method: 'HEAD' })
      expect({ status, length: headers['content-length'] }).toEqual({ status: 200, length: '10' })
      expect(headers).not.toHaveProperty('content-range')
      expect(headers['accept-ranges']).toBe('bytes')
    }
  })

  it('tells no Last-Modified that lies ahead of its Date (RFC 9110 section 8.8.2.1)', async () => {
    fs.writeFileSync(at('future.txt'), 'later')
    fs.utimesSync(at('future.txt'), new Date('2100-01-01'), new Date('2100-01-01'))
    for (let times = 0; times < 2; times++) {
      const { headers } = await answer([], { file: 'future.txt' })
      const { date = '', 'last-modified': modified = '' } = headers
      // Date is the turn's, and a second may begin within a turn.
      expect(Date.parse(modified)).toBeLessThanOrEqual(Date.parse(date) + 1000)
    }
  })

  it('heeds the conditions of a request', async () => {
    const { etag = '' } = (await answer()).headers
    const same = await answer([`If-None-Match: ${etag}`], { options: { cacheControl: 'no-cache' } })
    expect(same).toMatchObject({ status: 304, headers: { etag, 'cache-control': 'no-cache' } })
    expect(same.headers).not.toHaveProperty('content-length')
    const time = 'If-Modified-Since: Mon, 06 May 2024 07:08:09 GMT'
    expect((await answer([time])).status).toBe(304)
    expect((await answer([time], { options: { lastModified: false } })).status).toBe(200)
    expect((await answer(['If-Match: "other"'])).status).toBe(412)
    expect((await answer(['Range: bytes=0-1', `If-Range: ${etag}`])).status).toBe(206)
    expect((await answer(['Range: bytes=0-1', 'If-Range: "other"'])).status).toBe(200)
  })

  it('passes conditions and ranges over for other methods and other statuses', async () => {
    expect(await answer(['Range: bytes=0-1'], { method: 'POST' })).toMatchObject({
      status: 200,
      body: '0123456789',
    })
    const missing = await answer(['Range: bytes=0-1', 'If-None-Match: *'], {
      prepare: (response) => response.status(404),
    })
    expect(missing).toMatchObject({ status: 404, body: '0123456789' })
  })

  it('leaves fields that were set, a tag included', async () => {
    const prepare = (response: HttpResponse): unknown =>
      response.header('ETag', '"mine"').header('Content-Type', 'a/b')
    expect((await answer([], { prepare })).headers).toMatchObject({
      etag: '"mine"',
      'content-type': 'a/b',
    })
    expect((await answer(['If-None-Match: "mine"'], { prepare })).status).toBe(304)
  })

  it('throws for what is no file, and has sent nothing then', async () => {
    const codes: unknown[] = []
    const { port } = serve(backend, (_request, response) => {
      for (const path of [at('missing'), at('.'), '/dev/null']) {
        try {
          response.sendFile(path)
        } catch (error) {
          codes.push((error as NodeJS.ErrnoException).code)
        }
      }
      response.sendStatus(404)
    })
    const [only] = answersIn(await talk(port, request('GET', '/', { close: true })))
    expect(only?.status).toBe(404)
    expect(codes).toEqual(['ENOENT', 'EISDIR', 'EINVAL'])
  })

  it('keeps the order of pipelined requests, files among them', async () => {
    const { port } = serve(backend, async (req, response) => {
      if (req.url === '/slow') await setImmediate()
      if (req.url === '/large') response.sendFile(at('large.bin'))
      else response.send(req.url)
    })
    const all = ['/slow', '/large', '/b', '/large'].map((url) => request('GET', url))
    const text = await talk(port, all.join('') + request('GET', '/end', { close: true }))
    const answers = answersIn(text)
    expect(answers.map(({ body }) => (body.length > 10 ? body.length : body))).toEqual([
      '/slow',
      2_000_000,
      '/b',
      2_000_000,
      '/end',
    ])
  })
})

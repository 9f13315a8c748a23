import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../lib'
import { backends } from '../reactor/kinds'
import { type Answer, answersIn, request, serve, talk, talkAndEnd } from './talk'

function bodies(answers: readonly Answer[]): string[] {
  return answers.map(({ body }) => body)
}

/** A conversation of every way to send a request; HEAD is the third. */
const conversation = [
  request('GET', '/1'),
  request('POST', '/2', { body: 'a body' }),
  request('HEAD', '/3'),
  '\r\n',
  request('POST', '/4', {
    lines: ['Transfer-Encoding: chunked'],
    body: '4;x=y\r\nchun\r\n3\r\nked\r\n0\r\nA: b\r\n\r\n',
  }),
  request('POST', '/unread', { body: 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n' }),
  request('GET', '/6?q', { lines: ['X: \t v ', 'Connection: x, keep-alive'] }),
  request('POST', '/7', { body: 'last', close: true }),
].join('')

async function converse(req: HttpRequest, res: HttpResponse): Promise<void> {
  if (req.path === '/unread') {
    res.send('unread')
    return
  }
  const body = await req.text()
  if (req.path === '/4') {
    res.write('4 ')
    res.write(body)
    res.end()
  } else res.send(`${req.url} ${body}`)
}

const answered = ['/1 ', '/2 a body', '', '4 chunked', 'unread', '/6?q ', '/7 last']

describe.each(backends)('%s', (backend) => {
  it('answers leave in the order of the requests, though handlers finish the other way', async () => {
    const waiting: (() => void)[] = []
    const { port } = serve(backend, (req, res) => {
      waiting.unshift(() => {
        if (req.path === '/1') {
          res.write('in ')
          res.end('pieces')
        } else res.send(req.path)
      })
      if (waiting.length === 4) for (const finish of waiting) finish()
    })
    const requests = [0, 1, 2].map((i) => request('GET', `/${String(i)}`)).join('')
    const text = await talk(port, requests + request('GET', '/3', { close: true }))
    expect(bodies(answersIn(text))).toEqual(['/0', 'in pieces', '/2', '/3'])
  })

  it('a conversation comes to the same answers byte by byte', async () => {
    const { port } = serve(backend, converse)
    const text = await talk(port, ...Array.from(conversation))
    expect(bodies(answersIn(text, [2]))).toEqual(answered)
  })

  it('a conversation comes to the same answers wherever it is cut', async () => {
    const { port } = serve(backend, converse)
    const places = fc.uniqueArray(fc.integer({ min: 1, max: conversation.length - 1 }), {
      maxLength: 10,
    })
    await fc.assert(
      fc.asyncProperty(places, async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), conversation.length]
        const pieces = ends.map((end, i) => conversation.slice(ends[i - 1] ?? 0, end))
        const answers = answersIn(await talk(port, ...pieces), [2])
        expect(bodies(answers)).toEqual(answered)
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
      }),
      { numRuns: 40 },
    )
  })

  it('hundreds of requests at once are answered, though the client half-closes behind them', async () => {
    const { port } = serve(backend, async (req, res) => {
      await Promise.resolve()
      res.send(req.path)
    })
    const paths = Array.from({ length: 300 }, (_, i) => `/${String(i)}`)
    const all = paths.map((path) => request('GET', path)).join('')
    expect(bodies(answersIn(await talkAndEnd(port, all)))).toEqual(paths)
  })

  it('requests that are answered at once are all answered, however many come', async () => {
    const { port } = serve(backend, (req, res) => {
      res.send(req.path)
    })
    const paths = Array.from({ length: 3000 }, (_, i) => `/${String(i)}`)
    const all = paths.map((path) => request('GET', path)).join('')
    const text = await talk(port, all + request('GET', '/last', { close: true }))
    expect(bodies(answersIn(text))).toEqual([...paths, '/last'])
  })

  it('no more than 64 are handled at once', async () => {
    let most = 0
    let under = 0
    const { port } = serve(backend, async (req, res) => {
      most = Math.max(most, ++under)
      await new Promise((resolve) => setTimeout(resolve, 1))
      under--
      res.send(req.path)
    })
    const paths = Array.from({ length: 200 }, (_, i) => `/${String(i)}`)
    const all = paths.map((path) => request('GET', path)).join('')
    const text = await talk(port, all + request('GET', '/last', { close: true }))
    expect(bodies(answersIn(text))).toEqual([...paths, '/last'])
    expect(most).toBe(64)
  })
})

// Answers given whole: by the short way that most of them take, and by the long one.

import { describe, expect, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

const bodies: [what: string, body: string][] = [
  ['one character', 'x'],
  ['as many as are copied one by one', 'a'.repeat(64)],
  ['one more', 'b'.repeat(65)],
  ['as many as have their head remembered', 'c'.repeat(8192)],
  ['one more', 'd'.repeat(8193)],
  ['more than is copied', 'e'.repeat(70_000)],
  ['DEL, the last of ASCII', '\x7f'],
  ['latin1, which is two bytes', 'é'],
  ['beyond the first plane', 'a 😀 b'],
  ['half a character', 'a\ud83d'],
  ['long and not ASCII', `${'f'.repeat(100)}é`],
]

describe.each(backends)('%s', (backend) => {
  it.each(bodies)('%s: the same, first and again, with either type', async (_what, body) => {
    const { port } = serve(backend, (req, res) => {
      if (req.path === '/typed') res.header('content-TYPE', 'text/x-test')
      res.send(body)
    })
    const asked = ['/', '/', '/typed', '/typed'].map((path) => request('GET', path)).join('')
    const text = await talk(port, asked + request('GET', '/', { close: true }))
    const sent = Buffer.from(body).toString('latin1')
    const answers = answersIn(text)
    expect(answers.map((answer) => answer.body)).toEqual(Array(5).fill(sent))
    expect(answers.map(({ headers }) => headers['content-type'])).toEqual([
      ...Array<string>(2).fill('text/plain; charset=utf-8'),
      ...Array<string>(2).fill('text/x-test'),
      'text/plain; charset=utf-8',
    ])
    for (const { headers } of answers) {
      expect(headers['content-length']).toBe(String(sent.length))
      expect(Math.abs(Date.parse(headers['date'] ?? '') - Date.now())).toBeLessThan(60_000)
    }
  })
})

describe('the short way is not taken', () => {
  it.each([
    ['to HEAD', request('HEAD', '/', { close: true }), [0]],
    ['to 1.0', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', []],
  ])('%s', async (_what, text, heads) => {
    const { port, server } = serve('epoll', (_req, res) => {
      res.send('body')
      void server.close({ graceful: true })
    })
    const [answer] = answersIn(await talk(port, text), heads)
    expect(answer?.headers['content-length']).toBe('4')
    expect(answer?.body).toBe(heads.length > 0 ? '' : 'body')
  })

  it('with a status, a second field or none of the body', async () => {
    const { port } = serve('epoll', (req, res) => {
      if (req.path === '/status') res.status(201)
      if (req.path === '/field') res.header('X-Two', 'b')
      res.header('X-One', '\xe9').send(req.path === '/empty' ? '' : 'x')
    })
    const asked = ['/status', '/field', '/empty'].map((path) => request('GET', path)).join('')
    const answers = answersIn(await talk(port, asked + request('GET', '/', { close: true })))
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [201, 'x'],
      [200, 'x'],
      [200, ''],
      [200, 'x'],
    ])
    // One byte in the head, as the value has one character: RFC 9110 section 5.5.
    expect(answers.map(({ headers }) => headers['x-one'])).toEqual(Array(4).fill('\xe9'))
    expect(answers[1]?.headers['x-two']).toBe('b')
  })

  it('behind an answer that is late: the order stays', async () => {
    let finish = (): void => undefined
    const { port } = serve('epoll', (req, res) => {
      if (req.path === '/late') {
        finish = () => {
          res.send('late')
        }
        return
      }
      res.send(req.path)
      if (req.path === '/last') finish()
    })
    const asked = ['/late', '/a', '/b'].map((path) => request('GET', path)).join('')
    const answers = answersIn(await talk(port, asked + request('GET', '/last', { close: true })))
    expect(answers.map(({ body }) => body)).toEqual(['late', '/a', '/b', '/last'])
  })
})

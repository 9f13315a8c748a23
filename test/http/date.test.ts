// The Date of answers, RFC 9110 section 6.6.1.

import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { HttpHandler } from '../../lib'
import { answersIn, request, serve, talk } from './talk'

const asked: [what: string, handler: HttpHandler][] = [
  ['send()', (_req, res) => res.send('body')],
  ['write() and end()', (_req, res) => [res.write('bo'), res.end('dy')]],
  ['sendStatus(404)', (_req, res) => res.sendStatus(404)],
]

it.each(asked)(
  '%s: it is in the form that the RFC wants, and goes on with time',
  async (_what, handler) => {
    const { port } = serve('epoll', handler)
    const dateOf = async (): Promise<number> => {
      const [answer] = answersIn(await talk(port, request('GET', '/', { close: true })))
      const date = answer?.headers['date'] ?? ''
      expect(date).toMatch(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/)
      return Date.parse(date)
    }
    const begun = Date.now()
    const first = await dateOf()
    // The kernel's coarse clock may be a tick behind.
    expect(first).toBeGreaterThanOrEqual(Math.floor((begun - 100) / 1000) * 1000)
    expect(first).toBeLessThanOrEqual(Date.now())
    let later = await dateOf()
    while (later === first) {
      await setTimeout(50)
      later = await dateOf()
    }
    expect(later).toBeGreaterThan(first)
  },
)

it('one that the handler sets is left alone', async () => {
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT'
  const { port } = serve('epoll', (_req, res) => {
    res.header('Date', date).send('')
  })
  const text = await talk(port, request('GET', '/', { close: true }))
  expect(text.match(/^date:.*$/gim)).toEqual([`Date: ${date}`])
})

// How many connections there may be, and how many requests on one.

import net from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { HttpHandler } from '../../lib'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

const handler: HttpHandler = async (req, res) => {
  res.send(await req.text())
}

describe.each(backends)('%s', (backend) => {
  it('maxRequestsPerConnection: the answer to the last request ends the connection', async () => {
    const { port } = serve(backend, handler, { maxRequestsPerConnection: 2 })
    const post = request('POST', '/', { body: 'body' })
    const expected = [
      { status: 200, body: 'body', headers: { 'content-length': '4' } },
      { status: 200, body: 'body', headers: { connection: 'close' } },
    ]
    expect(answersIn(await talk(port, post, post))).toMatchObject(expected)
    const answers = answersIn(await talk(port, post.repeat(4)))
    expect(answers).toMatchObject(expected)
    expect(answers[0]?.headers).not.toHaveProperty('connection')
  })

  it('maxConnections: one more is closed at once, and finds room when another has gone', async () => {
    const { port, server } = serve(backend, handler, { maxConnections: 1 })
    const first = net.connect(port, '127.0.0.1')
    first.write(request('GET', '/'))
    await new Promise((resolve) => first.once('data', resolve))
    const second = net.connect(port, '127.0.0.1')
    second.on('error', () => undefined)
    await new Promise((resolve) => second.resume().once('close', resolve))
    expect(server.connections).toBe(1)
    first.end()
    await text(first)
    while (server.connections > 0) await new Promise((resolve) => setImmediate(resolve))
    const answer = await talk(port, request('GET', '/', { close: true }))
    expect(answersIn(answer)).toMatchObject([{ status: 200 }])
  })
})

it.each([0, -1, 1.5, NaN, '1', null])('maxRequestsPerConnection can not be %j', (value) => {
  const options = { maxRequestsPerConnection: value as number }
  expect(() => serve('epoll', handler, options)).toThrow(/maxRequestsPerConnection/)
})

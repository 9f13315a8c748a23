// What would make something else of a connection is answered as an ordinary request.

import { expect, it } from 'vitest'
import { answersIn, request, serve, talk } from './talk'

it('RFC 9110 7.8: Upgrade is passed over, and the connection goes on', async () => {
  const { port } = serve('epoll', (req, res) => {
    res.send(req.header('upgrade') ?? 'none')
  })
  const lines = ['Connection: Upgrade', 'Upgrade: websocket']
  const text = request('GET', '/', { lines }) + request('GET', '/', { close: true })
  expect(answersIn(await talk(port, text))).toMatchObject([
    { status: 200, body: 'websocket' },
    { status: 200, body: 'none' },
  ])
})

it('RFC 9110 9.3.6: CONNECT reaches the handler with its authority, and there is no tunnel', async () => {
  const { port } = serve('epoll', (req, res) => {
    if (req.method === 'CONNECT') res.status(405).send(req.url)
    else res.send(req.path)
  })
  const text = request('CONNECT', 'a:80') + request('GET', '/', { close: true })
  expect(answersIn(await talk(port, text))).toMatchObject([
    { status: 405, body: 'a:80' },
    { status: 200, body: '/' },
  ])
})

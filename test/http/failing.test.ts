// Handlers that fail, and a reactor that is closed under its server.

import net from 'node:net'
import { describe, expect, it } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../lib'
import { runScript } from '../multiplexer/child'
import { backends, make } from '../reactor/kinds'
import { answersIn, request } from './talk'

describe.each(backends)('%s', (backend) => {
  it('a failed handler leaves nothing of what it had set, and lets the answers in front go', async () => {
    const pair = request('GET', '/first') + request('GET', '/cut')
    const { output } = await runScript(
      `
      const { Reactor } = require('edgeloop')
      const net = require('net')
      process.on('uncaughtException', () => {})
      const reactor = new Reactor({ backend: process.argv[1] })
      const server = reactor.serve({ async handler(req, res) {
        if (req.path === '/set') {
          res.header('Content-Encoding', 'gzip').header('Content-Type', 'image/png')
          throw new Error('no picture')
        }
        if (req.path === '/cut') {
          res.write('cut')
          throw new Error('no rest')
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
        res.send('first')
      } })
      reactor.run()
      const ask = (text) => new Promise((resolve) => {
        let heard = ''
        net.connect(server.port, '127.0.0.1').on('data', (data) => { heard += data })
          .on('close', () => resolve(heard)).end(text)
      })
      ;(async () => {
        const heard = [await ask(process.argv[2]), await ask(process.argv[3])]
        reactor.close()
        console.log(JSON.stringify(heard))
      })()
      `,
      { args: [backend, request('GET', '/set'), pair] },
    )
    const [alone = '', both = ''] = JSON.parse(output) as string[]
    const [answer] = answersIn(alone)
    expect(answer).toMatchObject({ status: 500, body: 'Internal Server Error' })
    expect(answer?.headers).not.toHaveProperty('content-encoding')
    expect(answer?.headers['content-type']).toMatch(/^text\/plain/)
    expect(both).toMatch(/\r\n\r\nfirst/)
    expect(both).toMatch(/\r\n\r\n3\r\ncut\r\n$/)
  })

  it('server.close() settles, and the signal aborts, where the reactor was closed before', async () => {
    const reactor = make(backend)
    let asked = (_pair: [HttpRequest, HttpResponse]): void => undefined
    const got = new Promise<[HttpRequest, HttpResponse]>((resolve) => {
      asked = resolve
    })
    const server = reactor.serve({
      port: 0,
      handler: (req, res) => {
        asked([req, res])
      },
    })
    void reactor.run()
    const client = net.connect(server.port ?? 0, '127.0.0.1').on('error', () => undefined)
    client.write(request('GET', '/'))
    const [req, res] = await got
    reactor.close()
    await server.close()
    expect(server.connections).toBe(0)
    expect(req.signal.aborted).toBe(true)
    expect(res.closed).toBe(true)
    client.destroy()
  })
})

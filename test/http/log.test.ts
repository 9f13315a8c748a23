// What became of each request, for a log.

import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { commonLog, type LoggedResponse } from '../../lib'
import { request, serve, talk } from './talk'

describe('log', () => {
  it('is called once for each answer, with what is known then', async () => {
    const lines: string[] = []
    const time = Date.UTC(2024, 4, 6, 7, 8, 9)
    const { port } = serve(
      'epoll',
      (req, response) => {
        if (req.url === '/none') response.status(204).end()
        else if (req.url === '/pieces') {
          response.write('12')
          response.end('345')
        } else response.send('text')
      },
      {
        log(req, response) {
          lines.push(commonLog(req, response, time))
        },
      },
    )
    const targets = ['/a?"\\', '/none', '/pieces']
    await talk(
      port,
      targets.map((target) => request('GET', target)).join(''),
      request('HEAD', '/', { close: true }),
    )
    const start = '127.0.0.1 - - [06/May/2024:07:08:09 +0000]'
    expect(lines).toEqual([
      `${start} "GET /a?\\x22\\x5c HTTP/1.1" 200 4`,
      `${start} "GET /none HTTP/1.1" 204 -`,
      `${start} "GET /pieces HTTP/1.1" 200 5`,
      `${start} "HEAD / HTTP/1.1" 200 -`,
    ])
  })

  it('is called when the client goes before its answer', async () => {
    let peer: net.Socket | undefined
    const told = new Promise<LoggedResponse>((resolve) => {
      const { port } = serve('epoll', () => peer?.resetAndDestroy(), {
        log(_request, response) {
          resolve(response)
        },
      })
      peer = net.connect(port, '127.0.0.1')
      peer.on('error', () => undefined)
      peer.write(request('GET', '/'))
    })
    const { closed, finished } = await told
    expect({ closed, finished }).toEqual({ closed: true, finished: false })
  })

  it('must be a function', () => {
    const log = 'yes' as unknown as () => void
    expect(() => serve('epoll', () => undefined, { log })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }) as Error,
    )
  })
})

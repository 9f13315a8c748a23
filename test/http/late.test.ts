// Whatever a handler does with an answer whose client has gone: dropped, and nothing thrown.

import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../lib'
import { backends } from '../reactor/kinds'
import { expectNoLeak } from '../sys/openDescriptors'
import { request, serve } from './talk'

type Late = (res: HttpResponse) => unknown

const ways: [what: string, late: Late][] = [
  ['send()', (res) => res.send('late')],
  ['send() of JSON', (res) => res.status(201).header('X', 'y').send({ late: true })],
  ['sendStatus()', (res) => res.sendStatus(404)],
  ['sendFile()', (res) => res.sendFile(__filename)],
  ['write() and end()', (res) => [res.write('late'), res.end('later'), res.end()]],
  ['flushHeaders()', (res) => [res.flushHeaders(), res.end()]],
  ['trailers()', (res) => [res.trailers({ X: 'y' }), res.write('late'), res.end()]],
  ['drained()', (res) => res.drained()],
  ['nothing', () => undefined],
]

/** A request whose client has reset its connection. */
async function abandoned(
  backend: (typeof backends)[number],
): Promise<[request: HttpRequest, response: HttpResponse, close: () => Promise<void>]> {
  const client = new net.Socket()
  client.on('error', () => undefined)
  const asked = new Promise<[HttpRequest, HttpResponse, () => Promise<void>]>((resolve) => {
    const { port, server } = serve(backend, (req, res) => {
      resolve([req, res, () => server.close()])
    })
    client.connect(port, '127.0.0.1', () =>
      client.write(request('GET', '/a?b', { lines: ['X: y'] })),
    )
  })
  const [req, res, close] = await asked
  const aborted = once(req.signal, 'abort')
  client.resetAndDestroy()
  await aborted
  return [req, res, close]
}

describe.each(backends)('behind a client that has gone, on %s', (backend) => {
  expectNoLeak()

  it.each(ways)('%s is dropped', async (_what, late) => {
    const [, res, close] = await abandoned(backend)
    expect(res.closed).toBe(true)
    await late(res)
    expect(res.closed).toBe(true)
    await close()
  })

  it('the request is what it was', async () => {
    const [req, , close] = await abandoned(backend)
    expect([req.method, req.url, req.path, req.httpVersion]).toEqual(['GET', '/a?b', '/a', '1.1'])
    expect([req.header('x'), req.query.has('b'), [...req.headers].length]).toEqual(['y', true, 2])
    expect(req.signal.reason).toMatchObject({ code: 'ECONNRESET' })
    await expect(req.text()).resolves.toBe('')
    await close()
  })

  it('what is refused anyway is refused still', async () => {
    const [, res, close] = await abandoned(backend)
    res.end()
    expect(() => res.write('x')).toThrow(
      expect.objectContaining({ code: 'ERR_STREAM_WRITE_AFTER_END' }) as Error,
    )
    expect(() => {
      res.send('x')
    }).toThrow(expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }) as Error)
    await close()
  })
})

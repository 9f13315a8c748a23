// What a client does wrong is answered, and is no exception of the server's, whatever the handler catches.

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { HttpHandler } from '../../lib'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk, talkAndEnd } from './talk'

const MULTIPART = 'Content-Type: multipart/form-data; boundary=b'

// Vitest fails a run with an uncaught exception or rejection: what these tests are about.

it.each([
  ['no JSON', 400, '{', [], (req) => req.json()],
  ['an end within JSON', 400, '{"a":', [], (req) => req.json()],
  ['a form cut short', 400, '--b\r\n', [MULTIPART], (req) => req.formData()],
  ['no form', 415, 'a', ['Content-Type: text/plain'], (req) => req.formData()],
] as [string, number, string, string[], (req: Parameters<HttpHandler>[0]) => Promise<unknown>][])(
  '%s, and a handler that lets the failure pass, is answered %i',
  async (_what, status, body, lines, read) => {
    for (const backend of backends) {
      const { server, port } = serve(backend, async (req, response) => {
        response.header('X-Set', 'before')
        response.send(await read(req))
      })
      const good = request('POST', '/', { body, lines })
      const last = request('POST', '/', { body, lines, close: true })
      // The connection goes on: where the message ends was certain.
      const answers = answersIn(await talk(port, good + last))
      expect(answers.map((answer) => answer.status)).toEqual([status, status])
      expect(answers[0]?.headers).not.toHaveProperty('x-set')
      await server.close()
    }
  },
)

it('the failure breaks off an answer that has begun', async () => {
  const { port } = serve('epoll', async (req, response) => {
    response.write('begun')
    response.end(JSON.stringify(await req.json()))
  })
  const heard = await talk(port, request('POST', '/', { body: '{' }))
  expect(heard).toMatch(/5\r\nbegun\r\n$/)
})

it.each(['bytes', 'text', 'json', 'formData'] as const)(
  'a promise of %s() that is not awaited yet when the client goes is no unhandled rejection',
  async (how) => {
    const failed = vi.fn()
    const { server, port } = serve('epoll', async (req) => {
      const body: Promise<unknown> = req[how]()
      await new Promise((resolve) => {
        req.signal.addEventListener('abort', resolve)
      })
      await sleep(1) // Node tells of a rejection once the microtasks have run
      await body.catch(failed)
    })
    await talkAndEnd(
      port,
      request('POST', '/', { body: 'a', lines: [MULTIPART, 'Content-Length: 9'] }),
    )
    const reset = expect.objectContaining({ code: 'ECONNRESET' }) as Error
    await expect.poll(() => failed).toHaveBeenCalledWith(reset)
    await server.close()
  },
)

// Server-sent events: a head that leaves before the body, and an answer without an end.

import net from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HttpHandler, HttpRequest, HttpResponse } from '../../lib'
import { backends } from '../reactor/kinds'
import { request, serve } from './talk'

interface Message {
  id: string
  data: string
}

/** What an EventSource does (HTML, section 9.2): reads messages, and asks again where it was cut off. */
class EventClient {
  lastId = ''
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${String(port)}/events`
  }

  /** The messages of one connection, until it ends. */
  async *connect(signal?: AbortSignal): AsyncGenerator<Message> {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': this.lastId }
    const answer = await fetch(this.#url, signal === undefined ? { headers } : { headers, signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    if (answer.body === null) return
    let text = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const lines = block.split('\n').map((line) => line.split(': ', 2))
        const field = (name: string): string => lines.find(([key]) => key === name)?.[1] ?? ''
        this.lastId = field('id')
        yield { id: this.lastId, data: field('data') }
      }
    }
  }
}

/** Numbers on, from behind the last that the client has seen; `most` to a connection. */
const numbers =
  (most: number): HttpHandler =>
  async (req, res) => {
    res.header('Content-Type', 'text/event-stream').header('Cache-Control', 'no-store')
    res.flushHeaders()
    const from = Number(req.header('last-event-id') ?? 0) + 1
    for (let id = from; id < from + most && !res.closed; id++) {
      res.write(`id: ${String(id)}\ndata: number ${String(id)}\n\n`)
      await setTimeout(1)
    }
    res.end()
  }

describe.each(backends)('%s', (backend) => {
  it('flushHeaders() sends the head alone, while the handler still waits', async () => {
    let answer: HttpResponse | undefined
    const { port } = serve(backend, (_req, res) => {
      res.header('Content-Type', 'text/event-stream').flushHeaders()
      expect(res.headersSent).toBe(true)
      answer = res
    })
    const { body, status } = await fetch(`http://127.0.0.1:${String(port)}/`)
    expect([status, answer?.finished]).toEqual([200, false])
    const reader = body?.getReader()
    answer?.write('data: 1\n\n')
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n')
    answer?.end()
    expect((await reader?.read())?.done).toBe(true)
  })

  it('messages come one by one, and a client that was cut off goes on where it was', async () => {
    const { port } = serve(backend, numbers(3))
    const client = new EventClient(port)
    const heard: string[] = []
    for (let i = 0; i < 2; i++) {
      for await (const { data } of client.connect()) heard.push(data)
    }
    expect(heard).toEqual([1, 2, 3, 4, 5, 6].map((number) => `number ${String(number)}`))
  })

  it('a client that leaves is noticed, and writing to it does no harm', async () => {
    const answered = new Promise<HttpResponse>((resolve) => {
      const { port } = serve(backend, async (req, res) => {
        res.header('Content-Type', 'text/event-stream').flushHeaders()
        for (let id = 1; !res.closed; id++) {
          res.write(`id: ${String(id)}\n\n`)
          await setTimeout(1)
        }
        expect(req.signal.aborted).toBe(true)
        resolve(res)
      })
      const leaving = new AbortController()
      void (async () => {
        for await (const { id } of new EventClient(port).connect(leaving.signal)) {
          if (id === '3') leaving.abort()
        }
      })().catch(() => undefined)
    })
    const response = await answered
    expect(response.closed).toBe(true)
    expect(response.write('late')).toBe(true)
    response.end('later')
  })

  it('a client that half-closes has not gone: the signal is silent, the answer is sent', async () => {
    const client = new net.Socket({ allowHalfOpen: true })
    const asked = new Promise<[HttpRequest, HttpResponse]>((resolve) => {
      const { port } = serve(backend, (req, res) => {
        resolve([req, res])
      })
      client.connect(port, '127.0.0.1').end(request('GET', '/'))
    })
    const [req, res] = await asked
    while (req.socket.readyState === 'open') await setTimeout(1)
    expect([req.signal.aborted, res.closed]).toEqual([false, false])
    res.send('all the same')
    let heard = ''
    for await (const chunk of client) heard += String(chunk)
    expect(heard).toMatch(/\r\n\r\nall the same$/)
    expect([req.signal.aborted, res.finished]).toEqual([false, true])
  })
})

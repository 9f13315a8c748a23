import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../lib'
import { runScript } from '../multiplexer/child'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

/** Resolves with the first call's argument. */
function called<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve = (_value: T): void => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

describe.each(backends)('%s', (backend) => {
  it.each([
    ['nothing', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHost:'],
  ])('headersTimeout: a client that sent %s gets 408', async (_what, text) => {
    const { port } = serve(backend, () => undefined, { headersTimeout: 50 })
    const before = performance.now()
    const answers = answersIn(await talk(port, text))
    expect(performance.now() - before).toBeGreaterThanOrEqual(49)
    expect(answers).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
  })

  it('requestTimeout: a body that does not come whole is 408, and the reader fails', async () => {
    const failed = called<unknown>()
    const { port } = serve(
      backend,
      (req) => {
        req.text().catch(failed.resolve)
      },
      { requestTimeout: 50 },
    )
    const text = request('POST', '/', { lines: ['Content-Length: 9'], body: 'half' })
    expect(answersIn(await talk(port, text))).toMatchObject([{ status: 408 }])
    expect(await failed.promise).toMatchObject({ code: 'ERR_HTTP_BODY_TIMEOUT' })
  })

  it('requestTimeout: a body of which enough comes in each takes as long as it needs', async () => {
    const { port, server } = serve(
      backend,
      async (req, res) => {
        let bytes = 0
        for await (const chunk of req.body) bytes += chunk.length
        res.send(String(bytes))
      },
      { requestTimeout: 700 },
    )
    const client = net.connect(port, '127.0.0.1').setEncoding('latin1')
    // Each is enough by itself, so that this process may be kept waiting between them.
    const piece = Buffer.alloc(70_000, 'x')
    const pieces = 20 // 100 ms apart: several times the limit
    client.write(
      request('POST', '/', { lines: [`Content-Length: ${String(pieces * piece.length)}`] }),
    )
    for (let sent = 0; sent < pieces; sent++) {
      client.write(piece)
      await delay(100)
    }
    const [answer] = (await once(client, 'data')) as [string]
    expect(answersIn(answer)).toMatchObject([{ status: 200, body: '1400000' }])
    client.destroy()
    await server.close()
  })

  it('requestTimeout: a body that trickles is 408, however long the next byte took', async () => {
    const { port, server } = serve(backend, (req) => req.text(), { requestTimeout: 300 })
    const client = net.connect(port, '127.0.0.1').setEncoding('latin1')
    client.write(request('POST', '/', { lines: ['Content-Length: 100000'] }))
    client.on('error', () => undefined) // a drop behind its end
    const drip = setInterval(() => client.write('x'.repeat(100)), 50)
    const [answer] = (await once(client, 'data')) as [string]
    clearInterval(drip)
    expect(answersIn(answer)).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    client.destroy()
    await server.close()
  })

  it('requestTimeout: a reader who stops when it has answered does not keep the connection', async () => {
    const { port, server } = serve(
      backend,
      async (req, res) => {
        await req.body[Symbol.asyncIterator]().next()
        res.send('enough')
      },
      { requestTimeout: 50 },
    )
    const body = 'x'.repeat(500_000)
    const client = net.connect(port, '127.0.0.1')
    client.on('error', () => undefined).resume()
    client.write(request('POST', '/', { lines: ['Content-Length: 999999999'], body }))
    await once(client, 'close')
    await server.close({ graceful: true })
    expect(server.connections).toBe(0)
  })

  it('keepAliveTimeout: an idle connection ends without a word', async () => {
    const { port, server } = serve(
      backend,
      (_req, res) => {
        res.send('ok')
      },
      { keepAliveTimeout: 50 },
    )
    expect(answersIn(await talk(port, request('GET', '/')))).toMatchObject([{ body: 'ok' }])
    await server.close()
    expect(server.connections).toBe(0)
  })

  it('a handler has all the time it wants', async () => {
    const short = { headersTimeout: 1, requestTimeout: 1, keepAliveTimeout: 1 }
    const { port } = serve(
      backend,
      (_req, res) => {
        setTimeout(() => {
          res.send('slow')
        }, 1200)
      },
      short,
    )
    const answers = answersIn(await talk(port, request('GET', '/')))
    expect(answers).toMatchObject([{ status: 200, body: 'slow' }])
  })

  it('a client that leaves: the signal aborts, the answer is closed, late writes do nothing', async () => {
    const asked = called<[HttpRequest, HttpResponse]>()
    const { port } = serve(backend, (req, res) => {
      asked.resolve([req, res])
    })
    const client = net.connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    client.write(request('GET', '/'))
    const [req, res] = await asked.promise
    expect([req.signal.aborted, res.closed]).toEqual([false, false])
    const aborted = once(req.signal, 'abort')
    client.resetAndDestroy()
    await aborted
    expect(req.signal.reason).toMatchObject({ code: 'ECONNRESET' })
    expect([req.signal.aborted, res.closed]).toEqual([true, true])
    res.write('late')
    res.end('later')
    await res.drained()
    expect(res.finished).toBe(true)
  })

  it('close() cuts connections and frees the port', async () => {
    const asked = called<HttpRequest>()
    const { port, server } = serve(backend, (req) => {
      asked.resolve(req)
    })
    const client = net.connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    const gone = once(client, 'close')
    client.write(request('GET', '/'))
    const { signal } = await asked.promise
    await server.close()
    await gone
    expect(server.connections).toBe(0)
    expect(signal.aborted).toBe(true)
    const listener = net.createServer().listen(port, '127.0.0.1')
    await once(listener, 'listening')
    listener.close()
  })

  it('close({ graceful: true }) answers what is under way, and ends idle connections', async () => {
    const asked = called<HttpResponse>()
    const { port, server } = serve(backend, (req, res) => {
      if (req.path === '/now') res.send('now')
      else asked.resolve(res)
    })
    const idle = talk(port, request('GET', '/now'))
    const busy = talk(port, request('GET', '/later'))
    const res = await asked.promise
    while (server.connections < 2) await new Promise((resolve) => setImmediate(resolve))
    const closed = server.close({ graceful: true })
    await idle
    res.send('later')
    expect(answersIn(await busy)).toMatchObject([{ body: 'later' }])
    await closed
    expect(server.connections).toBe(0)
  })
})

describe('in a process of its own', () => {
  const begin = `
    const net = require('net')
    const { Reactor } = require('edgeloop')
    const reactor = new Reactor()
    const uncaught = []
    process.on('uncaughtException', (error) => uncaught.push(error.message))
    process.on('unhandledRejection', (error) => uncaught.push('unhandled: ' + error.message))
    const get = (path) => 'GET ' + path + ' HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'
    const ask = (port, text) => new Promise((resolve) => {
      let heard = ''
      const client = net.connect(port, '127.0.0.1', () => client.write(text))
      client.on('data', (data) => (heard += data)).on('error', () => {})
      client.on('close', () => resolve(heard.split('\\r\\n')[0]))
    })
  `

  it('a handler that throws or rejects: 500, and uncaughtException', async () => {
    const { output } = await runScript(`${begin}
      const server = reactor.serve({ handler(req) {
        if (req.path === '/throw') throw new Error('thrown')
        return Promise.reject(new Error('rejected'))
      } })
      reactor.run()
      ;(async () => {
        const heard = [await ask(server.port, get('/throw')), await ask(server.port, get('/reject'))]
        await server.close()
        console.log(JSON.stringify([heard, uncaught]))
      })()
    `)
    const status = 'HTTP/1.1 500 Internal Server Error'
    expect(JSON.parse(output)).toEqual([
      [status, status],
      ['thrown', 'rejected'],
    ])
  })

  it('a handler that fails behind its head: the connection is cut, and uncaughtException', async () => {
    const { output } = await runScript(`${begin}
      const server = reactor.serve({ async handler(req, res) {
        res.write('begun')
        await new Promise(setImmediate)
        throw new Error('late')
      } })
      reactor.run()
      ask(server.port, get('/')).then(async () => {
        await server.close()
        console.log(JSON.stringify([server.connections, uncaught]))
      })
    `)
    expect(JSON.parse(output)).toEqual([0, ['late']])
  })

  it.each([
    ['resets', 'client.resetAndDestroy()'],
    ['goes', 'client.destroy()'],
  ])(
    'a client that %s amid its body fails the reader: nothing is uncaught',
    async (_what, leave) => {
      const { output } = await runScript(`${begin}
      let code
      const server = reactor.serve({ async handler(req, res) {
        setImmediate(() => { ${leave} })
        try { await req.text() } catch (error) {
          code = error.code
          setImmediate(async () => {
            await server.close()
            console.log(JSON.stringify([code, uncaught]))
          })
          throw error
        }
      } })
      reactor.run()
      const client = net.connect(server.port, '127.0.0.1').on('error', () => {})
      client.write('POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9\\r\\n\\r\\nhalf')
    `)
      expect(JSON.parse(output)).toEqual(['ECONNRESET', []])
    },
  )
})

import { once } from 'node:events'
import net from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type HttpResponse, Reactor } from '../../lib'

it('close({ graceful: true }) ends a keep-alive connection with its last answer', async () => {
  const reactor = new Reactor()
  let onAsked = (_response: HttpResponse): void => {}
  const asked = new Promise<HttpResponse>((resolve) => {
    onAsked = resolve
  })
  const server = reactor.serve({
    keepAliveTimeout: 0x7fffffff, // what ends the connection is not its idleness
    handler(_request, response) {
      onAsked(response)
    },
  })
  const running = reactor.run()
  const client = net.connect(server.port ?? 0, '127.0.0.1')
  let answer = ''
  client.setEncoding('latin1').on('data', (text: string) => (answer += text))
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')

  const response = await asked
  const closed = server.close({ graceful: true })
  response.send('last')
  await once(client, 'close')
  await closed
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nlast$/)
  await running
  reactor.close()
})

it.each([true, false])('close({ graceful: %j }) frees the port at once', async (graceful) => {
  const reactor = new Reactor()
  let response: HttpResponse | undefined
  const server = reactor.serve({
    hostname: '127.0.0.1',
    handler(_request, answer) {
      response = answer
    },
  })
  const running = reactor.run()
  const port = server.port ?? 0
  const client = net.connect(port, '127.0.0.1')
  client.on('error', () => undefined).resume()
  const gone = once(client, 'close')
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  while (response === undefined) await setImmediate()

  const closed = server.close({ graceful })
  // The request is still under way, and another server has the port.
  const other = new Reactor()
  const successor = other.serve({
    port,
    hostname: '127.0.0.1',
    handler(_request, answer) {
      answer.send('the next')
    },
  })
  const running2 = other.run()
  expect(await (await fetch(`http://127.0.0.1:${String(port)}/`)).text()).toBe('the next')
  response.send('late')
  await gone
  await closed
  await successor.close()
  await Promise.all([running, running2])
  reactor.close()
  other.close()
})

it('close({ graceful: true, deadline }) cuts what is not finished by then', async () => {
  const reactor = new Reactor()
  let port = 0
  let closed: Promise<void> | undefined
  const asked = new Promise<HttpResponse>((resolve) => {
    const server = reactor.serve({
      handler(_request, response) {
        resolve(response)
        closed = server.close({ graceful: true, deadline: 50 })
      },
    })
    port = server.port ?? 0
  })
  const running = reactor.run()
  const begun = performance.now()
  const client = net.connect(port, '127.0.0.1')
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  client.on('error', () => undefined).resume()
  const response = await asked
  await once(client, 'close')
  expect(performance.now() - begun).toBeGreaterThan(49)
  await closed
  expect(response.closed).toBe(true)
  await running
  reactor.close()
})

it('close() refuses a deadline that is none', () => {
  const reactor = new Reactor()
  const server = reactor.serve({ handler: () => undefined })
  expect(() => server.close({ deadline: -1 })).toThrow(RangeError)
  expect(() => server.close({ deadline: '1' as unknown as number })).toThrow(TypeError)
  reactor.close()
})

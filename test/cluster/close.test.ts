import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { dial, ended, holdings, modes, refuses, say, start } from './scene'

describe.each(modes)('closing a cluster in %s mode', (mode) => {
  it('gracefully takes no connection any more, and finishes those there are', async () => {
    const cluster = await start({ mode })
    const clients = await Promise.all(Array.from({ length: 4 }, () => dial(cluster)))
    for (const client of clients) expect(await say(client, 'begin')).toBe('begun')
    const closed = cluster.close({ graceful: true })
    expect(cluster.closed).toBe(true)
    while (!(await refuses(cluster)));
    for (const client of clients) {
      expect(await say(client, 'finish')).toBe('finished')
      client.end()
      await once(client, 'end')
    }
    await closed
    expect(cluster.listening).toBe(0)
  })

  it('gracefully answers the request under way, and not the next', async () => {
    const cluster = await start({ mode, workers: 1 }, 'http.cjs')
    const agent = new http.Agent({ keepAlive: true })
    const address = { port: cluster.port, host: '127.0.0.1', agent }
    const request = http.request({ ...address, path: '/slow', method: 'POST' })
    request.write('a')
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    const closed = cluster.close({ graceful: true })
    while (!(await refuses(cluster)));
    request.end('nswer')
    expect(await text(response)).toMatch(/^\d+ answer$/)
    await closed
    agent.destroy()
  })

  it('gracefully cuts at the deadline what has not finished', async () => {
    const cluster = await start({ mode })
    const client = await dial(cluster)
    await say(client, 'begin')
    const begun = performance.now()
    const over = ended(client)
    await cluster.close({ graceful: true, deadline: 50 })
    expect(performance.now() - begun).toBeGreaterThan(49)
    await over
  })

  it('gracefully ends a Worker that hears nothing any more', async () => {
    const cluster = await start({ mode, workers: 1 })
    const client = await dial(cluster)
    client.on('error', () => undefined)
    client.write('hang')
    await cluster.close({ graceful: true, deadline: 20 })
    expect(cluster.listening).toBe(0)
  })

  it('at once cuts every connection, and twice is fine', async () => {
    const cluster = await start({ mode })
    const client = await dial(cluster)
    await say(client, 'begin')
    const over = ended(client)
    let closes = 0
    cluster.on('close', () => closes++)
    await Promise.all([cluster.close(), cluster.close()])
    await cluster.close({ graceful: true })
    await over
    expect(closes).toBe(1)
    expect(await refuses(cluster)).toBe(true)
    expect(await cluster.stats()).toEqual([])
  })

  it('hurries where it is told so while it closes gracefully', async () => {
    const cluster = await start({ mode })
    await say(await dial(cluster), 'begin')
    const patient = cluster.close({ graceful: true, deadline: 1e9 })
    await cluster.close()
    await patient
  })

  it('cancels a restart that is due', async () => {
    const cluster = await start({ mode, workers: 1, restart: { delay: 60_000 } })
    const exited = once(cluster, 'exit')
    ;(await dial(cluster)).on('error', () => undefined).write('exit')
    await exited
    await cluster.close({ graceful: true })
    expect(cluster.listening).toBe(0)
  })

  it('goes on although a listener throws at its end', async () => {
    const cluster = await start({ mode })
    const thrown = new Promise((resolve) => {
      process.once('uncaughtException', resolve)
      cluster.once('close', () => {
        throw new Error('deliberate')
      })
    })
    await cluster.close()
    expect(await thrown).toMatchObject({ message: 'deliberate' })
  })

  it('in mid-turn and under load leaves neither a descriptor nor a thread behind', async () => {
    // What the first time opens for good is no leak.
    await (await start({ mode })).close()
    const before = holdings()
    for (let round = 0; round < 3; round++) {
      const cluster = await start({ mode })
      const clients = await Promise.all(Array.from({ length: 16 }, () => dial(cluster)))
      const chunk = Buffer.alloc(4096, 'x')
      let echoed = 0
      const busy = new Promise<void>((resolve) => {
        for (const client of clients) {
          client.on('error', () => undefined)
          client.on('data', (data) => {
            client.write(data)
            if (++echoed === 500) resolve()
          })
          client.write(chunk)
        }
      })
      await busy
      const over = clients.map(ended)
      await cluster.close()
      await Promise.all(over)
    }
    // The end of a thread may be heard of before the kernel has put it away.
    await expect.poll(holdings).toEqual(before)
  })

  it.each([-1, NaN, Infinity, 2 ** 31, '5', null])('refuses a deadline of %s', async (deadline) => {
    const cluster = await start({ mode, workers: 1 })
    // @ts-expect-error what is no number
    const close = () => cluster.close({ graceful: true, deadline })
    expect(close).toThrow(/"deadline" option must be an integer/)
    expect(cluster.closed).toBe(false)
  })
})

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as sys from '../../lib/sys'
import { ask, built, dial, modes, say, start, worker } from './scene'

describe.each(modes)('a cluster in %s mode', (mode) => {
  it.each(['epoll', 'poll', 'select'] as const)(
    'spreads connections over all Workers (%s)',
    async (backend) => {
      const cluster = await start({ mode, backend, workers: 3 })
      expect(cluster.port).toBeGreaterThan(0)
      expect(cluster.hostname).toBe('127.0.0.1')
      const answered = new Set<string>()
      while (answered.size < 3) {
        // Many at once: where one listener is shared, who is busy takes none.
        const clients = await Promise.all(Array.from({ length: 16 }, () => dial(cluster)))
        for (const who of await Promise.all(clients.map((client) => say(client, 'who')))) {
          answered.add(who)
        }
        for (const client of clients) client.destroy()
      }
      expect(await ask(cluster, 'backend')).toBe(backend)
    },
  )

  it('tells of each Worker what it is about', async () => {
    const cluster = await start({ mode })
    const clients = await Promise.all(Array.from({ length: 9 }, () => dial(cluster)))
    const threads = await Promise.all(clients.map((client) => say(client, 'who')))
    const stats = await cluster.stats()
    expect(stats.map(({ id, restarts }) => [id, restarts])).toEqual([
      [1, 0],
      [2, 0],
    ])
    for (const { threadId, connections, reactor } of stats) {
      expect(connections).toBe(threads.filter((thread) => thread === String(threadId)).length)
      expect(reactor.referenced).toBe(connections + 1)
    }
  })

  it('gives each Worker its workerData and its own file, as any Worker has them', async () => {
    const workerData = { greeting: 'hello', list: [1, 2] }
    const cluster = await start({ mode, workers: 1, workerData })
    expect(JSON.parse(await ask(cluster, 'data'))).toEqual(workerData)
    expect(await ask(cluster, 'file')).toBe(worker('server.mjs'))
  })

  it('serves HTTP from a CommonJS module', async () => {
    const cluster = await start({ mode }, 'http.cjs')
    const answer = await fetch(`http://127.0.0.1:${String(cluster.port)}/`)
    const { threadId } = (await answer.json()) as { threadId: number }
    const stats = await cluster.stats()
    expect(stats.map((one) => one.threadId)).toContain(threadId)
  })

  it('looks a name up', async () => {
    const cluster = await start({ mode, hostname: 'localhost', workers: 1 })
    expect(cluster.hostname).toMatch(/^(127\.0\.0\.1|::1)$/)
  })

  it('takes a URL, and options of Worker', async () => {
    const cluster = await built.startCluster(pathToFileURL(worker('server.mjs')), {
      mode,
      workers: 1,
      workerOptions: { argv: ['--verbose'], resourceLimits: { maxOldGenerationSizeMb: 64 } },
    })
    expect(cluster.mode).toBe(mode)
    expect(cluster.listening).toBe(1)
    await cluster.close()
  })

  it('keeps port and listener to itself: a second cluster is refused', async () => {
    const cluster = await start({ mode: 'shared-listener', workers: 1 })
    const again = start({ mode, workers: 1, port: cluster.port ?? 0 })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'bind' })
  })
})

describe('a cluster on a Unix socket', () => {
  it('shares one listener, whose file is gone afterwards', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-cluster-'))
    const file = path.join(folder, 'socket')
    const cluster = await start({ path: file })
    expect(cluster.mode).toBe('shared-listener')
    expect(cluster.path).toBe(file)
    expect(cluster.port).toBeUndefined()
    expect(await ask(cluster, 'hello')).toBe('hello')
    await cluster.close()
    expect(existsSync(file)).toBe(false)
    rmSync(folder, { recursive: true })
  })

  it('has an abstract name as well', async () => {
    const name = `\0edgeloop-cluster-${String(process.pid)}`
    const cluster = await start({ path: name, workers: 1 })
    expect(cluster.path).toBe(name)
    const fd = sys.socket(sys.constants.AF_UNIX, sys.constants.SOCK_STREAM)
    expect(sys.connect(fd, { path: name })).toBe(0)
    sys.close(fd)
  })

  it('cannot be listened on twice', async () => {
    const refused = start({ path: '/nowhere', mode: 'reuse-port' })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
  })
})

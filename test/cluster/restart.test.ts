import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Cluster, WorkerExit, WorkerRestart } from '../../lib/cluster'
import { Restarts } from '../../lib/cluster/restarts'
import { ask, dial, modes, refuses, say, start } from './scene'

/** Sends a word that ends whoever hears it. */
async function finish(cluster: Cluster, word: string): Promise<WorkerExit> {
  const exited = once(cluster, 'exit') as Promise<[WorkerExit]>
  const client = await dial(cluster)
  client.on('error', () => undefined)
  client.write(word)
  const [exit] = await exited
  return exit
}

describe.each(modes)('a Worker in %s mode', (mode) => {
  it('that throws is started again, and the port keeps answering', async () => {
    const cluster = await start({ mode, restart: { delay: 1 } })
    const before = (await cluster.stats()).map(({ threadId }) => threadId)
    const restarted = once(cluster, 'restart') as Promise<[WorkerRestart]>
    const exit = await finish(cluster, 'crash')
    expect(exit).toMatchObject({ code: 1, restartIn: 1 })
    expect(exit.error).toMatchObject({ message: 'deliberate' })
    expect(await ask(cluster, 'hello')).toBe('hello')
    const [restart] = await restarted
    expect(restart).toMatchObject({ id: exit.id, restarts: 1 })
    expect(before).not.toContain(restart.threadId)
    expect(cluster.listening).toBe(2)
    const stats = await cluster.stats()
    expect(stats.find(({ id }) => id === exit.id)).toMatchObject({ restarts: 1 })
    expect(await ask(cluster, 'hello')).toBe('hello')
  })

  it('that exits by itself is started again likewise', async () => {
    const cluster = await start({ mode, workers: 1, restart: { delay: 1 } })
    const restarted = once(cluster, 'restart')
    expect(await finish(cluster, 'exit')).toMatchObject({ code: 3, error: undefined })
    await restarted
    expect(await ask(cluster, 'hello')).toBe('hello')
  })

  it('that ends too often is given up, and with the last one the cluster', async () => {
    const cluster = await start({ mode, workers: 1, restart: { limit: 1, delay: 1 } })
    const failed = once(cluster, 'close').catch((error: unknown) => error)
    const restarted = once(cluster, 'restart')
    expect(await finish(cluster, 'crash')).toMatchObject({ restartIn: 1 })
    await restarted
    expect(await finish(cluster, 'crash')).toMatchObject({ restartIn: undefined })
    const error = await failed
    expect(error).toMatchObject({ code: 'ERR_CLUSTER_RESTARTS', cause: { message: 'deliberate' } })
    await cluster.close()
    expect(cluster.closed).toBe(true)
    expect(await refuses(cluster)).toBe(true)
  })

  it('given up leaves the others at work', async () => {
    const cluster = await start({ mode, restart: { limit: 0 } })
    const failed = once(cluster, 'error') as Promise<[Error]>
    await finish(cluster, 'exit')
    expect((await failed)[0]).toMatchObject({ code: 'ERR_CLUSTER_RESTARTS' })
    expect(cluster.closed).toBe(false)
    expect(cluster.listening).toBe(1)
    expect(await ask(cluster, 'hello')).toBe('hello')
  })
})

describe('while the only Worker is down', () => {
  it('a shared listener keeps connections for its successor', async () => {
    const cluster = await start({ mode: 'shared-listener', workers: 1, restart: { delay: 1000 } })
    await finish(cluster, 'exit')
    const client = await dial(cluster)
    expect(cluster.listening).toBe(0)
    expect(await say(client, 'hello')).toBe('hello')
  })

  it('a port that is only reserved refuses them', async () => {
    const cluster = await start({ mode: 'reuse-port', workers: 1, restart: { delay: 60_000 } })
    await finish(cluster, 'exit')
    expect(await refuses(cluster)).toBe(true)
    expect(await cluster.stats()).toEqual([])
  })
})

describe('restarts', () => {
  const options = { limit: 4, within: 1000, delay: 10, maxDelay: 50 }

  it('are delayed twice as long each time, up to the maximum, until the limit', () => {
    const restarts = new Restarts(options)
    expect([1, 2, 3, 4, 5, 6].map((now) => restarts.next(now))).toEqual([
      10,
      20,
      40,
      50,
      undefined,
      undefined,
    ])
    expect(restarts.count).toBe(4)
  })

  it('are forgotten after a while', () => {
    const restarts = new Restarts(options)
    for (const now of [0, 10, 20, 30]) restarts.next(now)
    expect(restarts.next(999)).toBeUndefined()
    expect(restarts.next(1000)).toBe(50)
    expect(restarts.next(1029)).toBe(40)
    expect(restarts.next(5000)).toBe(10)
    expect(restarts.count).toBe(7)
  })

  it('stay finite however many there are', () => {
    const restarts = new Restarts({ limit: 5000, within: 1e6, delay: 0, maxDelay: 7 })
    const delays = Array.from({ length: 5001 }, (_, now) => restarts.next(now))
    expect(new Set(delays)).toEqual(new Set([0, undefined]))
    const longer = new Restarts({ limit: 5000, within: 1e6, delay: 1, maxDelay: 7 })
    expect(Math.max(...delays.slice(1).map((_, now) => longer.next(now) ?? 0))).toBe(7)
  })
})

// Clusters as users start them: the package as built, on Workers of this process.

import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { once } from 'node:events'
import net from 'node:net'
import path from 'node:path'
import { afterEach } from 'vitest'
import type * as entry from '../../lib/cluster'

const root = path.resolve(__dirname, '../..')
export const built = createRequire(path.join(root, 'package.json'))(
  'edgeloop/cluster',
) as typeof entry

export const modes = ['reuse-port', 'shared-listener'] as const

const clusters = new Set<entry.Cluster>()
const clients = new Set<net.Socket>()

afterEach(async () => {
  for (const client of clients) client.destroy()
  clients.clear()
  await Promise.all([...clusters].map((cluster) => cluster.close()))
  clusters.clear()
})

/** The path of one of `workers/`. */
export const worker = (name: string): string => path.join(__dirname, 'workers', name)

/** A cluster that is closed after the test. */
export async function start(
  options: entry.ClusterOptions = {},
  name = 'server.mjs',
): Promise<entry.Cluster> {
  const cluster = await built.startCluster(worker(name), { workers: 2, ...options })
  clusters.add(cluster)
  return cluster
}

/** A connection to a cluster, destroyed after the test. */
export async function dial({ port, path: file }: entry.Cluster): Promise<net.Socket> {
  const where = file === undefined ? { port: port ?? 0, host: '127.0.0.1' } : { path: file }
  const client = net.connect({ ...where, allowHalfOpen: true })
  clients.add(client)
  await once(client, 'connect')
  return client
}

/** Its end, also by a reset. */
export function ended(client: net.Socket): Promise<void> {
  client.on('error', () => undefined)
  client.once('end', () => client.end())
  return new Promise((resolve) => {
    client.resume().once('close', () => {
      resolve()
    })
  })
}

/** What the other side says to one word, without its line end. */
export async function say(client: net.Socket, word: string): Promise<string> {
  client.write(word)
  const [chunk] = (await once(client, 'data')) as [Buffer]
  return String(chunk).trimEnd()
}

/** The answer to a word on a connection of its own. */
export async function ask(cluster: entry.Cluster, word: string): Promise<string> {
  const client = await dial(cluster)
  const answer = await say(client, word)
  client.destroy()
  return answer
}

/** Whether nobody takes connections there. */
export async function refuses(cluster: entry.Cluster): Promise<boolean> {
  try {
    const client = await dial(cluster)
    client.destroy()
    return false
  } catch {
    return true
  }
}

/** How many descriptors and threads this process has. */
export function holdings(): { descriptors: number; threads: number } {
  const count = (folder: string) => readdirSync(`/proc/self/${folder}`).length
  return { descriptors: count('fd'), threads: count('task') }
}

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'

/** Which core is whose; undefined: the kernel decides. */
export interface Cores {
  readonly server: number | undefined
  readonly load: number | undefined
  /** Further ones, for servers with several threads. */
  readonly spare?: readonly number[]
  /** For the report: how they were kept apart, or why not. */
  readonly how: string
}

/** The cores this process may use, from "Cpus_allowed_list" in /proc/self/status: "0-3,8". */
export function parseCpuList(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last] = part.split('-').map(Number)
    if (part === '' || first === undefined || !Number.isInteger(first)) return []
    const length = (last ?? first) - first + 1
    return Array.from({ length }, (_, index) => first + index)
  })
}

function allowedCores(): number[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '')
  } catch {
    return []
  }
}

/** One core for the server and one for the load, where there are two and util-linux's taskset. */
export function chooseCores(): Cores {
  const [server, load, ...spare] = allowedCores()
  const free = { server: undefined, load: undefined }
  if (server === undefined || load === undefined)
    return { ...free, how: `not pinned: ${String(os.availableParallelism())} core(s) to run on` }
  if (spawnSync('taskset', ['-c', String(server), 'true']).status !== 0)
    return { ...free, how: 'not pinned: taskset (util-linux) is missing' }
  return {
    server,
    load,
    spare,
    how: `server on core ${String(server)}, load generator on core ${String(load)}, by taskset`,
  }
}

/** Where a process runs: on one core, on any of several, or wherever the kernel likes. */
export type Where = number | readonly number[] | undefined

/** The cores of a server with so many threads: never the load generator's. */
export function coresFor(threads: number, { server, spare = [] }: Cores): Where {
  return server === undefined || threads === 1 ? server : [server, ...spare.slice(0, threads - 1)]
}

/** The command to run there. */
export function pinned(
  command: readonly [string, ...string[]],
  where: Where,
): [string, ...string[]] {
  return where === undefined ? [...command] : ['taskset', '-c', String(where), ...command]
}

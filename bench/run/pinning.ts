import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'

/** Which core is whose; undefined: the kernel decides. */
export interface Cores {
  readonly server: number | undefined
  readonly load: number | undefined
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
  const [server, load] = allowedCores()
  const free = { server: undefined, load: undefined }
  if (server === undefined || load === undefined)
    return { ...free, how: `not pinned: ${String(os.availableParallelism())} core(s) to run on` }
  if (spawnSync('taskset', ['-c', String(server), 'true']).status !== 0)
    return { ...free, how: 'not pinned: taskset (util-linux) is missing' }
  return {
    server,
    load,
    how: `server on core ${String(server)}, load generator on core ${String(load)}, by taskset`,
  }
}

/** The command to run on a core. */
export function pinned(
  command: readonly [string, ...string[]],
  core: number | undefined,
): [string, ...string[]] {
  return core === undefined ? [...command] : ['taskset', '-c', String(core), ...command]
}

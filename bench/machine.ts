import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { packageVersion } from './package'

/** What the figures were taken on. */
export interface Machine {
  readonly kernel: string
  readonly cpu: string
  readonly cores: number
  readonly governor: string
  readonly memoryBytes: number
  readonly node: string
  readonly libuv: string
  readonly v8: string
  readonly edgeloop: string
  /** Most descriptors a process may open: "soft / hard". */
  readonly descriptors: string
  readonly pinning: string
  /** Share of all CPU time that the hypervisor gave to others during the run; undefined: not shown here. */
  readonly steal?: number
  /** Processes that wanted to run, on average over the last minute, before the run began. */
  readonly loadBefore: number
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

function descriptorLimit(): string {
  const limits = /^Max open files\s+(\S+)\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')
  return limits === null ? 'unknown' : `${limits[1] ?? ''} / ${limits[2] ?? ''}`
}

/** CPU time so far over all cores: what was stolen, and everything. In ticks. */
export interface CpuTime {
  readonly steal: number
  readonly total: number
}

/** From /proc/stat; zeros where there is none. */
export function readCpuTime(text = read('/proc/stat') ?? ''): CpuTime {
  const fields = /^cpu\s+(.*)$/m.exec(text)?.[1]?.split(/\s+/).map(Number) ?? []
  // user nice system idle iowait irq softirq steal; guest time is part of user.
  const parts = fields.slice(0, 8)
  return { steal: parts[7] ?? 0, total: parts.reduce((sum, ticks) => sum + ticks, 0) }
}

/** Collects the facts. `before` was read when the run began. */
export function describeMachine(pinning: string, before: CpuTime, loadBefore: number): Machine {
  const after = readCpuTime()
  const passed = after.total - before.total
  return {
    kernel: `${os.type()} ${os.release()} ${os.machine()}`,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    governor: read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor') ?? 'not readable',
    memoryBytes: os.totalmem(),
    node: process.versions.node,
    libuv: process.versions.uv,
    v8: process.versions.v8,
    edgeloop: packageVersion(),
    descriptors: descriptorLimit(),
    pinning,
    ...(passed > 0 ? { steal: (after.steal - before.steal) / passed } : {}),
    loadBefore,
  }
}

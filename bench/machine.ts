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
  /** The kernel's settings that bound queues, buffers and ports, by their names; those that can be read. */
  readonly limits?: Readonly<Record<string, string>>
  readonly pinning: string
  /** Share of all CPU time that the hypervisor gave to others during the run; undefined: not shown here. */
  readonly steal?: number
  /** Share of all cores' time that processes other than these took during the run. */
  readonly others?: number
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

const settings = [
  ...['net.core.somaxconn', 'net.core.rmem_default', 'net.core.wmem_default'],
  ...['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem', 'net.ipv4.ip_local_port_range'],
]

function kernelLimits(): Record<string, string> {
  const found = settings.flatMap((name) => {
    const value = read(`/proc/sys/${name.replaceAll('.', '/')}`)
    return value === undefined ? [] : [[name, value.replace(/\s+/g, ' ')] as const]
  })
  return Object.fromEntries(found)
}

/** CPU time so far over all cores, in ticks. */
export interface CpuTime {
  /** What the hypervisor gave to others. */
  readonly steal: number
  /** What was spent working. */
  readonly busy: number
  /** What this process and those of its children that have ended spent of it. */
  readonly own: number
  readonly total: number
}

/** From /proc/stat and /proc/self/stat; zeros where there are none. */
export function readCpuTime(
  text = read('/proc/stat') ?? '',
  self = read('/proc/self/stat') ?? '',
): CpuTime {
  const fields = /^cpu\s+(.*)$/m.exec(text)?.[1]?.split(/\s+/).map(Number) ?? []
  // user nice system idle iowait irq softirq steal; guest time is part of user.
  const parts = fields.slice(0, 8)
  const sum = (list: readonly number[]) => list.reduce((all, ticks) => all + ticks, 0)
  const total = sum(parts)
  const steal = parts[7] ?? 0
  // After the command, which may hold anything: utime stime cutime cstime are fields 14 to 17 of all.
  const after = self
    .slice(self.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const busy = total - sum(parts.slice(3, 5)) - steal
  return { steal, busy, own: sum(after.slice(11, 15)), total }
}

function shares(before: CpuTime, after: CpuTime) {
  const share = (ticks: number) => Math.max(0, ticks / (after.total - before.total))
  const others = after.busy - before.busy - (after.own - before.own)
  return { steal: share(after.steal - before.steal), others: share(others) }
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
    limits: kernelLimits(),
    pinning,
    ...(passed > 0 ? shares(before, after) : {}),
    loadBefore,
  }
}

import { readFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { addonFile } from '../addon'
import { Epoll, Poll, Select } from '../index'
import { tryFeatures } from './features'
import { type Command, parse } from './usage'
import { packageVersion } from './version'

function libc(): string {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  const glibc = report.header?.glibcVersionRuntime
  return glibc === undefined ? 'musl' : `glibc ${glibc}`
}

/** `Max open files  1024  524288  files`: the soft and the hard limit. */
function descriptorLimits(): { soft: string; hard: string } {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const [, soft = 'unknown', hard = 'unknown'] =
    /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? []
  return { soft, hard }
}

function backends() {
  return [Select, Poll, Epoll].map((Backend) => {
    const multiplexer = new Backend()
    const { name, supports } = multiplexer
    multiplexer.close()
    return { name, ...supports }
  })
}

function gather() {
  const { node, uv, v8, napi } = process.versions
  return {
    edgeloop: packageVersion(),
    node,
    libuv: uv,
    v8,
    'Node-API': napi ?? 'unknown',
    kernel: os.release(),
    arch: process.arch,
    libc: libc(),
    addon: addonFile,
    backends: backends(),
    epoll: tryFeatures(),
    descriptors: descriptorLimits(),
  }
}

type Info = ReturnType<typeof gather>

function describeBackend({ name, ...supports }: Info['backends'][number]): string {
  const can = Object.entries(supports).flatMap(([what, has]) => (has ? [what] : []))
  return can.length === 0 ? name : `${name} (${can.join(', ')})`
}

function print(info: Info): string {
  const { backends, epoll, descriptors, ...rest } = info
  const lines: [string, string][] = [
    ...Object.entries(rest),
    ['backends', backends.map(describeBackend).join(', ')],
    ...Object.entries(epoll).map(([name, works]): [string, string] => [
      name,
      works ? 'works' : 'does not work here',
    ]),
    ['descriptors', `${descriptors.soft} (soft), ${descriptors.hard} (hard)`],
  ]
  return lines.map(([name, value]) => `${name.padEnd(15)}${value}\n`).join('')
}

/** What one would paste into a bug report. */
export const info: Command = {
  name: 'info',
  summary: 'versions, the kernel, and what works here: for a bug report',
  help: `edgeloop info [--json]

Versions, the kernel, which backends there are and what of epoll works here (tried, not looked up).

  --json            the same as JSON
`,
  run(words) {
    const { values } = parse(words, { json: { type: 'boolean' } })
    const found = gather()
    process.stdout.write(
      values.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : print(found),
    )
    return Promise.resolve(0)
  },
}

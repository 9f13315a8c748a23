// The whole way: `bench` as a user starts it, and the files that it leaves.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inPackage } from '../../bench/package'
import { html, json } from '../../bench/report/html'
import { report } from '../../bench/report/report'
import { result, results, row } from './made-up'

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-bench-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function bench(...words: string[]) {
  const program = inPackage('dist', 'bench', 'main.js')
  return spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' })
}

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (file) => existsSync(file),
)

function dumpDom(file: string): { dom: string; complaints: string } {
  const { stdout, stderr } = spawnSync(
    chromium ?? 'chromium',
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr', '--v=0'],
      ...['--virtual-time-budget=5000', '--dump-dom', pathToFileURL(file).href],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  )
  return {
    dom: stdout,
    complaints: stderr
      .split('\n')
      .filter((line) => line.includes('CONSOLE'))
      .join('\n'),
  }
}

describe('a run', () => {
  let run: ReturnType<typeof bench>
  beforeAll(() => {
    run = bench(
      ...['--scenario', 'echo', '--server', 'node-net', '--rounds', '1', '--seconds', '0.5'],
      ...['--connections', '4'],
    )
  })

  it('ends well, with a table on stdout and plain progress on stderr', () => {
    expect(run.stderr).toContain('edgeloop bench: Echo of 64 bytes, 4 connections · round 1 of 1')
    expect(run.stdout).toMatch(/^node:net +[\d,]+/m)
    expect(run.stdout).toContain('Where the figures come from')
    expect(run.status).toBe(0)
  })

  it('writes results.json, with every round', () => {
    const written: unknown = JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8'))
    const cpu = { spread: 0 }
    expect(written).toMatchObject({
      format: 2,
      machine: { node: process.versions.node },
      scenarios: [{ rows: [{ server: 'node-net', trials: [{ round: 0 }], summary: { cpu } }] }],
    })
  })

  it('writes a report that needs nothing from anywhere', () => {
    const page = readFileSync(path.join(folder, 'report.html'), 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).not.toMatch(/(src|href)="(?!#)/)
    expect(page).toContain('node:net')
    const data = /<script id="charts" type="application\/json">(.*?)<\/script>/s.exec(page)?.[1]
    expect(JSON.parse(data ?? '')).toHaveLength(3)
  })
})

describe("edgeloop's own servers", () => {
  it('take part in echo and HTTP on every backend and trigger, without a fault', () => {
    const names = ['select', 'poll', 'epoll-level', 'epoll-edge']
    const { stdout, status } = bench(
      ...['--scenario', 'echo,http', '--server', names.join(), '--rounds', '1', '--seconds', '0.5'],
      ...['--connections', '4', '--json', 'own.json', '--out', 'own.html'],
    )
    const written: unknown = JSON.parse(readFileSync(path.join(folder, 'own.json'), 'utf8'))
    const faults = { total: 0 }
    const rows = names.map((server) => ({ server, trials: [{ load: { faults } }] }))
    expect(written).toMatchObject({ scenarios: [{ rows }, { rows }] })
    expect(stdout).not.toContain('did not start')
    expect(status).toBe(0)
  })
})

describe('the command', () => {
  it('refuses an unknown option in one line, with exit code 2', () => {
    const { status, stderr, stdout } = bench('--fastest')
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toBe("edgeloop bench: Unknown option '--fastest'\n")
  })

  it('lists scenarios and servers', () => {
    const { status, stdout } = bench('--list')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^ {2}echo-idle +Echo of 64 bytes/m)
    expect(stdout).toMatch(/^ {2}epoll-edge +edgeloop epoll \(edge\)$/m)
  })

  it('says what else could take part, and how to get it', () => {
    const { status, stdout } = bench('--peers')
    expect(status).toBe(0)
    const names = [...stdout.matchAll(/^ {2}(\S+) /gm)].map(([, name]) => name)
    const runtimes = ['bun', 'deno', 'fastify', 'uwebsockets', 'nginx']
    const references = ['libuv-tuned', 'libuv-guide', 'hosted-bare', 'hosted-call', 'npm-epoll']
    const rings = ['ring-libuv', 'ring-libevent']
    expect(names).toEqual([...references, ...rings, ...runtimes])
    for (const line of stdout.trim().split('\n'))
      expect(line).toMatch(/ (built|missing: \S+ .*|\S*\s?\d+\.\d+\.\d+.*)$/)
  })

  it('has help', () => {
    const { status, stdout } = bench('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('--scenario a,b')
  })
})

describe('the report', () => {
  const evil = '</script><img src=x onerror=alert(1)>&"\''
  const failed = { ...row('select', evil), title: evil, about: evil }
  const page = report(
    results(
      result(
        { title: evil },
        failed,
        row('floor', 5, 5.1),
        row('node-net', 8, 8.2),
        row('epoll-edge', 5.5, 5.6),
      ),
      result({ name: 'idle', idle: 900 }, row('floor', 5), row('epoll-edge', 6)),
    ),
  )

  it('escapes whatever it is given', () => {
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;')
    expect(html`<p title="${'"'}">${['<', html`<b>ok</b>`]}</p>`.text).toBe(
      '<p title="&quot;">&lt;<b>ok</b></p>',
    )
    expect(json({ text: '</script>' }).text).not.toContain('<')
  })

  it('has a chart of idle connections first where there is something to compare', () => {
    expect(page.indexOf('idle-growth')).toBeGreaterThan(0)
    expect(page.indexOf('id="idle-growth"')).toBeLessThan(page.indexOf('id="idle-cpu"'))
  })

  const where = chromium === undefined ? ' (skipped: no Chromium here)' : ''
  it.skipIf(chromium === undefined)(
    `draws its charts in Chromium without a complaint${where}`,
    async () => {
      const { writeFileSync } = await import('node:fs')
      const file = path.join(folder, 'evil.html')
      writeFileSync(file, page)
      const { dom, complaints } = dumpDom(file)
      expect(complaints).toBe('')
      expect(/data-charts="(\d+)"/.exec(dom)?.[1]).toBe('8')
    },
  )
})

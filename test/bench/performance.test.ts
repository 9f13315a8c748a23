// The pages with figures are written from one results.json, and hold what that holds.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { performanceFigures } from '../../bench/output/pages/performance'
import { readmeFigures } from '../../bench/output/pages/readme'
import { inPackage } from '../../bench/package'
import type { Results } from '../../bench/results'
import { load, memoryRow, result, results, row } from './made-up'
import { wholeRun } from './made-up-run'

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-performance-'))
mkdirSync(path.join(folder, 'docs'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const pages = ['docs/performance.md', 'README.md'] as const
const marks = '<!-- figures: begin -->\n\nold figures\n\n<!-- figures: end -->'
const page = `# Title\n\nBefore.\n\n${marks}\n\nAfter.\n`

const echo = result(
  {},
  row('floor', 5, 5),
  row('node-net', 9, 9),
  row('poll', 6, 6),
  row('epoll-edge', 5.5, 5.5),
)

function rewrite(found: Results, texts: readonly [string, string] = [page, page]) {
  const json = path.join(folder, 'results.json')
  writeFileSync(json, JSON.stringify(found))
  pages.forEach((name, index) => {
    writeFileSync(path.join(folder, name), texts[index] ?? '')
  })
  const script = inPackage('scripts', 'performance.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, json, folder], {
    encoding: 'utf8',
  })
  const [performance = '', readme = ''] = pages.map((name) =>
    readFileSync(path.join(folder, name), 'utf8'),
  )
  return { status, stderr, performance, readme }
}

describe('scripts/performance.mjs', () => {
  it('replaces what stands between the marks of both pages, and nothing else', () => {
    const { status, performance, readme } = rewrite(results(echo))
    expect(status).toBe(0)
    for (const text of [performance, readme]) {
      expect(text).toMatch(/^# Title\n\nBefore\.\n\n<!-- figures: begin -->/)
      expect(text).toMatch(/<!-- figures: end -->\n\nAfter\.\n$/)
      expect(text).not.toContain('old figures')
    }
    expect(performance).toMatch(/^\| poll +\| +1\.20 \(1\.20\) \|$/m)
    expect(readme).toMatch(/^\| Echo, CPU +\| +5\.00 µs \| +× 1\.10 \| × 1\.80 \|$/m)
    const again = rewrite(results(echo), [performance, readme])
    expect([again.performance, again.readme]).toEqual([performance, readme])
  })

  it('names the same run in both, by its command and its time', () => {
    const { performance, readme } = rewrite(results(echo))
    for (const text of [performance, readme])
      expect(text).toContain(
        '`edgeloop bench`, 2026-01-02 03:04 UTC: 3 rounds of 0.5 s. A CPU, 2 cores',
      )
  })

  it.each(pages)('refuses a %s without its marks, and leaves both as they were', (name) => {
    const texts = pages.map((one) => (one === name ? '# Title\n' : page))
    const { status, stderr, performance, readme } = rewrite(results(echo), [
      texts[0] ?? '',
      texts[1] ?? '',
    ])
    expect(status).toBe(1)
    expect(stderr).toContain(`${name} has lost its marks`)
    expect([performance, readme]).toEqual(texts)
  })

  it('refuses what is not a results.json', () => {
    const script = inPackage('scripts', 'performance.mjs')
    const start = (...words: string[]) =>
      spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' })
    expect(start().status).toBe(2)
    expect(start('none.json').stderr).toBe("there is no file 'none.json'\n")
    expect(start(inPackage('package.json')).status).toBe(1)
  })
})

describe('the figures of a run', () => {
  it('say that the machine was not quiet', () => {
    const quiet = results(echo)
    const busy = { ...quiet, machine: { ...quiet.machine, others: 0.4 } }
    for (const figures of [performanceFigures, readmeFigures]) {
      expect(figures(quiet)).toContain('The machine was quiet.')
      expect(figures(busy)).toContain('other processes took 40% of all CPU time')
    }
  })

  it('are not put into README from a machine that had much else to do', () => {
    const quiet = results(echo)
    const text = readmeFigures({ ...quiet, machine: { ...quiet.machine, others: 0.4 } })
    expect(text).toContain('its figures are a sketch; they stand there, not here')
    expect(text).not.toContain('|')
  })

  it('are those of every scenario', () => {
    const text = performanceFigures(wholeRun())
    const heads = ['### Echo', '### HTTP', '### How the price grows', '### Memory']
    expect(text.match(/^### .*$/gm)).toEqual(heads)
    for (const name of ['talk-64-64', 'talk-64-964', 'http']) expect(text).toContain(`\`${name}\``)
    expect(text).toMatch(/^\| CPU µs per event, 10 active among \| 100 \| 1,000 \| 10,000 \|$/m)
    expect(text).toMatch(/^\| edgeloop select \| 12\.2 \| 76\.8 \| – \|$/m)
    expect(text).toMatch(/^\| CPU µs per message of \| 64 bytes \| 16 KiB \| 256 KiB \| 1 MiB \|$/m)
    expect(text).toMatch(/^\| p99 .* \| 10% \| 25% \| 50% \| 75% \| 90% \|$/m)
  })

  it('stand in tables that are not too wide, whatever the number of scenarios', () => {
    const many = Array.from({ length: 23 }, (_, index) =>
      result({ name: `echo-${String(index)}` }, row('floor', 5, 5), row('poll', 6, 6)),
    )
    const text = performanceFigures(results(...many))
    for (const line of text.split('\n').filter((one) => one.startsWith('|')))
      expect(line.split('|').length).toBeLessThanOrEqual(8)
    for (const { scenario } of many) expect(text).toContain(`\`${scenario.name}\``)
  })

  it('tell who fails, who does not take part, and whose rounds lie apart', () => {
    const text = performanceFigures(
      results(
        result({}, row('floor', 5, 5), row('select', 'refused'), row('poll', 5, 9)),
        result({ name: 'http' }, row('floor', 5, 5), row('poll', 6, 6)),
      ),
    )
    expect(text).toMatch(/^\| select \| fails \| – \|$/m)
    expect(text).toMatch(/^\| poll \| 1\.40 \(1\.00\) ~ \| 1\.20 \(1\.20\) \|$/m)
  })

  it('have the latency at a fixed rate, against the floor', () => {
    const late = load(5, { due: 100 })
    const text = performanceFigures(
      results(result({ name: 'echo-rate', rate: 5000 }, row('floor', late), row('poll', late))),
    )
    expect(text).toMatch(/^\| poll \| 50; 99 \(99 to 99\); 1\.00 \(1\.00\) \|$/m)
    expect(text).toContain('where the rounds of two servers overlap, no order between them')
  })

  it('fold system calls into their number, and those that the floor does not make', () => {
    const calls = (total: number, names: Record<string, number>) => ({ calls: { total, names } })
    const counted = result(
      {},
      { ...row('floor', 5), ...calls(2.02, { recvfrom: 1, sendto: 1, epoll_wait: 0.02 }) },
      { ...row('node-net', 5), ...calls(2.04, { read: 1, write: 1, epoll_pwait: 0.04 }) },
      { ...row('poll', 5), ...calls(3.4, { recvfrom: 1, sendto: 1, ppoll: 0.4, epoll_ctl: 1 }) },
      { ...row('select', 5), calls: 'strace is not installed' },
    )
    const text = performanceFigures(results(counted))
    expect(text).toMatch(/^\| node-net \| 2\.04 \|$/m)
    expect(text).toContain('- `echo`: poll ppoll +0.38 and epoll_ctl +1.00.')
    expect(text).not.toMatch(/^\| select \| strace/m)
  })

  it('have memory in bytes, and descriptors in one process beside the npm package', () => {
    const text = performanceFigures(
      results(
        result({ name: 'memory', kind: 'memory' }, memoryRow('poll', 200, 201)),
        result(
          { name: 'register', kind: 'ready', job: 'ready', unit: 'event' },
          ...[row('floor', 0.1, 0.1), row('node-net', 8, 8), row('poll', 0.2, 0.2)],
        ),
      ),
    )
    expect(text).toMatch(/^\| poll \| 201 \| 301 \| 50\.0 MB \|$/m)
    expect(text).toMatch(/^\| poll \| 5,000,000 \| 0\.200 \| 0\.03 \| 40\.00 \|$/m)
  })
})

describe('the pages of this repository', () => {
  const figures = pages.map((name) => {
    const text = readFileSync(inPackage(name), 'utf8')
    expect(text.match(/<!-- figures: (begin|end) -->/g)).toHaveLength(2)
    return text.slice(
      text.indexOf('<!-- figures: begin -->'),
      text.indexOf('<!-- figures: end -->'),
    )
  })
  const [performance = '', readme = ''] = figures

  it('tell of the same run', () => {
    const run = /^`edgeloop bench[^`]*`, \d{4}-\d\d-\d\d \d\d:\d\d UTC: .*$/m
    expect(run.exec(readme)?.[0]).toBeDefined()
    expect(run.exec(readme)?.[0]).toBe(run.exec(performance)?.[0])
  })

  it('are marked in README as in docs/performance.md where the rounds lie far apart', () => {
    const restless = result({}, row('floor', 5, 7), row('node-net', 9, 9), row('epoll-edge', 6, 6))
    expect(readmeFigures(results(restless))).toMatch(
      /^\| Echo, CPU \| 6\.00 µs ~ \| × 1\.03 \| × 1\.54 \|$/m,
    )
    expect(readmeFigures(results(restless))).toContain('`~`: the rounds lie more than 15% apart.')
    expect(readmeFigures(results(echo))).not.toContain('~')
  })

  it('have no figure in README that is not in docs/performance.md', () => {
    const told = [...readme.matchAll(/([\d.,]+) (µs|bytes) |× ([\d.]+)/g)]
    if (!readme.includes('are a sketch')) expect(told.length).toBeGreaterThan(5)
    for (const [, measure, , factor] of told)
      expect(performance).toMatch(
        new RegExp(`[| ]${(measure ?? factor ?? '').replace('.', '\\.')}[ |]`),
      )
  })
})

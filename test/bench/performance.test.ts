// The page of figures is written from results.json, and holds what that holds.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { inPackage } from '../../bench/package'
import { result, results, row } from './made-up'

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-performance-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const marks = '<!-- figures: begin -->\n\nold figures\n\n<!-- figures: end -->'

function rewrite(page: string, found = results(result({}, row('floor', 5, 5), row('poll', 6, 6)))) {
  const [json, file] = [path.join(folder, 'results.json'), path.join(folder, 'page.md')]
  writeFileSync(json, JSON.stringify(found))
  writeFileSync(file, page)
  const script = inPackage('scripts', 'performance.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, json, file], { encoding: 'utf8' })
  return { status, stderr, text: readFileSync(file, 'utf8') }
}

describe('scripts/performance.mjs', () => {
  it('replaces what stands between the marks, and nothing else', () => {
    const { status, text } = rewrite(`# Title\n\nBefore.\n\n${marks}\n\nAfter.\n`)
    expect(status).toBe(0)
    expect(text).toMatch(/^# Title\n\nBefore\.\n\n<!-- figures: begin -->/)
    expect(text).toMatch(/<!-- figures: end -->\n\nAfter\.\n$/)
    expect(text).not.toContain('old figures')
    expect(text).toMatch(/^\| `echo` +\| +5\.00 \(5\.00\) \| +1\.20 \(1\.20\) \|$/m)
    expect(rewrite(text).text).toBe(text)
  })

  it('says on what machine, by which command, and that it was not quiet', () => {
    const quiet = results(result({}, row('floor', 5)))
    const busy = { ...quiet, machine: { ...quiet.machine, others: 0.4 } }
    expect(rewrite(marks, quiet).text).toContain('The machine was quiet.')
    expect(rewrite(marks, busy).text).toContain('other processes took 40% of all CPU time')
    expect(rewrite(marks).text).toContain('`edgeloop bench`, 2026-01-02 03:04 UTC: 3 rounds')
  })

  it('refuses a page without its marks', () => {
    const { status, stderr, text } = rewrite('# Title\n')
    expect(status).toBe(1)
    expect(stderr).toContain('has lost its marks')
    expect(text).toBe('# Title\n')
  })

  it('finds its marks in docs/performance.md', () => {
    const page = readFileSync(inPackage('docs', 'performance.md'), 'utf8')
    expect(page.match(/<!-- figures: (begin|end) -->/g)).toEqual([
      '<!-- figures: begin -->',
      '<!-- figures: end -->',
    ])
  })
})

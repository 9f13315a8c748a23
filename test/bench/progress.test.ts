// What is shown while a run goes on: plain lines for a log, a bar on a terminal.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { makeProgress } from '../../bench/output/progress'
import { inPackage } from '../../bench/package'

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-progress-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('progress', () => {
  it('is a line for each scenario and round in a log, with the time left', () => {
    const written: string[] = []
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text))
      return true
    })
    try {
      const progress = makeProgress(4)
      progress.turn('Echo · round 1 of 2 · poll', 65.4)
      progress.turn('Echo · round 1 of 2 · select', 50)
      progress.turn('Echo · round 2 of 2 · poll', 9)
      progress.turn('Echo · round 2 of 2 · select', -1)
      progress.end()
    } finally {
      write.mockRestore()
    }
    expect(written).toEqual([
      'edgeloop bench: Echo · round 1 of 2 (1:05 left)\n',
      'edgeloop bench: Echo · round 2 of 2 (0:09 left)\n',
    ])
  })

  it('is a bar on a terminal, with what runs now and the time left, and is gone at the end', () => {
    // A terminal of its own for the program, as `script` would make one.
    const terminal = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
    const program = inPackage('dist', 'bench', 'main.js')
    const words = [
      ...['--scenario', 'echo', '--server', 'floor,epoll-edge', '--rounds', '1'],
      ...['--seconds', '0.5', '--connections', '2'],
    ]
    const { stdout, status } = spawnSync(
      'python3',
      ['-c', terminal, process.execPath, program, ...words],
      { cwd: folder, encoding: 'utf8', input: '' },
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/[█░]+ \d:\d\d left · Echo of 64 bytes, 2 connections · round 1 of 1/)
    expect(stdout).toContain('C++ floor')
    expect(stdout).not.toContain('edgeloop bench: Echo')
  })
})

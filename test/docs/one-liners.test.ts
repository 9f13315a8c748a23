// README's one-liners, run as they are printed there.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(__dirname, '../..')
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')

/** A line `node -e …` and the line below it: `# what it prints: what that means`. */
const oneLiners = [...readme.matchAll(/^(node -e .+)\n# (.+?): .+$/gm)].map(
  ([, command = '', printed = '']) => ({ command, printed }),
)

describe("README's one-liners", () => {
  it('are there for select, poll, and epoll with either trigger', () => {
    const commands = readme.split('\n').filter((line) => line.startsWith('node -e '))
    expect(oneLiners.map(({ command }) => command)).toEqual(commands)
    expect(commands.join('\n')).toMatch(/select\([^]*poll\([^]*Epoll\([^]*IN \| ET/)
  })

  it.each(oneLiners)('print $printed', ({ command, printed }) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: root,
      encoding: 'utf8',
    })
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: `${printed}\n` })
  })
})

// Formats the C++ of the tree (`--write`), or says what is not formatted and fails.

import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { filesBelow, installed, root } from './tree.mjs'

const files = ['native', 'bench', 'test', 'examples'].flatMap((folder) =>
  filesBelow(folder, /\.(cc|h)$/),
)
const mode = process.argv.includes('--write') ? ['-i'] : ['--dry-run', '-Werror']
const { status } = spawnSync(process.execPath, [installed('clang-format'), ...mode, ...files], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1

// `node scripts/performance.mjs results.json [DIRECTORY]`: writes the figures of a run of the laboratory into
// docs/performance.md and README.md, between their marks. No figure there is typed by hand, and both tell of
// the same run. What is written is made in bench/output/pages/.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import prettier from 'prettier'
import { root } from './tree.mjs'

const require = createRequire(import.meta.url)
const pages = path.join(root, 'dist', 'bench', 'output', 'pages')
/** @type {typeof import('../bench/output/pages/performance.js')} */
const { performanceFigures } = require(path.join(pages, 'performance.js'))
/** @type {typeof import('../bench/output/pages/readme.js')} */
const { readmeFigures } = require(path.join(pages, 'readme.js'))
/** @type {typeof import('../bench/compare/read.js')} */
const { readResults } = require(path.join(root, 'dist', 'bench', 'compare', 'read.js'))

const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->']

/**
 * A page with other figures; throws where it has no place for them.
 * @param {string} page
 * @param {string} figures
 */
async function renewed(page, figures) {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has lost its marks: ${begin} and ${end}`)
  const whole = `${text.slice(0, from)}${begin}\n\n${figures}\n\n${text.slice(to)}`
  const options = await prettier.resolveConfig(path.join(root, 'README.md'))
  return prettier.format(whole, { ...options, filepath: page })
}

const [file, folder = root] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/performance.mjs results.json [DIRECTORY]')
  process.exit(2)
}
try {
  const results = readResults(file)
  const [performance, readme] = [
    path.join(folder, 'docs', 'performance.md'),
    path.join(folder, 'README.md'),
  ]
  // Both are made before either is written: they never tell of two runs.
  const texts = /** @type {const} */ ([
    [performance, await renewed(performance, performanceFigures(results))],
    [readme, await renewed(readme, readmeFigures(results))],
  ])
  for (const [page, text] of texts) writeFileSync(page, text)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

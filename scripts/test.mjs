// `npm test`: builds what is missing, then checks everything that can be checked, stage by stage.
//
//   npm test                       everything
//   npm test -- test/sys           the test files below test/sys, nothing else
//   npm test -- --only lint,types  these stages
//   npm test -- --only nodes test/sys   these tests, on the other versions of Node
//
// Further arguments go to vitest (`npm test -- test/sys -t EINTR`). The last line is the sum:
// vitest's tests and one for each other stage.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { nodes } from './nodes.mjs'
import { suite } from './suite.mjs'
import { installed, root } from './tree.mjs'

/** @typedef {import('./suite.mjs').Count} Count */
/**
 * @typedef {Count & Partial<import('./suite.mjs').Outcome>} Verdict what failed, and what passed at the
 * second try only, is listed again at the very end
 */

/** @param {string[]} command run by this very node; @returns {boolean} whether it exited with 0 */
function node(...command) {
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
  return status === 0
}

/** @type {(ok: boolean) => Count} */
const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })

/**
 * One in the sum, because the tests that it runs again are counted already; skipped where a tool is
 * missing, which it says itself.
 * @returns {Count}
 */
function sanitizers() {
  const command = [path.join('scripts', 'sanitize.mjs')]
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
  return status === 77 ? { passed: 0, failed: 0, skipped: 1 } : one(status === 0)
}

/** @type {Record<string, (words: string[]) => Verdict>} */
const stages = {
  types: () => one(node(installed('tsc'))),
  lint: () => one(node(installed('eslint'), '--max-warnings=0', '.')),
  format: () => one(node(installed('prettier'), '--check', '--log-level=warn', '.')),
  'clang-format': () => one(node('scripts/clang-format.mjs')),
  floors: () => one(node('scripts/floors.mjs')),
  vitest: (words) => suite('main', words),
  nodes,
  sanitizers,
}

/** @param {string[]} words */
function parse(words) {
  /** @type {string[]} */
  const only = []
  /** @type {string[]} */
  const rest = []
  for (let i = 0; i < words.length; i++) {
    const word = /** @type {string} */ (words[i])
    if (word === '--only') only.push(...(words[++i] ?? '').split(','))
    else if (word.startsWith('--only=')) only.push(...word.slice('--only='.length).split(','))
    else rest.push(word)
  }
  const unknown = only.filter((name) => !(name in stages))
  if (unknown.length > 0) {
    console.error(
      `unknown stage: ${unknown.join(', ')} (there are ${Object.keys(stages).join(', ')})`,
    )
    process.exit(2)
  }
  if (only.length === 0) only.push(...(rest.length > 0 ? ['vitest'] : Object.keys(stages)))
  return { only, rest }
}

const { only, rest } = parse(process.argv.slice(2))

if (!node('scripts/prepare.mjs')) {
  console.log('\n0 passed, 1 failed, 0 skipped')
  process.exit(1)
}

/** @type {[name: string, verdict: Verdict, seconds: number][]} */
const results = []
for (const [name, run] of Object.entries(stages).filter(([name]) => only.includes(name))) {
  console.log(`\n> ${name}`)
  const begun = performance.now()
  results.push([name, run(rest), (performance.now() - begun) / 1000])
}

// At the end, where they are seen: what was printed above them is long.
for (const [name, { failures = [], retried = [] }] of results) {
  for (const line of retried) console.log(`\nsecond try in ${name}: ${line.slice(0, 300)}`)
  for (const line of failures.slice(0, 10))
    console.log(`\nFAILED in ${name}: ${line.slice(0, 300)}`)
  if (failures.length > 10) console.log(`\n… and ${String(failures.length - 10)} more in ${name}`)
}

console.log()
/** @type {Count} */
const sum = { passed: 0, failed: 0, skipped: 0 }
for (const [name, { passed, failed, skipped }, seconds] of results) {
  sum.passed += passed
  sum.failed += failed
  sum.skipped += skipped
  const verdict = failed > 0 ? 'FAILED' : passed === 0 ? 'skipped' : 'ok'
  const detail = name === 'vitest' ? `  ${String(passed)} passed, ${String(failed)} failed` : ''
  console.log(
    `${name.padEnd(13)} ${verdict.padEnd(7)} ${seconds.toFixed(1).padStart(6)} s${detail}`,
  )
}
console.log(
  `\n${String(sum.passed)} passed, ${String(sum.failed)} failed, ${String(sum.skipped)} skipped`,
)
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0

// One run of vitest, for the stages of `npm test` that have one: what it counted, and which tests failed.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { installed, root } from './tree.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */
/**
 * @typedef {Count & { failures: string[], retried: string[] }} Outcome what was counted, and a line for
 * each failure and for each test that passed only when it was run again
 */

/**
 * A test that fails is run once more. Tens of thousands of them run, many against the clock and the
 * scheduler of a machine that others use too; what is broken fails twice, and what passed at the second
 * try is named at the end, because it may be a race of ours.
 */
const retry = '--retry=1'

/**
 * Runs vitest. A run that broke off before it could say what it did, that found no test, or whose exit
 * code says more than its tests do, counts as one failure.
 *
 * @param {string} label of this run, for its file's name
 * @param {string[]} words for vitest
 * @param {{ node?: string, reporter?: string, env?: NodeJS.ProcessEnv }} [how]
 * @returns {Outcome}
 */
export function suite(label, words, how = {}) {
  const { node = process.execPath, reporter = 'default', env = process.env } = how
  const file = path.join(root, 'node_modules', '.edgeloop', `suite-${label}.json`)
  mkdirSync(path.dirname(file), { recursive: true })
  rmSync(file, { force: true })
  const own = path.join(root, 'scripts', 'suite-reporter.mjs')
  const { status, signal } = spawnSync(
    node,
    [installed('vitest'), 'run', retry, `--reporter=${reporter}`, `--reporter=${own}`, ...words],
    { cwd: root, env: { ...env, EDGELOOP_SUITE: file }, stdio: 'inherit' },
  )
  const ended = `vitest ended with ${signal ?? String(status)}`
  if (!existsSync(file)) {
    const failures = [`${ended} and left no report`]
    return { passed: 0, failed: 1, skipped: 0, failures, retried: [] }
  }
  const { passed, skipped, pending, failures, retried } =
    /** @type {Outcome & { pending: number }} */ (JSON.parse(readFileSync(file, 'utf8')))
  if (failures.length === 0 && (status !== 0 || passed === 0))
    failures.push(`${ended}, ${String(passed)} tests passed, none failed`)
  return { passed, failed: failures.length, skipped: skipped + pending, failures, retried }
}

// The stage `nodes` of `npm test`: the suite on the other versions of Node, the last of each major that
// is in use, from the registry, installed on demand because they are large. The addon is one Node-API
// binary: what was built for the running Node serves all of them.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { suite } from './suite.mjs'
import { root } from './tree.mjs'

const folder = path.join(root, 'scripts', 'nodes')

/**
 * What says nothing about a version of Node: how the tarball is made and its binaries linked, how the
 * sources lie and what the documents say, and the laboratory, whose load and floor are C++ programs.
 */
const left = ['package', 'project', 'docs', 'bench']

/** The rest of test/. */
function folders() {
  return readdirSync(path.join(root, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !left.includes(entry.name))
    .map(({ name }) => `test/${name}`)
}

/** Answers why they could not be installed, or undefined. */
function install() {
  if (process.arch !== 'x64') return `there are none for ${process.arch} at hand`
  const lock = path.join(folder, 'node_modules', '.package-lock.json')
  const wanted = path.join(folder, 'package-lock.json')
  if (existsSync(lock) && statSync(lock).mtimeMs > statSync(wanted).mtimeMs) return undefined
  console.log('installing other versions of Node …')
  const npm = process.env['npm_execpath']
  const [command = '', ...words] = npm === undefined ? ['npm'] : [process.execPath, npm]
  const { status, error, stderr } = spawnSync(
    command,
    [...words, 'ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'],
    { encoding: 'utf8' },
  )
  if (status === 0) return undefined
  const reason = error?.message ?? /npm error code (\S+)/.exec(stderr)?.[1] ?? stderr.trim()
  return `npm could not install them (${reason})`
}

/** Their programs, without the major that runs this: it has a stage of its own. */
function programs() {
  const { dependencies } = /** @type {{ dependencies: Record<string, string> }} */ (
    JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  )
  const running = `node${process.versions.node.split('.')[0] ?? ''}`
  return Object.keys(dependencies)
    .filter((name) => name !== running)
    .map((name) => path.join(folder, 'node_modules', name, 'bin'))
}

/**
 * @param {string} bin the folder of a node
 * @param {string[]} words
 * @returns {Pick<import('./suite.mjs').Outcome, 'failures' | 'retried'>}
 */
function run(bin, words) {
  const node = path.join(bin, 'node')
  // Programs that are started by name, too, are of this version.
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const begun = performance.now()
  const { passed, failed, failures, retried } = suite(version, words, {
    node,
    reporter: 'dot',
    env,
  })
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  const verdict = failed === 0 ? `ok, ${String(passed)} passed,` : `FAILED: ${String(failed)}`
  console.log(`nodes: ${version} ${verdict} in ${seconds} s\n`)
  const named = (/** @type {string} */ line) => `${version}: ${line}`
  return { failures: failures.map(named), retried: retried.map(named) }
}

/**
 * Runs the suite, or the files that are named, on each of them; one in the sum for each. Skipped where
 * they can't be installed, for want of a network mostly; CI has one, and there that is a failure.
 *
 * @param {string[]} words for vitest
 * @returns {import('./suite.mjs').Outcome}
 */
export function nodes(words) {
  const reason = install()
  if (reason !== undefined) {
    console.log(`nodes: skipped: ${reason}`)
    const inCi = process.env['CI'] === 'true'
    return { passed: 0, failed: inCi ? 1 : 0, skipped: inCi ? 0 : 1, failures: [], retried: [] }
  }
  const runs = programs().map((bin) => run(bin, words.length > 0 ? words : folders()))
  const failures = runs.flatMap((run) => run.failures)
  const retried = runs.flatMap((run) => run.retried)
  const passed = runs.filter((run) => run.failures.length === 0).length
  return { passed, failed: runs.length - passed, skipped: 0, failures, retried }
}

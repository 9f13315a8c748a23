// `npm run test:asan`: the addon and the laboratory's programs built by CMakeLists.txt with
// AddressSanitizer and UndefinedBehaviorSanitizer, and the tests that reach C++ run on that build.
//
//   node scripts/sanitize.mjs              everything named below
//   node scripts/sanitize.mjs test/sys     these test files only; further words go to vitest
//
// Exits with 0, with 1 where something was found or failed, and with 77 where a tool is missing
// (the reason is printed). What it does and why: docs/sanitizers.md.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { suite } from './suite.mjs'
import { installed, root } from './tree.mjs'

const folders = ['sys', 'multiplexer', 'reactor', 'net', 'http', 'cluster', 'cli', 'examples']
  .map((name) => `test/${name}`)
  .filter((name) => existsSync(path.join(root, name)))

const missing = 77
const directory = path.join(root, 'build-asan')
const built = (/** @type {string} */ name) => path.join(directory, 'Release', name)
const reports = path.join(directory, 'reports')

/**
 * The file of a library of the compiler's; undefined where it has none.
 * @param {string} name
 */
function library(name) {
  const compiler = process.env['CXX'] ?? 'c++'
  const asked = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' })
  if (asked.status !== 0) return undefined
  // A name that is not found comes back as it went in.
  const file = asked.stdout.trim()
  return path.isAbsolute(file) && existsSync(file) ? realpathSync(file) : undefined
}

/**
 * @param {number} status
 * @param {string} why
 * @returns {never}
 */
function end(status, why) {
  console.log(`sanitizers: ${why}`)
  process.exit(status)
}

const runtime = library('libasan.so')
if (runtime === undefined) end(missing, 'skipped: the compiler has no libasan.so')
if (spawnSync('cmake', ['--version']).status !== 0) end(missing, 'skipped: no cmake here')

const options = {
  // V8 keeps what it needs until the process exits, and its heap is not searched for pointers: every
  // run of node "leaks", with or without the addon.
  detect_leaks: '0',
  // Freed memory that is held back counts for tests which look at how the process grows.
  quarantine_size_mb: '1',
  detect_stack_use_after_return: '1',
  strict_string_checks: '1',
  // A report in a child process that its test expects to die would be lost on stderr.
  log_path: path.join(reports, 'report'),
  // Undefined behaviour is compiled to a trap.
  handle_sigill: '1',
}
const asanOptions = Object.entries(options)
  .map(([name, value]) => `${name}=${value}`)
  .join(':')

/** What every process below inherits: vitest, its workers, and the children of the tests. */
const instrumented = {
  ...process.env,
  ASAN_OPTIONS: asanOptions,
  LD_PRELOAD: runtime,
  EDGELOOP_ADDON: built('edgeloop.node'),
}

/**
 * @param {string} what
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
function quietly(what, command, env = process.env) {
  const { status, signal, stdout, stderr } = spawnSync(command[0] ?? '', command.slice(1), {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status === 0) return stdout
  process.stdout.write(`${stdout ?? ''}\n${stderr ?? ''}\n`)
  showReports()
  end(1, `${what} failed (${signal ?? String(status)})`)
}

/** Prints what the sanitizers wrote; how many processes reported. */
function showReports() {
  const names = existsSync(reports) ? readdirSync(reports) : []
  for (const name of names) console.log(readFileSync(path.join(reports, name), 'utf8'))
  return names.length
}

/** Programs bring the runtime themselves; it is preloaded for the addon alone. */
const env = { ...instrumented, LD_PRELOAD: '' }

/** Lets the load generator measure the floor for a moment, both of them instrumented. */
async function tryPrograms(/** @type {'echo' | 'http'} */ job) {
  const floor = spawn(built('edgeloop-floor'), [job], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(floor, 'exit')
  const [line] = /** @type {[Buffer]} */ (await once(floor.stdout, 'data'))
  const port =
    /(\d+)\D*$/.exec(line.toString())?.[1] ?? end(1, `edgeloop-floor said ${String(line)}`)
  const pid = String(floor.pid)
  const words = [job, '--target', `127.0.0.1:${port}`, '--connections', '16', '--pid', pid]
  for (const more of [
    ['--idle', '16', '--pipeline', '4', '--duration', '1', '--progress'],
    ['--churn', '--sources', '4', '--duration', '0.5'],
    ['--once', '--idle', '16'],
  ])
    quietly(`edgeloop-load ${job}`, [built('edgeloop-load'), ...words, ...more], env)
  floor.kill('SIGTERM')
  await exited
}

/** Seconds that the fuzzer has, from its seeds on. */
const fuzzSeconds = 20

/** Builds the fuzz target with clang, and lets it look for a while. What was done, for the last line. */
function fuzz() {
  if (spawnSync('clang++', ['--version']).status !== 0) return 'the fuzz target skipped: no clang++'
  const place = path.join(root, 'build-fuzz')
  const define = ['-DEDGELOOP_FUZZ=ON', '-DCMAKE_CXX_COMPILER=clang++']
  quietly('configuring the fuzz target', ['cmake', '-S', root, '-B', place, ...define])
  quietly('building the fuzz target', ['cmake', '--build', place, '--target', 'edgeloop-fuzz-http'])
  // Whatever it finds new goes into the first folder; what breaks it is printed with the failure.
  const found = path.join(place, 'found')
  mkdirSync(found, { recursive: true })
  quietly('fuzzing', [
    path.join(place, 'edgeloop-fuzz-http'),
    ...[`-max_total_time=${String(fuzzSeconds)}`, '-max_len=2048', '-timeout=10'],
    ...[`-artifact_prefix=${place}/`, found, path.join(root, 'test/fuzz/http')],
  ])
  return `HTTP fuzzed for ${String(fuzzSeconds)} s`
}

const begun = performance.now()
quietly('preparing', [process.execPath, 'scripts/prepare.mjs'])
quietly('building with cmake-js', [
  ...[process.execPath, installed('cmake-js'), 'build', '--out', directory, '--parallel', '2'],
  ...['--CDEDGELOOP_ASAN=ON', '--CDEDGELOOP_WERROR=ON'],
])
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

// That nothing is found says something only where the instrumented build is the one that runs.
const maps = `require('edgeloop'); process.stdout.write(fs.readFileSync('/proc/self/maps', 'utf8'))`
const mapped = quietly('loading the addon', [process.execPath, '-e', maps], instrumented)
for (const file of [built('edgeloop.node'), runtime]) {
  if (!mapped.includes(file)) end(1, `node did not load ${file}`)
}

await tryPrograms('echo')
await tryPrograms('http')
quietly('edgeloop-floor ready', [built('edgeloop-floor'), 'ready', '100', '10', '0.5', '0.1'], env)
quietly(
  'edgeloop-floor ring',
  [built('edgeloop-floor'), 'ring', '100', '10', '1000', '0.5', '0.1'],
  env,
)
const fuzzed = fuzz()

const words = process.argv.slice(2)
const { failed, failures, retried } = suite('asan', words.length > 0 ? words : folders, {
  reporter: 'dot',
  env: instrumented,
})

const found = showReports()
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
const verdict = `${found === 0 ? 'no report' : `reports of ${String(found)} processes`} in ${seconds} s`
for (const line of failures.slice(0, 10)) console.log(`FAILED in sanitizers: ${line.slice(0, 300)}`)
for (const line of retried) console.log(`second try in sanitizers: ${line.slice(0, 300)}`)
if (failed > 0) end(1, `${String(failed)} tests failed, ${verdict}`)
end(found === 0 ? 0 : 1, `the addon, edgeloop-load and edgeloop-floor, ${fuzzed}, ${verdict}`)

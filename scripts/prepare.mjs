// Installs and builds what is missing or older than its sources: dependencies, addon, TypeScript.
// Uses nothing but Node itself, because it is what a fresh clone runs first.

import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const root = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '..',
)

/** @param {string} name the newest change at or below it, in ms; 0 where there is nothing */
function changed(name) {
  const file = path.join(root, name)
  if (!existsSync(file)) return 0
  const stat = statSync(file)
  if (!stat.isDirectory()) return stat.mtimeMs
  let newest = stat.mtimeMs
  for (const entry of readdirSync(file)) newest = Math.max(newest, changed(path.join(name, entry)))
  return newest
}

/**
 * @param {string} what
 * @param {string[]} command
 */
function run(what, command) {
  console.error(`edgeloop: ${what} …`)
  const { status, error, stdout, stderr } = spawnSync(
    /** @type {string} */ (command[0]),
    command.slice(1),
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  )
  if (status === 0) return
  process.stderr.write(`${stdout}\n${stderr}\n`)
  console.error(
    `edgeloop: ${what} failed${error ? `: ${error.message}` : ''} (${command.join(' ')})`,
  )
  process.exit(1)
}

/**
 * Runs a step unless its product is newer than all of its sources.
 * @param {{ what: string, product: string | string[], sources: string[], steps: () => void }} step
 */
function upToDate({ what, product, sources, steps }) {
  const stamp = path.join('node_modules', '.edgeloop', what)
  const made = [product].flat().every((file) => existsSync(path.join(root, file)))
  if (made && changed(stamp) >= Math.max(...sources.map(changed))) return
  const begun = new Date()
  steps()
  mkdirSync(path.join(root, 'node_modules', '.edgeloop'), { recursive: true })
  writeFileSync(path.join(root, stamp), begun.toISOString())
}

/** @param {string} name */
const bin = (name) => path.join(root, 'node_modules', '.bin', name)

// The headers beside the running node spare a download; node-gyp fetches them where there are none.
const headers = path.resolve(process.execPath, '../..')
const nodedir = existsSync(path.join(headers, 'include/node/node_api.h'))
  ? [`--nodedir=${headers}`]
  : []

upToDate({
  what: 'dependencies',
  product: 'node_modules/.package-lock.json',
  sources: ['package-lock.json'],
  steps: () => {
    const npm = process.env['npm_execpath']
    const command = npm === undefined ? ['npm'] : [process.execPath, npm]
    run('installing dependencies', [
      ...command,
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ])
  },
})

upToDate({
  what: 'addon',
  product: ['edgeloop.node', 'edgeloop-load', 'edgeloop-floor'].map((name) =>
    path.join('build/Release', name),
  ),
  sources: [
    'native',
    'bench/load',
    'bench/floor',
    'bench/ring',
    'binding.gyp',
    'package-lock.json',
  ],
  steps: () => {
    const gyp = (/** @type {string[]} */ ...words) => [bin('node-gyp'), ...words, ...nodedir]
    run('configuring the addon', [...gyp('configure'), '--', '-Dwerror=1'])
    run('compiling the addon', gyp('build', '--jobs=2'))
  },
})

upToDate({
  what: 'typescript',
  product: 'dist/index.js',
  sources: ['lib', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
  steps: () => {
    // Nothing of sources that are gone may be published; the laboratory below is made anew with it.
    rmSync(path.join(root, 'dist'), { recursive: true, force: true })
    run('compiling TypeScript', [bin('tsc'), '-p', 'tsconfig.build.json'])
    // One instance of everything for import and require alike: the ES modules only pass names on.
    for (const entry of ['index', 'sys/index', 'framing/index', 'cluster/index']) {
      const text = `export * from './index.js'\n`
      writeFileSync(path.join(root, 'dist', `${entry}.mjs`), text)
      writeFileSync(path.join(root, 'dist', `${entry}.d.mts`), text)
    }
  },
})

upToDate({
  what: 'laboratory',
  product: ['dist/bench/main.js', 'dist/bench/report/assets/chart.js'],
  sources: ['bench', 'tsconfig.json', 'package-lock.json'],
  steps: () => {
    // The product of a file that is gone would stand before a folder of the same name.
    rmSync(path.join(root, 'dist/bench'), { recursive: true, force: true })
    run('compiling the laboratory', [bin('tsc'), '-p', 'bench/tsconfig.json'])
    run("compiling the report's page", [bin('tsc'), '-p', 'bench/report/page/tsconfig.json'])
    // Everything that a report holds stands beside the code that writes it: no path leads out.
    const assets = path.join(root, 'dist/bench/report/assets')
    copyFileSync(path.join(root, 'bench/report/page/style.css'), path.join(assets, 'style.css'))
    copyFileSync(
      path.join(root, 'node_modules/chart.js/dist/chart.umd.min.js'),
      path.join(assets, 'chart.js'),
    )
  },
})

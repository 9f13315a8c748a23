// `npm run prebuild`: the binaries that the package ships, so that installing it needs no compiler.
//
// They have to run wherever Node 20 runs, and so may ask for no newer glibc than 2.28; a compiler links
// against the glibc it stands on. Zig carries the symbols of every glibc and its own C++ library, links
// the latter statically, and builds for other architectures and for musl just as well. It is large, and
// installed only here. The build has a folder of its own: build/ stays what `npm test` made of it.

import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { filesBelow, installed, root } from './tree.mjs'

/**
 * What is built, by the folder below prebuilds/ and the C library in the file's name.
 * @type {{ arch: string, libc: 'glibc' | 'musl', zig: string }[]}
 */
const targets = [{ arch: 'x64', libc: 'glibc', zig: 'x86_64-linux-gnu.2.28' }]

/** Programs that are shipped beside the addon. */
const programs = ['edgeloop-load', 'edgeloop-floor']

const sources = ['native', 'bench/load', 'bench/floor', 'bench/ring', 'binding.gyp', 'scripts/zig']

const zig = path.join(root, 'scripts', 'zig')
const cache = path.join(root, 'node_modules', '.cache', 'edgeloop')

/**
 * @param {string} what
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
function run(what, command, env = {}) {
  console.error(`edgeloop: ${what} …`)
  const { status, error, stdout, stderr } = spawnSync(
    /** @type {string} */ (command[0]),
    command.slice(1),
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env } },
  )
  if (status === 0) return
  process.stderr.write(`${stdout}\n${stderr}\n`)
  console.error(`edgeloop: ${what} failed${error ? `: ${error.message}` : ''}`)
  process.exit(1)
}

/**
 * Where node-gyp-build looks for it.
 * @param {string} arch
 * @param {string} libc
 */
const product = (arch, libc) =>
  path.join(root, 'prebuilds', `linux-${arch}`, `node.napi.${libc}.node`)

function newestSource() {
  const files = sources.flatMap((name) =>
    existsSync(path.join(root, name)) && statSync(path.join(root, name)).isDirectory()
      ? filesBelow(name, /^(.*\.(cc|h|json)|c\+\+|cc)$/)
      : [name],
  )
  return Math.max(
    ...files
      .filter((file) => !file.includes('node_modules') && existsSync(path.join(root, file)))
      .map((file) => statSync(path.join(root, file)).mtimeMs),
  )
}

function installZig() {
  const lock = path.join(zig, 'node_modules', '.package-lock.json')
  if (
    existsSync(lock) &&
    statSync(lock).mtimeMs > statSync(path.join(zig, 'package-lock.json')).mtimeMs
  )
    return
  const npm = process.env['npm_execpath']
  run('installing the compiler of the prebuilt binaries', [
    ...(npm === undefined ? ['npm'] : [process.execPath, npm]),
    ...['ci', '--prefix', zig, '--ignore-scripts', '--no-audit', '--no-fund'],
  ])
}

/** @param {typeof targets[number]} target */
function build({ arch, libc, zig: triple }) {
  const stage = path.join(cache, 'prebuild', `${arch}-${libc}`)
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })
  for (const name of [
    'native',
    'bench/load',
    'bench/floor',
    'bench/ring',
    'binding.gyp',
    'package.json',
  ])
    if (existsSync(path.join(root, name)))
      cpSync(path.join(root, name), path.join(stage, name), { recursive: true })

  // The headers beside the running node spare a download; node-gyp fetches them where there are none.
  const headers = path.resolve(process.execPath, '../..')
  const nodedir = existsSync(path.join(headers, 'include/node/node_api.h'))
    ? { npm_config_nodedir: headers }
    : {}
  run(
    `building for linux-${arch}, ${libc}`,
    [
      ...[process.execPath, installed('prebuildify'), '--napi', '--strip', '--tag-libc', libc],
      ...[
        `--cwd=${stage}`,
        `--arch=${arch}`,
        '--platform=linux',
        '--node-gyp',
        installed('node-gyp'),
      ],
      ...['--target', process.version, '--name=node.napi'],
    ],
    {
      ...nodedir,
      CC: path.join(zig, 'cc'),
      CXX: path.join(zig, 'c++'),
      ZIG_TARGET: triple,
      ZIG_GLOBAL_CACHE_DIR: path.join(cache, 'zig'),
      ZIG_LOCAL_CACHE_DIR: path.join(cache, 'zig'),
      GYP_DEFINES: 'zig=1',
      // Nothing of the machine's own taste goes into what is shipped.
      CFLAGS: '',
      CXXFLAGS: '',
      LDFLAGS: '',
    },
  )

  const folder = path.join(root, 'prebuilds', `linux-${arch}`)
  cpSync(path.join(stage, 'prebuilds', `linux-${arch}`), folder, { recursive: true })
  for (const program of programs) {
    const built = path.join(stage, 'build', 'Release', program)
    if (!existsSync(built)) continue
    run(`stripping ${program}`, ['strip', '--strip-all', '-o', path.join(folder, program), built])
  }
}

const stamp = path.join(root, 'node_modules', '.edgeloop', 'prebuilds')
const fresh =
  existsSync(stamp) &&
  targets.every(({ arch, libc }) => existsSync(product(arch, libc))) &&
  !process.argv.includes('--force') &&
  Number(readFileSync(stamp, 'utf8')) >= newestSource()
if (!fresh) {
  const begun = Date.now()
  installZig()
  rmSync(path.join(root, 'prebuilds'), { recursive: true, force: true })
  for (const target of targets) build(target)
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, String(begun))
}

// The package as it is published: packed, installed without scripts and without a compiler, and used.

import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needsOf } from './elf'

const root = path.resolve(__dirname, '../..')
const MINUTES = 60_000

/** Gone afterwards: the tarball, a PATH with node and npm and nothing else, and an empty project. */
const place = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-package-'))
const bin = path.join(place, 'bin')
const project = path.join(place, 'project')
const installed = path.join(project, 'node_modules', 'edgeloop')
let files: string[] = []

/** Not the synchronous call: building takes minutes, and vitest wants to hear from its workers. */
async function run(command: string, args: string[], options: { cwd?: string; path?: string } = {}) {
  const env = { ...process.env, ...(options.path === undefined ? {} : { PATH: options.path }) }
  const { cwd = project } = options
  const { stdout } = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 1 << 26 })
  return stdout
}

/** Runs a script in the project, on a PATH without compilers. */
const node = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, args, { path: bin })).trim()

/** npm as the running node has it, by its own script: a PATH of two names will do. */
async function npmScript(): Promise<string> {
  const named = process.env['npm_execpath']
  if (named?.endsWith('.js') === true) return named
  const found = await run('sh', ['-c', 'readlink -f "$(command -v npm)"'], { cwd: root })
  return found.trim()
}

beforeAll(async () => {
  mkdirSync(bin)
  mkdirSync(project)
  const npm = await npmScript()
  symlinkSync(process.execPath, path.join(bin, 'node'))
  symlinkSync(npm, path.join(bin, 'npm'))
  const packed = await run(process.execPath, [npm, 'pack', '--json', '--pack-destination', place], {
    cwd: root,
  })
  const [description] = JSON.parse(packed.slice(packed.indexOf('['))) as [
    { filename: string; files: { path: string }[] },
  ]
  files = description.files.map((file) => file.path)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }')
  const tarball = path.join(place, description.filename)
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await run(process.execPath, [npm, ...install, tarball], { path: bin })
}, 15 * MINUTES)

afterAll(() => {
  rmSync(place, { recursive: true, force: true })
})

describe('the tarball', () => {
  it('holds the binary, the compiled library, its types and programs, and nothing to build from', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'dist/index.js',
        'dist/index.mjs',
        'dist/index.d.ts',
        'dist/index.d.mts',
        'dist/sys/index.js',
        'dist/sys/index.mjs',
        'dist/cluster/index.mjs',
        'dist/cluster/bootstrap.js',
        'dist/framing/index.js',
        'dist/framing/index.mjs',
        'dist/cli/main.js',
        'dist/bench/main.js',
        'prebuilds/linux-x64/node.napi.glibc.node',
        'prebuilds/linux-x64/edgeloop-load',
        'prebuilds/linux-x64/edgeloop-floor',
      ]),
    )
    // npm runs node-gyp for whatever has a binding.gyp at its root, whatever package.json says.
    expect(files).not.toContain('binding.gyp')
    expect(
      files.filter((file) => /\.(cc|h|gyp|tsbuildinfo)$|^(native|test|lib)\//.test(file)),
    ).toEqual([])
  })

  it('asks npm to run nothing at installation', () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {
      os: string[]
      gypfile?: boolean
      scripts: Record<string, string>
    }
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      expect(manifest.scripts).not.toHaveProperty(name)
    }
    expect(manifest.gypfile).not.toBe(true)
    expect(manifest.os).toEqual(['linux'])
  })

  it('names no path and no registry of the machine it was packed on', () => {
    const texts = files.filter((file) => /\.(js|mjs|ts|mts|json|md|map)$/.test(file))
    expect(texts.length).toBeGreaterThan(50)
    for (const file of texts) {
      const text = readFileSync(path.join(installed, file), 'utf8')
      expect(text.includes(root), file).toBe(false)
    }
  })
})

describe('its binary', () => {
  const binary = (name: string): string => path.join(installed, 'prebuilds', 'linux-x64', name)

  it.each(['node.napi.glibc.node', 'edgeloop-load', 'edgeloop-floor'])(
    '%s needs no glibc newer than 2.28, and brings its C++ library along',
    (name) => {
      const { libraries, versions } = needsOf(binary(name))
      const minors = versions
        .map((version) => /^GLIBC_2\.(\d+)/.exec(version)?.[1])
        .filter((minor) => minor !== undefined)
        .map(Number)
      expect(minors.length).toBeGreaterThan(0)
      expect(Math.max(...minors)).toBeLessThanOrEqual(28)
      expect(versions.filter((version) => !version.startsWith('GLIBC_2.'))).toEqual([])
      expect(libraries).toContain('libc.so.6')
      for (const library of libraries)
        expect(library).not.toMatch(/stdc\+\+|libc\+\+|gcc_s|libnode/)
    },
  )
})

describe('installed without scripts, on a PATH without compilers', () => {
  it('finds no compiler there', () => {
    expect(readdirSync(bin).sort()).toEqual(['node', 'npm'])
    expect(existsSync(path.join(installed, 'build'))).toBe(false)
  })

  it('is the same objects for import and require', async () => {
    const script = `
      import { createRequire } from 'node:module'
      import * as root from 'edgeloop'
      import * as sys from 'edgeloop/sys'
      const require = createRequire(import.meta.url)
      const same = (a, b) => Object.keys(b).every((name) => a[name] === b[name])
      console.log(same(root, require('edgeloop')), same(sys, require('edgeloop/sys')),
        root.SystemError === sys.SystemError, typeof root.Reactor)
    `
    expect(await node('--input-type=module', '-e', script)).toBe('true true true function')
  })

  it.each(['select', 'poll', 'epoll'])('echoes through its CLI on %s', async (backend) => {
    const cli = path.join(project, 'node_modules', '.bin', 'edgeloop')
    const server = spawn(process.execPath, [cli, 'echo', '--port', '0', '--backend', backend], {
      cwd: project,
      env: { PATH: bin },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string]
    const port = Number(/:(\d+) \(/.exec(line)?.[1])
    const client = net.connect(port, '127.0.0.1')
    client.end('there and back')
    let echoed = ''
    for await (const chunk of client) echoed += String(chunk)
    expect(echoed).toBe('there and back')
    const ended = once(server, 'close')
    server.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  it('runs the laboratory with the load generator it brought', async () => {
    const main = path.join(project, 'node_modules', '.bin', 'edgeloop')
    const quick = ['--scenario', 'echo-small', '--server', 'epoll-edge', '--rounds', '1']
    const listed = await node(main, 'bench', '--list')
    const scenario = /^ {2}(echo\S*)/m.exec(listed)?.[1] ?? quick[1]
    const server = /^ {2}(\S*edge\S*) /m.exec(listed)?.[1] ?? quick[3]
    const words = ['--scenario', String(scenario), '--server', String(server), '--rounds', '1']
    const output = await node(
      main,
      'bench',
      ...words,
      '--seconds',
      '0.5',
      '--out',
      'r.html',
      '--json',
      'r.json',
    )
    expect(output).toMatch(/messages\/s/)
    expect(existsSync(path.join(project, 'r.html'))).toBe(true)
  })
})

describe('its types', () => {
  const consumer = `
    import { Epoll, IN, Reactor, type Registration, SystemError } from 'edgeloop'
    import { constants, pipe2 } from 'edgeloop/sys'
    const [reader] = pipe2(constants.O_NONBLOCK)
    const epoll = new Epoll()
    epoll.add(reader, IN)
    const ready: { fd: number; events: number }[] = epoll.wait(0)
    const registration: Registration = new Reactor({ backend: 'poll' }).register(
      reader, { readable: true }, (events: number, self: Registration) => { self.close() })
    export { ready, registration, SystemError }
  `
  // Types that were any by mistake would take this, too.
  const wrong = `
    import { Reactor } from 'edgeloop'
    new Reactor({ backend: 'kqueue' })
  `

  function compile(name: string, text: string, options: string[]) {
    writeFileSync(path.join(project, name), text)
    const typeRoots = path.join(root, 'node_modules', '@types')
    const common = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node']
    const lib = ['--lib', 'es2023,esnext.disposable', '--typeRoots', typeRoots]
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const words = [tsc, ...common, ...lib, ...options, name]
    return spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' })
  }

  it.each([
    ['an ES module under node16', 'consumer.mts', ['--module', 'node16']],
    ['CommonJS under node16', 'consumer.cts', ['--module', 'node16']],
    ['a bundler', 'consumer.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])(
    'serve %s',
    (_, name, options) => {
      const { status, stdout } = compile(name, consumer, options)
      expect(stdout).toBe('')
      expect(status).toBe(0)
    },
    2 * MINUTES,
  )

  it(
    'refuse a backend that is none',
    () => {
      const { status, stdout } = compile('wrong.mts', wrong, ['--module', 'node16'])
      expect(stdout).toMatch(/kqueue/)
      expect(status).not.toBe(0)
    },
    2 * MINUTES,
  )
})

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { contestantProgram, inPackage } from '../package'
import type { Contestant } from './contestant'

const folder = inPackage('scripts', 'npm-epoll')
const package_ = path.join(folder, 'node_modules', 'epoll')
const binary = path.join(package_, 'build', 'Release', 'epoll.node')
const patienceMs = 180_000

/** Whether it went well; what it said is of no use to whoever runs a comparison. */
const ran = (command: string, words: readonly string[], cwd: string): boolean =>
  spawnSync(command, words, { cwd, stdio: 'ignore', timeout: patienceMs }).status === 0

function prepare(): string | undefined {
  if (existsSync(binary)) return undefined
  if (!existsSync(folder)) return 'only in a checkout of edgeloop'
  if (!ran('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder))
    return 'not installed: npm ci failed in scripts/npm-epoll'
  // The headers beside the running node spare a download.
  const headers = path.resolve(process.execPath, '../..')
  const nodedir = existsSync(path.join(headers, 'include/node/node_api.h'))
    ? [`--nodedir=${headers}`]
    : []
  const gyp = inPackage('node_modules', '.bin', 'node-gyp')
  return ran(gyp, ['rebuild', ...nodedir], package_) && existsSync(binary)
    ? undefined
    : 'not built: node-gyp failed on the epoll package'
}

export const npmEpoll: Contestant = {
  name: 'npm-epoll',
  title: 'npm epoll',
  role: 'baseline',
  about:
    'The npm package epoll: a thread waits, and hands over one event at a time through uv_async.',
  needs: {
    find: () => (existsSync(binary) ? 'built' : undefined),
    prepare,
    how: 'installed and built by the first run that needs it',
  },
  command: (job) =>
    job === 'ready' ? [process.execPath, contestantProgram('ready-npm-epoll.js')] : undefined,
}

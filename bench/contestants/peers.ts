import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { contestantProgram, inPackage } from '../package'
import type { Contestant } from './contestant'

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Among the packages of scripts/peers, or on the PATH. */
function locate(name: string, packages: readonly string[]): string | undefined {
  const installed = packages.map((file) => inPackage('scripts', 'peers', 'node_modules', file))
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)
  const all = [...installed, ...folders.map((folder) => path.join(folder, name))]
  return all.find(executable)
}

function peer(
  name: string,
  title: string,
  about: string,
  packages: readonly string[],
  words: readonly string[],
): Contestant {
  return {
    name,
    title,
    role: 'peer',
    about,
    needs: {
      find() {
        const found = locate(name, packages)
        if (found === undefined) return undefined
        const { stdout } = spawnSync(found, ['--version'], { encoding: 'utf8' })
        return stdout.split('\n')[0] ?? ''
      },
      how: `npm ci --prefix scripts/peers --ignore-scripts (or ${name} on the PATH)`,
    },
    command: (job) => {
      if (job !== 'echo' && job !== 'http') return undefined
      const program = contestantProgram(`${name}.cjs`)
      return [locate(name, packages) ?? name, ...words, program, job]
    },
  }
}

const bunPackages = { x64: '@oven/bun-linux-x64/bin/bun', arm64: '@oven/bun-linux-aarch64/bin/bun' }
const denoPackages = { x64: '@deno/linux-x64-glibc/deno', arm64: '@deno/linux-arm64-glibc/deno' }
const here = process.arch === 'arm64' ? 'arm64' : 'x64'

export const bun = peer(
  'bun',
  'Bun',
  'Bun.listen and Bun.serve, as its manual has them.',
  [bunPackages[here]],
  ['run'],
)
export const deno = peer(
  'deno',
  'Deno',
  'Deno.listen, with one buffer for each connection, and Deno.serve.',
  [denoPackages[here]],
  ['run', '--allow-net', '--no-config'],
)

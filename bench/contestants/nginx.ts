import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { isFileJob, wordsOf } from '../http-job'
import { contestantProgram } from '../package'
import type { Contestant } from './contestant'
import { locate } from './locate'

const find = (): string | undefined => locate('nginx', [], ['/usr/sbin', '/usr/local/sbin'])

export const nginx: Contestant = {
  name: 'nginx',
  title: 'nginx',
  role: 'peer',
  about: 'One worker, sendfile on, no log; only its worker counts. It runs no handler.',
  needs: {
    find() {
      const program = find()
      if (program === undefined) return undefined
      return spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr.trim()
    },
    how: 'apt-get install nginx-light',
  },
  command(job) {
    const words = [process.execPath, contestantProgram('nginx.js'), find() ?? 'nginx']
    if (job === 'http' || job === 'http-close') return words
    return isFileJob(job) ? [...words, ...wordsOf(job).slice(1)] : undefined
  },
}

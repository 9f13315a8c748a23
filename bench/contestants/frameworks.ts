import process from 'node:process'
import { isFileJob, isHttp, wordsOf } from '../http-job'
import { contestantProgram } from '../package'
import type { Contestant } from './contestant'
import { locatePackage } from './locate'

export const fastify: Contestant = {
  name: 'fastify',
  title: 'Fastify',
  role: 'peer',
  about: 'The framework on node:http, without a logger.',
  needs: {
    find: () => locatePackage('fastify')?.version,
    how: 'npm ci --prefix scripts/peers --ignore-scripts',
  },
  command: (job) =>
    isHttp(job)
      ? [
          process.execPath,
          contestantProgram('fastify.js'),
          locatePackage('fastify')?.folder ?? 'fastify',
          ...wordsOf(job),
        ]
      : undefined,
}

// Its own builds are on GitHub alone; those of the registry are somebody's fork.
const builds = ['uWebSockets.js', '@btc-vision/uwebsockets.js']

export const uWebSockets: Contestant = {
  name: 'uwebsockets',
  title: 'uWebSockets.js',
  role: 'peer',
  about: 'Its HTTP server in C++, with a handler in JavaScript. It sends no files by itself.',
  needs: {
    find() {
      const found = locatePackage(...builds)
      return found === undefined ? undefined : `${found.version} (${found.name})`
    },
    how: 'not on npm: npm install --prefix scripts/peers --no-save uNetworking/uWebSockets.js#v20.57.0 (from GitHub), or a fork that is: @btc-vision/uwebsockets.js',
  },
  command: (job) =>
    isHttp(job) && !isFileJob(job)
      ? [
          process.execPath,
          contestantProgram('uwebsockets.js'),
          locatePackage(...builds)?.folder ?? 'uWebSockets.js',
          job,
        ]
      : undefined,
}

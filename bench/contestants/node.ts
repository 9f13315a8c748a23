import process from 'node:process'
import { isHttp, wordsOf } from '../http-job'
import { contestantProgram } from '../package'
import type { Contestant } from './contestant'

const program = (name: string, ...words: string[]) => [
  process.execPath,
  contestantProgram(name),
  ...words,
]

export const nodeNet: Contestant = {
  name: 'node-net',
  title: 'node:net',
  role: 'baseline',
  about: "Node's own TCP server on libuv's default loop, with setNoDelay.",
  command: (job) => (job === 'echo' || job === 'model' ? program('node-net.js') : undefined),
}

export const nodeDgram: Contestant = {
  name: 'node-dgram',
  title: 'node:dgram',
  role: 'baseline',
  about: "Node's own UDP socket on libuv's default loop.",
  command: (job) => (job === 'udp' ? program('node-dgram.js') : undefined),
}

export const nodeHttp: Contestant = {
  name: 'node-http',
  title: 'node:http',
  role: 'baseline',
  about: "Node's own HTTP server on libuv's default loop.",
  command: (job) => (isHttp(job) ? program('node-http.js', ...wordsOf(job)) : undefined),
}

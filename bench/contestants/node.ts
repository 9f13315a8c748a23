import process from 'node:process'
import { contestantProgram } from '../package'
import type { Contestant } from './contestant'

const program = (name: string) => [process.execPath, contestantProgram(name)]

export const nodeNet: Contestant = {
  name: 'node-net',
  title: 'node:net',
  role: 'baseline',
  about: "Node's own TCP server on libuv's default loop, with setNoDelay.",
  command: (job) => (job === 'echo' || job === 'model' ? program('node-net.js') : undefined),
}

export const nodeHttp: Contestant = {
  name: 'node-http',
  title: 'node:http',
  role: 'baseline',
  about: "Node's own HTTP server on libuv's default loop.",
  command: (job) => (job === 'http' ? program('node-http.js') : undefined),
}
